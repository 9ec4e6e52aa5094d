import { DAY_MS } from './civil-date';
import type { Interval } from './interval';
import { toWallMs, wallToInstant } from './wall-clock';

/** From the start of today in a zone, that many of its calendar days; those of 23 and 25 hours are counted right [A14]. */
export function nextDaysRange(now: Date, days: number, zone: string): Interval {
  const today = Math.floor(toWallMs(now.getTime(), zone) / DAY_MS) * DAY_MS;
  return {
    startsAt: wallToInstant(today, zone).instant,
    endsAt: wallToInstant(today + days * DAY_MS, zone).instant,
  };
}
