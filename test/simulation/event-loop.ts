import type { Random } from './random';

/** Something that can die: what it was going to do does not happen then. */
export interface Owner {
  readonly alive: boolean;
}

interface Event {
  readonly at: number;
  /** Decides between events of the same instant. */
  readonly tie: number;
  readonly owner: Owner | null;
  readonly run: () => void;
}

const realImmediate = setImmediate;
/** Everything that follows from one event has happened: promises have no more to tell. */
const turn = (): Promise<void> => new Promise((resolve) => realImmediate(resolve));

/**
 * Time and chance of one run: every request, answer and timer is an event at an instant of its own, and nothing else
 * lets time pass. Who goes first at the same instant is drawn.
 */
export class EventLoop {
  /** Milliseconds since the run began. */
  now = 0;
  steps = 0;
  /** Whose code is running: what it sets in motion dies with it. */
  owner: Owner | null = null;
  readonly #events: Event[] = [];

  constructor(private readonly random: Random) {}

  at(delay: number, run: () => void, owner: Owner | null = this.owner): Event {
    const event = { at: this.now + Math.max(0, delay), tie: this.random.next(), owner, run };
    this.#events.push(event);
    return event;
  }

  cancel(event: Event): void {
    const index = this.#events.indexOf(event);
    if (index >= 0) this.#events.splice(index, 1);
  }

  /** Until nothing is left to happen. @throws where that takes too long: somebody waits for himself */
  async run(maxSteps = 20_000): Promise<void> {
    for (let event = this.take(); event; event = this.take()) {
      this.now = event.at;
      if (event.owner && !event.owner.alive) continue;
      this.steps += 1;
      if (this.steps > maxSteps) throw new Error(`no end after ${maxSteps} steps`);
      this.owner = event.owner;
      event.run();
      await turn();
      this.owner = null;
    }
  }

  private take(): Event | undefined {
    let first = 0;
    for (let index = 1; index < this.#events.length; index += 1) {
      const [one, best] = [this.#events[index], this.#events[first]];
      if (one && best && (one.at < best.at || (one.at === best.at && one.tie < best.tie))) first = index;
    }
    return this.#events.splice(first, 1)[0];
  }
}
