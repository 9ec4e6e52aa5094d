/** What is asked to stop, and finishes what is in flight first. Idempotent. */
interface Stoppable {
  stop(): Promise<void>;
}

/**
 * Ends this process when it is told to. To be made before anything is started: a signal that nobody listens for kills at
 * once, be it a moment after the first request was taken.
 */
export class StopSignals {
  #running: Stoppable | null = null;

  constructor() {
    const end = (_signal: NodeJS.Signals, number: number): void => {
      // Nobody was answered yet, so there is nothing to finish.
      if (this.#running === null) process.exit(128 + number);
      this.stop();
    };
    // Some platforms send it again while they wait; a second Ctrl+C is somebody who does not want to.
    process.on('SIGTERM', end);
    process.once('SIGINT', end);
  }

  /** From now on there is something to stop. */
  started(running: Stoppable): void {
    this.#running = running;
  }

  /** As if it had been told to. */
  readonly stop = (): void => void this.#running?.stop().then(() => process.exit(0));
}
