import { Redis, type RedisOptions } from 'ioredis';
import { type Clock, isWithin } from './clock';
import type { Logger } from './logger';
import { CircuitBreaker, REST_MS } from './redis-breaker';

/** A command that has no answer by then has failed, milliseconds. */
export const COMMAND_TIMEOUT = 250;
const CONNECT_TIMEOUT = 2_000;
/** The longest pause between two attempts to connect, milliseconds. */
const MAX_RECONNECT_PAUSE = 2_000;

/** Nothing waits for a Redis that is away: no queue, no second try of a command, and attempts to connect without end. */
const failSoft = (clock: Clock): RedisOptions => ({
  enableOfflineQueue: false,
  maxRetriesPerRequest: 0,
  autoResendUnfulfilledCommands: false,
  commandTimeout: COMMAND_TIMEOUT,
  connectTimeout: CONNECT_TIMEOUT,
  disconnectTimeout: COMMAND_TIMEOUT,
  retryStrategy: (attempt) => Math.min(25 * 2 ** attempt, MAX_RECONNECT_PAUSE),
  reconnectOnError: afterFailover(clock),
});

/** The old primary answers READONLY after a failover: looks for the new one, at most once per rest. */
function afterFailover(clock: Clock): (error: Error) => boolean {
  let last = -Infinity;
  return ({ message }) => {
    const now = clock.now().getTime();
    if (!message.startsWith('READONLY') || isWithin(now, last, REST_MS)) return false;
    last = now;
    return true;
  };
}

/** Anything but `undefined`, which says that there is no answer. */
type Answer = NonNullable<unknown> | null;

/**
 * The Redis of this process, where `REDIS_URL` names one. Never needed: who asks gets an answer or none, soon, and can
 * do without. An outage is logged when it begins and when it ends.
 */
export class RedisLink {
  readonly #breaker: CircuitBreaker;
  readonly #followers: Redis[] = [];
  readonly #hearing = new Set<Redis>();
  #out = false;
  #closed = false;

  /** @param client null: none is given. What uses it past `attempt` sees its errors. */
  constructor(
    readonly client: Redis | null,
    clock: Clock,
    private readonly logger: Logger,
  ) {
    this.#breaker = new CircuitBreaker(clock);
    client
      ?.on('error', (err: Error) => this.#lost(err))
      .on('close', () => this.#lost(new Error('the connection was closed')))
      .on('ready', () => this.#back());
  }

  /** Starts to connect and does not wait for it. */
  static open(url: string | undefined, clock: Clock, logger: Logger): RedisLink {
    return new RedisLink(url === undefined ? null : new Redis(url, failSoft(clock)), clock, logger);
  }

  /** Whether an attempt would be made now; one made after this may still have no answer. */
  get usable(): boolean {
    return this.client?.status === 'ready' && !this.#breaker.open;
  }

  /**
   * The answer of Redis; `undefined`, and never a rejection, when there is none: not given, not in reach, too slow,
   * refusing, or left alone for a moment after failures in a row.
   */
  async attempt<T extends Answer>(use: (client: Redis) => Promise<T>): Promise<T | undefined> {
    if (this.client?.status !== 'ready' || !this.#breaker.admits()) return undefined;
    try {
      const answer = await use(this.client);
      this.#breaker.succeeded();
      return answer;
    } catch (error) {
      if (this.#breaker.failed()) this.#lost(error);
      return undefined;
    }
  }

  /** Whether all that is followed is heard, as far as this process knows; true where there is no Redis to hear. */
  get hears(): boolean {
    return this.#hearing.size === this.#followers.length;
  }

  /**
   * What is published on a channel, on a connection of its own.
   *
   * @param onGap called whenever messages may have been missed: at each (re)connection
   */
  follow(channel: string, onMessage: (message: string) => void, onGap: () => void): void {
    if (this.client === null) return;
    const follower = this.client.duplicate({ autoResubscribe: false });
    // The client tells of outages.
    follower.on('error', () => undefined).on('close', () => this.#hearing.delete(follower));
    follower.on('message', (_channel, message) => onMessage(message));
    // Lost before the subscription holds: the next connection subscribes anew.
    const heard = (): void => {
      this.#hearing.add(follower);
      onGap();
    };
    follower.on('ready', () => void follower.subscribe(channel).then(heard, () => follower.disconnect(true)));
    this.#followers.push(follower);
  }

  /** Calls `listener` at each (re)connection. */
  onReady(listener: () => void): void {
    this.client?.on('ready', listener);
  }

  close(): Promise<void> {
    this.#closed = true;
    for (const connection of [this.client, ...this.#followers]) connection?.disconnect();
    return Promise.resolve();
  }

  #lost(err: unknown): void {
    if (this.#out || this.#closed) return;
    this.#out = true;
    this.logger.warn({ err }, 'Redis is out of reach; the service does without');
  }

  #back(): void {
    this.#breaker.succeeded();
    if (!this.#out) return;
    this.#out = false;
    this.logger.info({}, 'Redis is back');
  }
}
