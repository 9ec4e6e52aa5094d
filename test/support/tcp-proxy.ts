import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

const LOOPBACK = '127.0.0.1';

/** What a network does to bytes on their way. Everything 0 and undefined: nothing. */
export interface Weather {
  /** Each way, milliseconds. */
  readonly latencyMs?: number;
  /** Up to so much more, milliseconds. */
  readonly jitterMs?: number;
  /** Share of chunks that stall as a lost packet does until it is sent again. */
  readonly loss?: number;
  /** How long such a stall takes, milliseconds: TCP's first retransmission. */
  readonly stallMs?: number;
  readonly bytesPerSecond?: number;
  /** Bytes in this direction vanish while the connection stays: `down` is from the server to its client. */
  readonly blackHole?: 'up' | 'down' | 'both';
}

export interface ProxyOptions {
  /** In [0, 1). */
  readonly random?: () => number;
  /** Which connections have weather, judged by what their client sends first; left out: all. */
  readonly affects?: (first: Buffer) => boolean;
}

const STALL_MS = 200;

interface Link {
  readonly client: Socket;
  readonly server: Socket;
  readonly lanes: Lane[];
  affected: boolean;
  /** Bytes of it vanished: it can never go on. */
  lost: boolean;
}

/** One direction of a connection: whatever the delays, what was sent first arrives first. */
class Lane {
  readonly #waiting: { readonly at: number; readonly write: () => void }[] = [];
  #freeAt = 0;
  #timer: NodeJS.Timeout | undefined;

  send(write: () => void, delayMs: number, sendingMs: number): void {
    this.#freeAt = Math.max(this.#freeAt, performance.now() + delayMs) + sendingMs;
    this.#waiting.push({ at: this.#freeAt, write });
    if (this.#timer === undefined) this.drain();
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.#waiting.length = 0;
  }

  private drain(): void {
    this.#timer = undefined;
    for (let next = this.#waiting[0]; next; next = this.#waiting[0]) {
      const early = next.at - performance.now();
      if (early > 0) {
        this.#timer = setTimeout(() => this.drain(), Math.ceil(early));
        return;
      }
      this.#waiting.shift();
      next.write();
    }
  }
}

/**
 * A TCP proxy that can be a bad network: latency, jitter, loss, a narrow line, a black hole in one direction, a cut.
 * Order is kept, as TCP keeps it: a chunk that stalls holds up those behind it.
 */
export class TcpProxy {
  #weather: Weather = {};
  readonly #links = new Set<Link>();

  private constructor(
    private readonly server: Server,
    /** Where connections go; may be changed while it runs. */
    public target: number,
    private readonly options: ProxyOptions,
  ) {
    server.on('connection', (client) => this.join(client));
  }

  static async open(target: number, options: ProxyOptions = {}): Promise<TcpProxy> {
    const server = createServer();
    server.listen(0, LOOPBACK);
    await once(server, 'listening');
    return new TcpProxy(server, target, options);
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** How many connections it carries, of those that have weather. */
  get affected(): number {
    return [...this.#links].filter(({ affected }) => affected).length;
  }

  /** How many connections lost bytes and can never go on. */
  get broken(): number {
    return [...this.#links].filter(({ lost }) => lost).length;
  }

  /**
   * Holds for open connections as for new ones; what is on its way arrives as it would have. A connection that lost bytes
   * in a black hole ends with it.
   */
  set(weather: Weather): void {
    this.#weather = weather;
    if (weather.blackHole === undefined) for (const link of this.#links) if (link.lost) this.end(link);
  }

  /** Ends the affected connections with a reset, as a router does that forgot them. */
  cut(): void {
    for (const link of this.#links) if (link.affected) this.end(link);
  }

  async close(): Promise<void> {
    for (const link of this.#links) this.end(link);
    this.server.close();
    await once(this.server, 'close');
  }

  private join(client: Socket): void {
    const affected = this.options.affects === undefined;
    const link: Link = { client, server: connect(this.target, LOOPBACK), lanes: [], affected, lost: false };
    this.#links.add(link);
    const { affects } = this.options;
    if (affects) client.prependOnceListener('data', (first: Buffer) => (link.affected = affects(first)));
    this.pump(link, 'up');
    this.pump(link, 'down');
    for (const socket of [client, link.server]) {
      socket.setNoDelay(true);
      socket.on('error', () => this.end(link)).on('close', () => this.end(link));
    }
  }

  private pump(link: Link, way: 'up' | 'down'): void {
    const [from, to] = way === 'up' ? [link.client, link.server] : [link.server, link.client];
    const lane = new Lane();
    link.lanes.push(lane);
    from.on('data', (chunk: Buffer) => {
      if (this.swallows(link, way)) link.lost = true;
      else lane.send(() => void to.write(chunk), this.delayMs(link), this.sendingMs(link, chunk));
    });
    from.on('end', () => {
      if (!this.swallows(link, way)) lane.send(() => void to.end(), 0, 0);
    });
  }

  private swallows({ affected }: Link, way: 'up' | 'down'): boolean {
    const { blackHole } = this.#weather;
    return affected && (blackHole === 'both' || blackHole === way);
  }

  private delayMs({ affected }: Link): number {
    if (!affected) return 0;
    const random = this.options.random ?? Math.random;
    const { latencyMs = 0, jitterMs = 0, loss = 0, stallMs = STALL_MS } = this.#weather;
    return latencyMs + random() * jitterMs + (random() < loss ? stallMs : 0);
  }

  private sendingMs({ affected }: Link, { length }: Buffer): number {
    const { bytesPerSecond } = this.#weather;
    return affected && bytesPerSecond !== undefined ? (length / bytesPerSecond) * 1_000 : 0;
  }

  private end(link: Link): void {
    if (!this.#links.delete(link)) return;
    for (const lane of link.lanes) lane.clear();
    // A socket that is being ended cannot be reset: libuv refuses, and Node never lets go of it, not even at its own end.
    if (link.client.writableEnded) link.client.destroy();
    else link.client.resetAndDestroy();
    link.server.destroy();
  }
}
