import { mongo } from 'mongoose';
import promisedTimers from 'node:timers/promises';
import type { EventLoop } from './event-loop';
import { NOW } from '../support/make';
import type { Random } from './random';

type Callback = (...given: unknown[]) => void;

interface Timer {
  unref(): Timer;
  readonly event: ReturnType<EventLoop['at']>;
}

const timerOf = (event: Timer['event']): Timer => {
  const timer: Timer = { event, unref: () => timer };
  return timer;
};

/**
 * Puts the run's own time and chance in the place of the process's: timers, `performance.now`, `Math.random` and new ids.
 * The code under test does not know. Returns what takes them away again.
 */
export function installVirtualTime(loop: EventLoop, random: Random): () => void {
  const delayed = (run: Callback, ms = 0, ...given: unknown[]): Timer => timerOf(loop.at(ms, () => run(...given)));
  const undo = [
    replaced(globalThis, {
      setTimeout: delayed,
      setImmediate: (run: Callback, ...given: unknown[]) => delayed(run, 0, ...given),
      clearTimeout: (timer: Timer | null) => timer && loop.cancel(timer.event),
    }),
    replaced(promisedTimers, {
      setTimeout: (ms: number) => new Promise<void>((resolve) => delayed(() => resolve(), ms)),
    }),
    replaced(performance, { now: () => loop.now }),
    replaced(Math, { random: () => random.next() }),
    replaced(Date, { now: () => NOW.getTime() + loop.now }),
    // Ids are a time, a process and a counter.
    replaced(mongo.ObjectId, { PROCESS_UNIQUE: Buffer.from('simul'), index: 0 }),
    // Most errors here are conflicts that nobody looks at; where they came from costs more than all the rest of them.
    replaced(Error, { stackTraceLimit: 2 }),
  ];
  return () => undo.forEach((restore) => restore());
}

function replaced(target: object, methods: Readonly<Record<string, unknown>>): () => void {
  const before = Object.entries(methods).map(
    ([name]) => [name, Object.getOwnPropertyDescriptor(target, name)] as const,
  );
  for (const [name, value] of Object.entries(methods)) {
    Object.defineProperty(target, name, { value, configurable: true, writable: true });
  }
  return () => {
    for (const [name, descriptor] of before) {
      if (descriptor) Object.defineProperty(target, name, descriptor);
      else Reflect.deleteProperty(target, name);
    }
  };
}
