import type { Logger } from '../../platform/logger';

export interface PolledWork {
  /** For the log, e.g. `due work`. */
  readonly name: string;
  /** How long to wait after a look that found nothing. */
  readonly everyMs: number;
  /** Does what is due now; how much that was. */
  run(): Promise<number>;
}

/** Looks for work again and again: at once where there was some, after a pause where there was none or the look failed. */
export class Poller {
  #timer: NodeJS.Timeout | null = null;
  #running: Promise<unknown> = Promise.resolve();
  #idle = true;
  #started = false;
  #woken = false;

  constructor(
    private readonly work: PolledWork,
    private readonly logger: Logger,
  ) {}

  start(): void {
    this.#started = true;
    this.schedule(0);
  }

  /** Resolves when the work in hand is done. */
  async stop(): Promise<void> {
    this.#started = false;
    if (this.#timer) clearTimeout(this.#timer);
    await this.#running;
  }

  /** There may be work: looks at once, or again right after the look that is under way. */
  wake(): void {
    this.#woken = true;
    if (this.#started && this.#idle) this.schedule(0);
  }

  private schedule(delayMs: number): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#idle = false;
      this.#running = this.poll();
    }, delayMs).unref();
  }

  private async poll(): Promise<void> {
    this.#woken = false;
    let done = 0;
    try {
      done = await this.work.run();
    } catch (error) {
      this.logger.error({ err: error, work: this.work.name }, 'work could not be looked up');
    }
    this.#idle = true;
    if (this.#started) this.schedule(done > 0 || this.#woken ? 0 : this.work.everyMs);
  }
}
