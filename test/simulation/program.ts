import type { Random } from './random';

/** What somebody asks for. Numbers stand for whatever the world has at that place, counted round. */
export type Operation =
  | { readonly type: 'register'; readonly person: number; readonly date: number; readonly seats: number }
  /** By the holder, or by the organizer. */
  | { readonly type: 'cancel'; readonly registration: number; readonly asOrganizer: boolean }
  | { readonly type: 'setCapacity'; readonly date: number; readonly capacity: number | null }
  | { readonly type: 'move'; readonly date: number; readonly byMinutes: number }
  | { readonly type: 'cancelDate'; readonly date: number }
  | { readonly type: 'setEventCapacity'; readonly event: number; readonly capacity: number | null }
  | { readonly type: 'publish'; readonly event: number }
  | { readonly type: 'cancelEvent'; readonly event: number }
  | { readonly type: 'remove'; readonly person: number };

/** One call: when, by what way, and how it is repeated. */
export interface Call {
  readonly operation: Operation;
  /** Milliseconds after the beginning. */
  readonly at: number;
  /** Which process it goes to first. */
  readonly process: number;
  /** With an idempotency key: repeated until it is told. */
  readonly keyed: boolean;
  /** Asked for once more, with the same key, some time after it was answered; 0: not. */
  readonly againAfter: number;
}

export interface Program {
  readonly calls: readonly Call[];
}

const MIN_CALLS = 6;
const MORE_CALLS = 9;
const CAPACITIES = [0, 1, 1, 2, 2, 3, null];
const LAST_START_MS = 60;

export function makeProgram(random: Random): Program {
  // Often everybody at once, else spread.
  const spread = random.pick([1, 10, LAST_START_MS]);
  const count = MIN_CALLS + random.int(MORE_CALLS);
  return { calls: Array.from({ length: count }, () => makeCall(random, spread)) };
}

function makeCall(random: Random, spread: number): Call {
  const keyed = random.chance(0.6);
  return {
    operation: makeOperation(random),
    at: random.int(spread),
    process: random.int(2),
    keyed,
    againAfter: keyed && random.chance(0.25) ? 1 + random.int(LAST_START_MS) : 0,
  };
}

function makeOperation(random: Random): Operation {
  const [person, date, event] = [random.int(3), random.int(4), random.int(3)];
  const kind = random.int(100);
  if (kind < 52) return { type: 'register', person, date, seats: random.pick([1, 1, 1, 1, 1, 2, 2, 3]) };
  if (kind < 72) return { type: 'cancel', registration: random.int(8), asOrganizer: random.chance(0.3) };
  if (kind < 79) return { type: 'setCapacity', date, capacity: random.pick(CAPACITIES) };
  if (kind < 86) return { type: 'move', date, byMinutes: random.pick([-60, -30, 30, 60]) };
  if (kind < 89) return { type: 'cancelDate', date };
  if (kind < 92) return { type: 'setEventCapacity', event, capacity: random.pick(CAPACITIES) };
  if (kind < 95) return { type: 'publish', event: 2 };
  if (kind < 97) return { type: 'cancelEvent', event };
  return { type: 'remove', person };
}
