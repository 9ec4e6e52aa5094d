import { type Client, createClient, type FormattedExecutionResult } from 'graphql-ws';
import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { AnswerError } from './client';
import { inTime } from './until';

export interface LiveAnswer<Data> {
  readonly data?: Data | null;
  readonly errors?: readonly AnswerError[];
}

/** One subscription, message by message. */
export interface Feed<Data> {
  /** Waits for the next message. Rejects with the close event where the connection ends. */
  next(): Promise<LiveAnswer<Data>>;
  /** Waits for the end of the subscription; what came in the meantime. */
  rest(): Promise<LiveAnswer<Data>[]>;
  end(): Promise<void>;
}

export const webSocketUrl = (url: string): string => url.replace(/^http/, 'ws');

/** The client that browsers use, on a real socket; it does not come again after a close. */
export const liveClient = (url: string, token: string): Client =>
  createClient({
    url: webSocketUrl(url),
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${token}` },
    retryAttempts: 0,
  });

export function listen<Data>(client: Client, query: string, variables: Record<string, unknown> = {}): Feed<Data> {
  const messages = client.iterate<Data>({ query, variables }) as AsyncIterableIterator<FormattedExecutionResult<Data>>;
  const rest = async (): Promise<LiveAnswer<Data>[]> => {
    const left: LiveAnswer<Data>[] = [];
    for await (const message of messages) left.push(message as LiveAnswer<Data>);
    return left;
  };
  return {
    next: async () => {
      const step = await inTime(messages.next(), 'the next message of a subscription');
      if (step.done === true) throw new Error('the subscription is over');
      return step.value as LiveAnswer<Data>;
    },
    rest: () => inTime(rest(), 'the end of a subscription'),
    end: async () => void (await messages.return?.()),
  };
}

/** Waits for a message that fits; rejects at once where the subscription ends or fails instead. */
export async function hearUntil<Data>(feed: Feed<Data>, fits: (data: Data) => boolean): Promise<Data> {
  for (;;) {
    const { data, errors } = await feed.next();
    if (!data) throw new Error(JSON.stringify(errors));
    if (fits(data)) return data;
  }
}

export interface Closed {
  readonly code: number;
  readonly reason: string;
}

/** What a server sent, word for word. */
export interface RawMessage {
  readonly type: string;
  readonly id?: string;
  readonly payload?: unknown;
}

/** A WebSocket without a client in front of it, for what no well-behaved client does. */
export class RawLive {
  readonly received: RawMessage[] = [];
  readonly closed: Promise<Closed>;

  private constructor(readonly socket: WebSocket) {
    socket.on('message', (data: Buffer) => this.received.push(JSON.parse(data.toString()) as never));
    this.closed = new Promise((resolve) => {
      socket.once('close', (code, reason) => resolve({ code, reason: reason.toString() }));
    });
    // Told by the close that follows.
    socket.on('error', () => undefined);
  }

  /** Rejects with the status of the answer where there is no upgrade. */
  static async open(
    url: string,
    given: { readonly protocol?: string; readonly headers?: Record<string, string> } = {},
  ): Promise<RawLive> {
    const { protocol = 'graphql-transport-ws', headers = {} } = given;
    const socket = new WebSocket(webSocketUrl(url), protocol, { headers });
    const raw = new RawLive(socket);
    await new Promise<void>((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('unexpected-response', (_request, { statusCode }) => reject(new Error(`status ${statusCode}`)));
      socket.once('error', reject);
    });
    return raw;
  }

  send(message: object | string): void {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  /** Signs in and waits for the acknowledgement. */
  async init(payload: object): Promise<void> {
    this.send({ type: 'connection_init', payload });
    await this.until(({ type }) => type === 'connection_ack');
  }

  /** The first result of a subscription; rejects at once where an `error` or `complete` comes in its place. */
  async firstOf(subscription: string): Promise<RawMessage> {
    const first = await this.until(({ id }) => id === subscription);
    if (first.type !== 'next') throw new Error(`instead of a result: ${JSON.stringify(first)}`);
    return first;
  }

  /** The first message that fits, of those there are and those to come. */
  async until(fits: (message: RawMessage) => boolean): Promise<RawMessage> {
    for (;;) {
      const found = this.received.find(fits);
      if (found) return found;
      const change = Promise.race([this.closed, once(this.socket, 'message').then(() => null)]);
      const ended = await inTime(change, 'a message that fits, or any other');
      if (ended !== null && !this.received.some(fits)) throw new Error(`closed with ${ended.code} ${ended.reason}`);
    }
  }
}
