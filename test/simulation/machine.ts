import { Clock } from '../../src/platform/clock';
import type { Logger } from '../../src/platform/logger';
import { NOW } from '../support/make';
import type { EventLoop, Owner } from './event-loop';
import { outcomeOfError, type Outcome } from './outcome';
import { bootProcess, type Parts, type Process } from './process';

/** A process's own idea of the time: it goes with the run's, and may be set. */
export class SimulatedClock extends Clock {
  offsetMs = 0;

  constructor(private readonly loop: EventLoop) {
    super();
  }

  now(): Date {
    return new Date(NOW.getTime() + this.offsetMs + this.loop.now);
  }
}

/** A running process, until it crashes: then nothing that it had in hand goes on, and whoever waits is told by silence. */
export class Machine implements Owner {
  alive = true;
  readonly process: Process;
  readonly clock: SimulatedClock;
  readonly #inFlight = new Set<(outcome: Outcome) => void>();

  constructor(
    parts: Parts,
    private readonly loop: EventLoop,
    alarm: (fields: object) => void,
  ) {
    const quiet = (): void => undefined;
    const logger: Logger = { debug: quiet, info: quiet, warn: quiet, error: alarm };
    this.clock = new SimulatedClock(loop);
    this.process = bootProcess(parts, this.clock, logger);
  }

  /** Calls that are not answered. */
  get inFlight(): number {
    return this.#inFlight.size;
  }

  /** Runs a call as this process, and tells its outcome; a crash before that is an outcome, too. */
  carryOut(tell: (outcome: Outcome) => void, work: () => Promise<string>): void {
    this.#inFlight.add(tell);
    const told = (outcome: Outcome): void => {
      if (this.#inFlight.delete(tell)) tell(outcome);
    };
    const run = (): void =>
      void work().then(
        (id) => told({ kind: 'ok', id }),
        (error: unknown) => told(outcomeOfError(error)),
      );
    this.loop.at(0, run, this);
  }

  crash(): void {
    this.alive = false;
    const waiting = [...this.#inFlight];
    this.#inFlight.clear();
    waiting.forEach((tell) => tell({ kind: 'unknown', why: 'connection reset' }));
  }
}
