import { DAY_MS } from '../../domain/civil-date';
import { type Clock, isWithin } from '../../platform/clock';
import type { Logger } from '../../platform/logger';

const CHECK_MS = 10 * 60_000;

/** Does its work when it is started, and again whenever the clock says that a day has passed. */
export abstract class DailyJob {
  #timer: NodeJS.Timeout | null = null;
  #running: Promise<unknown> = Promise.resolve();
  #lastRun: Date | null = null;
  #stopping = false;
  #unfinished = false;

  protected constructor(
    /** For the log, e.g. `extending horizons`. */
    private readonly name: string,
    protected readonly clock: Clock,
    protected readonly logger: Logger,
  ) {}

  /** One pass over all tenants; how much was done. It looks at `stopping` between its steps. */
  abstract run(): Promise<number>;

  /** The pass under way should end after the step in hand. */
  protected get stopping(): boolean {
    return this.#stopping;
  }

  /** The pass under way did not get through: the next one is due as after one that failed. */
  protected againSoon(): void {
    this.#unfinished = true;
  }

  start(): void {
    this.#stopping = false;
    const tick = (): void => void (this.#running = this.#running.then(() => this.runIfDue()));
    tick();
    this.#timer = setInterval(tick, CHECK_MS).unref();
  }

  /** Resolves when the step in hand is done. */
  async stop(): Promise<void> {
    this.#stopping = true;
    if (this.#timer) clearInterval(this.#timer);
    await this.#running;
  }

  /** A pass, unless the last one is less than a day old. One that fails is tried again soon. */
  async runIfDue(): Promise<void> {
    const now = this.clock.now();
    if (this.#lastRun && isWithin(now.getTime(), this.#lastRun.getTime(), DAY_MS)) return;
    this.#lastRun = now;
    this.#unfinished = false;
    try {
      await this.run();
      if (this.#unfinished) this.#lastRun = null;
    } catch (error) {
      this.#lastRun = null;
      this.logger.error({ err: error, work: this.name }, 'daily work failed');
    }
  }
}
