import { DAY_MS } from './civil-date';
import { toWallMs, wallToInstant } from './wall-clock';

export const MAX_DURATION_MS = 31 * DAY_MS;
const ISO_8601 = /^P(?!$)(?:(\d{1,3})W)?(?:(\d{1,3})D)?(?:T(?!$)(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,8})S)?)?$/;

/**
 * Milliseconds of an ISO 8601 duration of weeks, days, hours, minutes and whole seconds; null unless it is longer than
 * zero and at most 31 days [A16]. Years and months are refused: they have no length of their own.
 */
export function parseDuration(text: string): number | null {
  const match = ISO_8601.exec(text);
  if (match === null) return null;
  const [weeks, days, hours, minutes, seconds] = match.slice(1).map((digits) => Number(digits ?? 0)) as Parts;
  const ms = (weeks * 7 + days) * DAY_MS + hours * 3_600_000 + minutes * 60_000 + seconds * 1000;
  return ms > 0 && ms <= MAX_DURATION_MS ? ms : null;
}
type Parts = [number, number, number, number, number];

/** Like `parseDuration`, for text that was validated on its way in. */
export function durationMs(text: string): number {
  const ms = parseDuration(text);
  if (ms === null) throw new RangeError(`Not a duration: ${text}`);
  return ms;
}

/** `PT1H30M`, `P2D`; a fraction of a second is cut off. */
export function formatDuration(ms: number): string {
  const days = Math.floor(ms / DAY_MS);
  const part = (unitMs: number, wrap: number, letter: string): string => {
    const amount = Math.floor(ms / unitMs) % wrap;
    return amount > 0 ? `${amount}${letter}` : '';
  };
  const time = part(3_600_000, 24, 'H') + part(60_000, 60, 'M') + part(1000, 60, 'S');
  return `P${days > 0 ? `${days}D` : ''}${time === '' ? '' : `T${time}`}`;
}

/**
 * When something ends that starts at a (nominal) wall clock and its instant. Shorter than a day, the duration is what
 * passes on a stopwatch; from a day up it is counted on the calendar, so that an all-day event ends at midnight also
 * on a day of 23 or 25 hours [A5].
 */
export function endOf(start: { readonly wall: number; readonly instant: Date }, ms: number, zone: string): Date {
  if (ms < DAY_MS) return new Date(start.instant.getTime() + ms);
  const end = wallToInstant(start.wall + ms, zone).instant;
  if (end > start.instant) return end;
  // The whole day of the start does not exist (Samoa, 30 December 2011): count from where it was moved to.
  return wallToInstant(toWallMs(start.instant.getTime(), zone) + ms, zone).instant;
}

/**
 * The duration that takes `endOf` from a start to an end; of several that do, whole days: 23 hours and a day in spring,
 * 25 hours and a day before a midnight that clocks jump over.
 */
export function durationBetween(
  start: { readonly wall: number; readonly instant: Date },
  endsAt: Date,
  zone: string,
): number {
  const onTheCalendar = toWallMs(endsAt.getTime(), zone) - start.wall;
  const wholeDays = Math.floor(onTheCalendar / DAY_MS) * DAY_MS;
  if (wholeDays > 0 && endOf(start, wholeDays, zone).getTime() === endsAt.getTime()) return wholeDays;
  return onTheCalendar < DAY_MS ? endsAt.getTime() - start.instant.getTime() : onTheCalendar;
}
