import { DAY_MS } from './civil-date';
import type { Interval } from './interval';
import { toWallMs, wallToInstant } from './wall-clock';

const startOfWallDay = (wall: number): number => Math.floor(wall / DAY_MS) * DAY_MS;

/** The first instant of the day in a zone: midnight, or where the clocks jump over midnight, the end of the jump. */
export const startOfDay = (instant: Date, zone: string): Date =>
  wallToInstant(startOfWallDay(toWallMs(instant.getTime(), zone)), zone).instant;

/** From the start of today in a zone, that many of its calendar days; those of 23 and 25 hours are counted right [A14]. */
export function nextDaysRange(now: Date, days: number, zone: string): Interval {
  const today = startOfWallDay(toWallMs(now.getTime(), zone));
  return {
    startsAt: wallToInstant(today, zone).instant,
    endsAt: wallToInstant(today + days * DAY_MS, zone).instant,
  };
}
