import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Connection } from 'mongoose';
import { SystemClock } from '../../../src/platform/clock';
import { type Env, loadEnv } from '../../../src/platform/env';
import { openConnection } from '../../../src/platform/mongo-connection';
import { type AccessTokens, SignedAccessTokens, type TokenSubject } from '../../../src/platform/token';
import type { Db } from '../../../src/store/driver';

/** What every peer gets: the same pool of connections, and the service's own check of tokens (which remembers them). */
export interface Peer {
  readonly connection: Connection;
  readonly database: Db;
  readonly tokens: AccessTokens;
}

export async function openPeer(): Promise<Peer> {
  const env = loadEnv();
  const connection = await openConnection(env.mongodbUri ?? '', env.mongodb);
  return { connection, database: connection.getClient().db(connection.name), tokens: tokensOf(env) };
}

export function tokensOf({ accessTokenKeys }: Env): AccessTokens {
  if (accessTokenKeys === undefined) throw new Error('a peer needs the key of the tokens');
  return new SignedAccessTokens(accessTokenKeys, new SystemClock());
}

/** @param header of the request: `Bearer …` */
export const subjectOf = (tokens: AccessTokens, header: string | null | undefined): Promise<TokenSubject> =>
  tokens.verify(header?.slice('Bearer '.length) ?? '');

/** Ends with the process that started this one. */
export function untilParentIsGone(stop: () => Promise<unknown>): void {
  process.once('disconnect', () => void stop().then(() => process.exit(0)));
}

export const announce = (url: string): void => void process.send?.({ url });

/** Node's own server on a free port, until the parent is gone. */
export function serve(listener: RequestListener, stop: () => Promise<unknown>): void {
  const server = createServer(listener);
  server.listen(0, '127.0.0.1', () => announce(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`));
  untilParentIsGone(async () => {
    server.closeAllConnections();
    server.close();
    await stop();
  });
}

export async function readJson<Body>(request: IncomingMessage): Promise<Body> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString()) as Body;
}

export function sendJson(response: ServerResponse, value: unknown): void {
  const body = JSON.stringify(value);
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }).end(body);
}
