import { type Entry, isWrite } from './history';

/** How much of the normal rate counts as being back: a shared machine is not steadier than that. */
const BACK_AT = 0.5;
const WINDOW_MS = 1_000;
const STEP_MS = 50;

/** When writes were acknowledged: what a service is there for. */
export const acknowledgements = (entries: readonly Entry[]): number[] =>
  entries
    .filter(({ op, outcome }) => isWrite(op) && outcome === 'ok')
    .map((entry) => entry.return)
    .sort((a, b) => a - b);

/** The longest time without one, between `from` and `to`; milliseconds. */
export function longestGap(times: readonly number[], from: number, to: number): number {
  const inside = [from, ...times.filter((at) => at > from && at < to), to];
  return inside.reduce((longest, at, index) => Math.max(longest, at - (inside[index - 1] ?? at)), 0);
}

/** Per second, between `from` and `to`. */
export const rate = (times: readonly number[], from: number, to: number): number =>
  (times.filter((at) => at >= from && at < to).length / (to - from)) * 1_000;

/**
 * How long after a fault's end acknowledgements come at half the `normal` rate again, over a second; milliseconds.
 * Infinity: not before `to`.
 */
export function recoveryMs(
  times: readonly number[],
  { ended, to, normal }: { ended: number; to: number; normal: number },
): number {
  for (let from = ended; from + WINDOW_MS <= to; from += STEP_MS) {
    if (rate(times, from, from + WINDOW_MS) >= normal * BACK_AT) return from - ended;
  }
  return Infinity;
}
