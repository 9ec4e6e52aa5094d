import { DAY_MS } from '../../src/domain/civil-date';
import { offsetAt } from '../../src/domain/time-zone';

/** A zone's clocks are put forward (a wall time is skipped) or back (one is shown twice). */
export interface ClockChange {
  readonly at: Date;
  /** By how much, milliseconds; positive: forward. */
  readonly byMs: number;
  /** Wall milliseconds: the first moment that is skipped, or shown a second time. */
  readonly wall: number;
}

const MINUTE_MS = 60_000;

/** The changes of a zone within some days from an instant, in order. */
export function clockChanges(zone: string, from: Date, days: number): readonly ClockChange[] {
  const changes: ClockChange[] = [];
  const start = Math.floor(from.getTime() / DAY_MS) * DAY_MS;
  for (let day = start; day < start + days * DAY_MS; day += DAY_MS) {
    const before = offsetAt(day, zone);
    const after = offsetAt(day + DAY_MS, zone);
    if (before === after) continue;
    const at = firstMinute(day, (minute) => offsetAt(minute, zone) === after);
    changes.push({ at: new Date(at), byMs: after - before, wall: at + Math.min(before, after) });
  }
  return changes;
}

/** Whole days around a change, for a question about what happens to a series there. */
export function daysAround({ at }: ClockChange, days: number): { readonly from: Date; readonly to: Date } {
  const day = Math.floor(at.getTime() / DAY_MS);
  return { from: new Date((day - days) * DAY_MS), to: new Date((day + days) * DAY_MS) };
}

/** Halves the day until the minute is found from which on it holds. */
function firstMinute(day: number, holds: (epochMs: number) => boolean): number {
  let [low, high] = [0, DAY_MS / MINUTE_MS];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (holds(day + middle * MINUTE_MS)) high = middle;
    else low = middle + 1;
  }
  return day + low * MINUTE_MS;
}
