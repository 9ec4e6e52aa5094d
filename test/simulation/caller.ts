import type { EventLoop } from './event-loop';
import type { Machine } from './machine';
import type { Outcome } from './outcome';
import { prepare, type PreparedCall, type Sight } from './prepared-call';
import type { Call } from './program';
import { scopeOf } from './world';

export interface Moment {
  /** How many commits there were. */
  readonly commit: number;
  readonly now: number;
}

/** One try of one call: what a client's log has of it. */
export interface Attempt {
  readonly requestId: string;
  /** Whether anything was made to go wrong when it was asked: without that nobody is busy, and nothing is unknown. */
  readonly faulty: boolean;
  readonly invoked: Moment;
  returned: Moment | null;
  outcome: Outcome | null;
}

/** Before a client gives up, for now. */
const MAX_TRIES = 4;

export interface Surroundings {
  readonly loop: EventLoop;
  readonly sight: Sight;
  /** A process that is up: the wanted one, if it is. */
  readonly machine: (wanted: number) => Machine | null;
  /** Whether anything goes wrong at present. */
  readonly faulty: () => boolean;
}

/** A client with one thing on its mind: asks, asks again where it cannot know, and writes down what it was told. */
export class Caller {
  readonly attempts: Attempt[] = [];
  prepared: PreparedCall | null = null;
  #tries = 0;

  constructor(
    readonly number: number,
    readonly call: Call,
    private readonly around: Surroundings,
  ) {}

  get key(): string | null {
    return this.call.keyed ? `key-${this.number}` : null;
  }

  /** Whether it knows what became of it. "Later" (BUSY) is no answer: whoever is told that has to get one in the end. */
  get isTold(): boolean {
    const last = this.attempts.at(-1)?.outcome;
    return (
      this.attempts.some(({ outcome }) => outcome?.kind === 'ok') || (last?.kind === 'no' && !isWorthRepeating(last))
    );
  }

  start(): void {
    this.prepared = prepare(this.call.operation, this.around.sight);
    if (this.prepared === null) return;
    this.ask(this.call.process);
    // The network delivers it twice, or the client's own retry overtakes the answer.
    if (this.call.againAfter > 0)
      this.around.loop.at(this.call.againAfter, () => this.ask(this.call.process + 1), null);
  }

  ask(process: number): void {
    const { prepared } = this;
    const machine = this.around.machine(process);
    if (prepared === null) return;
    if (machine === null) return this.askLater(process);
    this.#tries += 1;
    const requestId = `call-${this.number}-${this.attempts.length}`;
    const faulty = this.around.faulty();
    const attempt: Attempt = { requestId, faulty, invoked: this.moment(), returned: null, outcome: null };
    this.attempts.push(attempt);
    const tell = (outcome: Outcome): void => this.told(attempt, outcome, process);
    machine.carryOut(tell, () => prepared.execute(machine.process, scopeOf(prepared.actor, requestId), this.key));
  }

  private told(attempt: Attempt, outcome: Outcome, process: number): void {
    if (attempt.outcome !== null) return;
    attempt.returned = this.moment();
    attempt.outcome = outcome;
    if (this.key !== null && isWorthRepeating(outcome) && this.#tries < MAX_TRIES) this.askLater(process + 1);
  }

  private askLater(process: number): void {
    const pause = 5 * 4 ** this.#tries;
    this.around.loop.at(pause, () => this.ask(process), null);
  }

  private moment(): Moment {
    return { commit: this.around.sight.store.commits, now: this.around.loop.now };
  }
}

const isWorthRepeating = (outcome: Outcome): boolean =>
  outcome.kind === 'unknown' || (outcome.kind === 'no' && outcome.error.code === 'BUSY');
