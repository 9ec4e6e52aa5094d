import { setTimeout as sleep } from 'node:timers/promises';
import { RateLimitedError } from '../domain/errors';
import type { ViewerScope } from '../domain/scope';
import type { RateLimits } from '../platform/rate-limits';
import { payersOf, pointsOf, VALUES_OF_A_POINT } from './price';

/**
 * Pays for the messages of one subscription: from the budgets that operations over HTTP are paid from, a point for each
 * thousand values.
 *
 * They are paid afterwards and by whole points. So the usual message, of a few values, is worth a fraction of one: a busy
 * date does not use up what its watchers need to book with, and the limiter, which may be in Redis, is asked now and then
 * only. The work is bounded all the same: a subscription is ahead by one message at most, and the point that every start
 * costs pays for what is left over.
 */
export class LivePayment {
  #scope: ViewerScope | null = null;
  #owed: number;

  /** @param cost values of one message */
  constructor(
    private readonly limits: RateLimits,
    private readonly cost: number,
  ) {
    // The start has paid for the first message.
    this.#owed = -VALUES_OF_A_POINT * (pointsOf(cost) - 1);
  }

  /** @param scope who was told one more message, and is to pay for it */
  owe(scope: ViewerScope): void {
    this.#scope = scope;
    this.#owed += this.cost;
  }

  /**
   * Resolves once what is owed is paid, which takes until there is something left in the budgets. Nobody is told anything
   * in the meantime, and the latest after it.
   *
   * @param signal rejects when this is aborted
   */
  async settle(signal: AbortSignal): Promise<void> {
    const points = Math.floor(this.#owed / VALUES_OF_A_POINT);
    if (points < 1 || this.#scope === null) return;
    for (const payer of payersOf(this.#scope)) {
      while (!signal.aborted) {
        const waitMs = await this.#take(payer, points);
        if (waitMs === 0) break;
        await sleep(waitMs, undefined, { signal, ref: false });
      }
    }
    this.#owed -= points * VALUES_OF_A_POINT;
  }

  /** @returns 0: paid; or after how many milliseconds to try again */
  async #take([name, key]: ReturnType<typeof payersOf>[number], points: number): Promise<number> {
    try {
      await this.limits.take(name, key, points);
      return 0;
    } catch (error) {
      if (error instanceof RateLimitedError) return error.retryAfterMs;
      throw error;
    }
  }
}
