import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export interface Reply {
  readonly status: number;
  readonly body: string;
}

interface Pending {
  readonly resolve: (reply: Reply) => void;
  readonly reject: (error: Error) => void;
}

const HEAD_END = Buffer.from('\r\n\r\n');

/** A kept connection that carries one request at a time. */
class Connection {
  #pending: Pending | null = null;
  #received: Buffer = Buffer.alloc(0);

  static async to({ port, hostname }: URL): Promise<Connection> {
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    return new Connection(socket);
  }

  private constructor(private readonly socket: Socket) {
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => this.receive(chunk));
    socket.on('error', (error) => this.fail(error));
    socket.on('close', () => this.fail(new Error('the server closed a connection')));
  }

  get isOpen(): boolean {
    return this.socket.writable;
  }

  send(request: Buffer): Promise<Reply> {
    return new Promise((resolve, reject) => {
      this.#pending = { resolve, reject };
      this.socket.write(request);
    });
  }

  close(): void {
    this.socket.destroy();
  }

  private receive(chunk: Buffer): void {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
    const end = this.#received.indexOf(HEAD_END);
    if (end < 0) return;
    const head = this.#received.toString('latin1', 0, end);
    const length = /^content-length: (\d+)/im.exec(head)?.[1];
    if (length === undefined) return this.fail(new Error('an answer without a length'));
    const from = end + HEAD_END.length;
    const to = from + Number(length);
    if (this.#received.length < to) return;
    const body = this.#received.toString('utf8', from, to);
    this.#received = this.#received.subarray(to);
    const pending = this.#pending;
    this.#pending = null;
    pending?.resolve({ status: Number(head.slice(9, 12)), body });
  }

  private fail(error: Error): void {
    this.#pending?.reject(error);
    this.#pending = null;
  }
}

/**
 * The load generator's client: kept connections over a plain socket, because a full HTTP client costs as much as the
 * server that it measures. Who finds none free waits in order of arrival. They are used in turn: one that idles for
 * long is closed by the server, as all of them are where a bench waits for a quieter machine.
 */
export class HttpPool {
  readonly #all: Connection[] = [];
  readonly #free: Connection[] = [];
  readonly #waiting: ((connection: Connection) => void)[] = [];

  constructor(private readonly url: URL) {}

  /** Connects before the clock runs. */
  async open(connections: number): Promise<void> {
    while (this.#all.length < connections) {
      const connection = await Connection.to(this.url);
      this.#all.push(connection);
      this.#free.push(connection);
    }
  }

  async post(body: string, token: string): Promise<Reply> {
    const head = [
      `POST ${this.url.pathname} HTTP/1.1`,
      `host: ${this.url.host}`,
      'content-type: application/json',
      `content-length: ${Buffer.byteLength(body)}`,
      `authorization: Bearer ${token}`,
    ];
    const connection = await this.take();
    try {
      return await connection.send(Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`));
    } finally {
      const next = this.#waiting.shift();
      if (next) next(connection);
      else this.#free.push(connection);
    }
  }

  private async take(): Promise<Connection> {
    const free = this.#free.shift() ?? (await new Promise<Connection>((resolve) => this.#waiting.push(resolve)));
    if (free.isOpen) return free;
    const fresh = await Connection.to(this.url);
    this.#all[this.#all.indexOf(free)] = fresh;
    return fresh;
  }

  close(): void {
    for (const connection of this.#all.splice(0)) connection.close();
  }
}
