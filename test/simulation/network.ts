import type { EventLoop, Owner } from './event-loop';
import type { Random } from './random';
import { lostCommit, lostInTransaction, lostRead, writeConflict } from './store/faults';
import type { Request, Wire } from './store/memory-session';

/** How likely each fault is, per request; what is left out never happens. */
export interface FaultRates {
  /** A request that never arrives. */
  readonly lostRequest?: number;
  /** An answer that never comes back: what was asked for has happened. */
  readonly lostAnswer?: number;
  /** The server ends a transaction of its own accord. */
  readonly transient?: number;
  /** A commit meets a server that has just died: the transaction is gone, its client cannot know. */
  readonly deadServer?: number;
  /** A way that takes long, up to `SLOW_MS`. */
  readonly slow?: number;
  /** Of crashes of a process, changes of the primary and jumps of a clock: how many in a run on average. */
  readonly crashes?: number;
  readonly elections?: number;
  readonly clockJumps?: number;
}

export type FaultKind = keyof FaultRates;

const SLOW_MS = 7_000;
/** Longer than the server lets a transaction live (`transactionLifetimeLimitSeconds` of 5, and half of it). */
const LIFETIME_MS = 7_500;

export interface NetworkParts {
  readonly loop: EventLoop;
  readonly random: Random;
  readonly rates: () => FaultRates;
  /** Told of every fault that was done. */
  readonly injected: (kind: FaultKind) => void;
}

/** The way between one process and the database: it takes time, and loses things. */
export function networkOf(owner: Owner, { loop, random, rates, injected }: NetworkParts): Wire {
  const strikes = (kind: FaultKind): boolean => {
    const rate = rates()[kind];
    if (rate === undefined || !random.chance(rate)) return false;
    injected(kind);
    return true;
  };
  const way = (): number => (strikes('slow') ? random.int(SLOW_MS) : random.pick(WAYS_MS));

  return <T>(request: Request, apply: () => T | Promise<T>): Promise<T> =>
    new Promise<T>((resolve, reject) => {
      const back = (tell: () => void): void => void loop.at(way(), tell, owner);
      const arrive = (): void => {
        // What a dead process sent may still arrive, or not.
        if (!owner.alive && random.chance(0.5)) return;
        if (strikes('lostRequest')) return back(() => reject(lost(request)));
        if (request.name === 'commit' && strikes('deadServer')) {
          request.session?.drop();
          return back(() => reject(lostCommit()));
        }
        if (isStatement(request) && strikes('transient')) {
          request.session?.drop();
          return back(() => reject(writeConflict()));
        }
        const isAnswerLost = strikes('lostAnswer');
        void applied(apply).then(
          (value) => back(() => (isAnswerLost ? reject(lost(request)) : resolve(value))),
          (error: unknown) => back(() => reject(isAnswerLost ? lost(request) : (error as Error))),
        );
        if (request.begins) loop.at(LIFETIME_MS, () => request.session?.drop(), null);
      };
      loop.at(way(), arrive, null);
    });
}

const WAYS_MS = [0, 0, 1, 1, 2, 3];

const isStatement = ({ name, session }: Request): boolean => session !== null && name !== 'commit' && name !== 'abort';

function lost({ name, session }: Request): Error {
  if (name === 'commit') return lostCommit();
  return session === null ? lostRead() : lostInTransaction();
}

/** Now, whatever it does: an answer or an error. */
async function applied<T>(apply: () => T | Promise<T>): Promise<T> {
  return apply();
}
