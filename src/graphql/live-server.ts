import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { type ExecutionArgs, GraphQLError, type FormattedExecutionResult } from 'graphql';
import { GRAPHQL_TRANSPORT_WS_PROTOCOL, makeServer, type Server, type SubscribePayload } from 'graphql-ws';
import type { Server as HttpServer, IncomingMessage } from 'node:http';
import type { Request } from 'express';
import type { Duplex } from 'node:stream';
import { WebSocket, WebSocketServer } from 'ws';
import { Logger } from '../platform/logger';
import { RateLimits } from '../platform/rate-limits';
import { clientOf } from './client';
import type { LiveConnection } from './live-connection';
import { LiveConnections } from './live-connections';
import { CLOSE, LIVE_LIMITS, LiveSettings } from './live-limits';
import { LiveOperations, type Prepared } from './live-operations';
import type { LiveResults } from './live-results';
import { backToHttp, isWebSocket, refuseUpgrade, watchOver } from './upgrade';

const PATH = '/graphql';

/**
 * Subscriptions over WebSocket (`graphql-transport-ws`), at the path of everything else. Only they come this way: the
 * guards, limits and logs of queries and mutations are those of HTTP.
 */
@Injectable()
export class LiveServer implements OnApplicationBootstrap {
  readonly #sockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    // One message at a time, however many come in one piece: graphql-ws has then seen to what the first of them asks for
    // before an id is given up or used again by the next.
    allowSynchronousEvents: false,
    maxPayload: LIVE_LIMITS.messageBytes,
    handleProtocols: (offered) => (offered.has(GRAPHQL_TRANSPORT_WS_PROTOCOL) ? GRAPHQL_TRANSPORT_WS_PROTOCOL : false),
  });
  readonly #protocol: Server<LiveConnection>;
  #stopping = false;

  constructor(
    private readonly adapter: HttpAdapterHost,
    private readonly connections: LiveConnections,
    private readonly operations: LiveOperations,
    private readonly settings: LiveSettings,
    private readonly limits: RateLimits,
    private readonly logger: Logger,
  ) {
    this.#protocol = this.#makeProtocol();
  }

  onApplicationBootstrap(): void {
    const { httpAdapter } = this.adapter;
    const { request: prototype } = httpAdapter.getInstance<{ readonly request: Request }>();
    const server = httpAdapter.getHttpServer() as HttpServer;
    // Newer versions of Node ask first; the others hand over whatever offers any protocol.
    Object.assign(server, { shouldUpgradeCallback: isWebSocket });
    server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      if (!isWebSocket(request)) return backToHttp(server, request, socket, head);
      // As Express does it: so that `ip` obeys the same trust in proxies.
      void this.#upgrade(Object.setPrototypeOf(request, prototype) as Request, socket, head);
    });
    this.connections.start();
  }

  /** Takes no more connections and closes those there are (1001): clients go to another process. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await this.connections.stop();
  }

  async #upgrade(request: Request, socket: Duplex, head: Buffer): Promise<void> {
    const letGo = watchOver(socket);
    const client = clientOf({ req: request });
    const isWithinBudget = await this.#takeBudget(client);
    // No wait from here on: whether there is room, and whether the service stops, may have changed during the last one.
    const refusal = isWithinBudget ? this.#refusalOf(request, client) : 429;
    if (refusal !== null) return refuseUpgrade(socket, refusal);
    this.#sockets.handleUpgrade(request, socket, head, (webSocket) => {
      letGo();
      this.#opened(webSocket, request);
    });
  }

  /** Whatever the request is for, as over HTTP. */
  async #takeBudget(client: string): Promise<boolean> {
    return this.limits.take('address', client).then(
      () => true,
      () => false,
    );
  }

  /** The status to answer with in place of the upgrade; null: welcome. */
  #refusalOf({ url, headers }: Request, client: string): number | null {
    if (url.split('?')[0] !== PATH) return 404;
    if (this.#stopping) return 503;
    if (!this.#mayConnect(headers)) return 403;
    return this.connections.hasRoomFor(client) ? null : 429;
  }

  /**
   * A page of another origin could not use anybody's session anyway: the token is in the first message, and no cookie is
   * looked at. It may not try in its visitors' names either. What is no browser sends no origin.
   */
  #mayConnect({ origin, host }: Request['headers']): boolean {
    if (origin === undefined || this.settings.origins.includes(origin)) return true;
    return URL.canParse(origin) && new URL(origin).host === host;
  }

  #opened(socket: WebSocket, request: Request): void {
    const connection = this.connections.open(socket, request);
    const closed = this.#protocol.opened(
      {
        protocol: socket.protocol,
        // What cannot be sent any more is no error: the close that follows tidies up.
        send: (data) => new Promise((resolve) => socket.send(data, () => resolve())),
        close: (code = CLOSE.internal[0], reason = '') => connection.close([code, reason]),
        onMessage: (receive) => socket.on('message', (data: Buffer) => void this.#receive(connection, receive, data)),
      },
      connection,
    );
    // Answered by `ws` itself; whoever floods with them is not worth a farewell.
    socket.on('ping', () => void (connection.countMessage() || socket.terminate()));
    socket.on('error', (err) => this.logger.debug({ err, ...connection.context }, 'a WebSocket broke'));
    socket.once('close', (code, reason) => {
      this.logger.debug({ code, ...connection.context }, 'a WebSocket was closed');
      void closed(code, String(reason));
    });
  }

  async #receive(connection: LiveConnection, receive: (data: string) => Promise<void>, data: Buffer): Promise<void> {
    if (connection.socket.readyState !== WebSocket.OPEN) return;
    if (!connection.countMessage()) return connection.close(CLOSE.tooMany);
    try {
      await receive(data.toString('utf8'));
    } catch (err) {
      if (connection.closeBecause(err)) return;
      this.logger.error({ err, ...connection.context }, 'a WebSocket message failed');
      connection.close(CLOSE.internal);
    }
  }

  #makeProtocol(): Server<LiveConnection> {
    return makeServer<Record<string, unknown>, LiveConnection>({
      connectionInitWaitTimeout: LIVE_LIMITS.initTimeoutMs,
      onConnect: async ({ extra: connection, connectionParams }) => {
        await connection.signIn(connectionParams);
        if (this.connections.isCrowded(connection)) connection.close(CLOSE.tooMany);
      },
      onSubscribe: ({ extra: connection }, _id, payload: SubscribePayload) =>
        this.operations.prepare(connection, payload),
      subscribe: (args: ExecutionArgs) => (args as Prepared).results,
      // A message that was still on its way under an id that is used again: graphql-ws says to the client that the new
      // subscription is over, and forgets it. Then it is.
      onComplete: async ({ subscriptions }, id) =>
        void (await (subscriptions[id] as LiveResults | undefined)?.return()),
      onNext: ({ extra }, _id, _payload, _args, { errors, ...result }): FormattedExecutionResult => ({
        ...result,
        ...(errors && { errors: this.operations.format(extra, errors) }),
      }),
      onError: ({ extra }, _id, _payload, errors: readonly GraphQLError[]) => this.operations.format(extra, errors),
    });
  }
}
