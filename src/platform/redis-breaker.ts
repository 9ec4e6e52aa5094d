import { type Clock, isWithin } from './clock';

/** How many failures in a row open it. */
export const FAILURES_TO_OPEN = 3;
/** How long it then stays open before one try is let through, milliseconds. */
export const REST_MS = 1_000;

/**
 * Keeps a part that is out of order from costing every request its timeout: after a few failures in a row nothing is
 * tried for a moment, then one try decides.
 */
export class CircuitBreaker {
  #failures = 0;
  /** When it was opened, or when the last try began; milliseconds. */
  #openedAt: number | undefined;

  constructor(private readonly clock: Clock) {}

  get open(): boolean {
    return this.#openedAt !== undefined;
  }

  /** Whether to try now. While it is open, one caller per rest is let through: the others do not wait for that one. */
  admits(): boolean {
    if (this.#openedAt === undefined) return true;
    const now = this.clock.now().getTime();
    if (isWithin(now, this.#openedAt, REST_MS)) return false;
    this.#openedAt = now;
    return true;
  }

  succeeded(): void {
    this.#failures = 0;
    this.#openedAt = undefined;
  }

  /** True when this failure opened it. */
  failed(): boolean {
    this.#failures += 1;
    if (this.open || this.#failures < FAILURES_TO_OPEN) return false;
    this.#openedAt = this.clock.now().getTime();
    return true;
  }
}
