import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import { RateLimitedError } from '../domain/errors';
import type { BudgetName, Budgets } from './edge-settings';
import type { RedisLink } from './redis';

interface Limiters {
  readonly own: RateLimiterMemory;
  /** Counts for all processes together; null without Redis. */
  readonly shared: RateLimiterRedis | null;
}

/**
 * Counts what is asked for. Together with the other processes where there is a Redis, and alone while there is none or
 * it does not answer: a limit is never a reason to fail.
 */
export class RateLimits {
  readonly #limiters: ReadonlyMap<BudgetName, Limiters>;

  constructor(
    private readonly redis: RedisLink,
    private readonly budgets: Budgets,
  ) {
    const names = Object.keys(budgets) as BudgetName[];
    this.#limiters = new Map(names.map((name) => [name, this.#limitersOf(name)]));
  }

  /**
   * @param key whose budget; nothing that may not stand in Redis
   * @throws RateLimitedError
   */
  async take(name: BudgetName, key: string, points = 1): Promise<void> {
    const limiters = this.#limiters.get(name);
    if (limiters === undefined || this.budgets[name].points === 0) return;
    const { own, shared } = limiters;
    const counted = shared === null ? undefined : await this.redis.attempt(() => settled(shared.consume(key, points)));
    const { consumedPoints, msBeforeNext } = counted ?? (await settled(own.consume(key, points)));
    if (consumedPoints > this.budgets[name].points) throw new RateLimitedError(Math.max(msBeforeNext, 1));
  }

  /** As if nothing had been taken. */
  async forget(name: BudgetName, key: string): Promise<void> {
    const limiters = this.#limiters.get(name);
    const shared = limiters?.shared;
    if (shared) await this.redis.attempt(() => shared.delete(key));
    await limiters?.own.delete(key);
  }

  #limitersOf(name: BudgetName): Limiters {
    const { points, seconds: duration } = this.budgets[name];
    const { client } = this.redis;
    const keyPrefix = `rate:${name}`;
    return {
      own: new RateLimiterMemory({ keyPrefix, points, duration }),
      shared: client && new RateLimiterRedis({ storeClient: client, keyPrefix, points, duration }),
    };
  }
}

/** The limiters reject with the same object as they resolve with; an error is something else. */
async function settled(consumed: Promise<RateLimiterRes>): Promise<RateLimiterRes> {
  try {
    return await consumed;
  } catch (rejected) {
    if (rejected instanceof RateLimiterRes) return rejected;
    throw rejected;
  }
}
