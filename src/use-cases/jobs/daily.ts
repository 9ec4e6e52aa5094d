import { DAY_MS } from '../../domain/civil-date';
import type { Clock } from '../../platform/clock';
import type { Logger } from '../../platform/logger';

export interface DailyWork {
  /** For the log, e.g. `extending horizons`. */
  readonly name: string;
  /** One pass; how much was done. It looks at `stopping` between its steps. */
  run(): Promise<number>;
}

const CHECK_MS = 10 * 60_000;

/** Does its work when it is started, and again whenever the clock says that a day has passed. */
export class Daily {
  #timer: NodeJS.Timeout | null = null;
  #running: Promise<unknown> = Promise.resolve();
  #lastRun: Date | null = null;
  #stopping = false;

  constructor(
    private readonly work: DailyWork,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  /** The pass under way should end after the step in hand. */
  get stopping(): boolean {
    return this.#stopping;
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
    if (this.#lastRun && now.getTime() - this.#lastRun.getTime() < DAY_MS) return;
    this.#lastRun = now;
    try {
      await this.work.run();
    } catch (error) {
      this.#lastRun = null;
      this.logger.error({ err: error, work: this.work.name }, 'daily work failed');
    }
  }
}
