import { DAY_MS, civilDate, daysInMonth } from './civil-date';
import type { DstAdjustment } from './occurrence';
import { offsetAt } from './time-zone';

/**
 * Wall clocks: what a clock on the wall shows, without a zone. As text `2027-03-01T10:00:00`; for arithmetic as "wall
 * milliseconds", the instant at which a clock in UTC shows the same. The host's time zone is never asked [A2].
 */
export const MIN_YEAR = 1970;
export const MAX_YEAR = 2200;
const LOCAL = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d))?$/;

/** Wall milliseconds of `2027-03-01T10:00` or `…:00`; null for anything else, 30 February and 24:00 included. */
export function parseLocal(text: string): number | null {
  const match = LOCAL.exec(text);
  if (match === null) return null;
  const [year, month, day, hour, minute, second] = match.slice(1).map((digits) => Number(digits ?? 0)) as Fields;
  if (year < MIN_YEAR || year > MAX_YEAR || month < 1 || month > 12) return null;
  if (day < 1 || day > daysInMonth(year, month) || hour > 23 || minute > 59 || second > 59) return null;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}
type Fields = [number, number, number, number, number, number];

/** Like `parseLocal`, for text that was validated on its way in. */
export function wallMs(local: string): number {
  const ms = parseLocal(local);
  if (ms === null) throw new RangeError(`Not a local date-time: ${local}`);
  return ms;
}

const two = (n: number): string => (n < 10 ? `0${n}` : String(n));

/** `2027-03-01T10:00:00`; whole seconds, a fraction is cut off. */
export function formatLocal(ms: number): string {
  const dayNo = Math.floor(ms / DAY_MS);
  const { year, month, day } = civilDate(dayNo);
  const seconds = Math.floor((ms - dayNo * DAY_MS) / 1000);
  const time = `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}T${time}`;
}

/** What the clocks of a zone show at an instant. */
export const toLocal = (instant: Date, zone: string): string => formatLocal(toWallMs(instant.getTime(), zone));

export const toWallMs = (epochMs: number, zone: string): number => epochMs + offsetAt(epochMs, zone);

export interface Resolved {
  readonly instant: Date;
  readonly dstAdjusted: DstAdjustment | null;
}

/** The instant at which a zone's clocks show a local date-time. */
export const toInstant = (local: string, zone: string): Resolved => wallToInstant(wallMs(local), zone);

/**
 * A time that clocks jump over is moved forward by the jump, so that no session is lost [A3]; of a time that they show
 * twice, the first is meant (RFC 5545 §3.3.5) [A4].
 */
export function wallToInstant(wall: number, zone: string): Resolved {
  const before = offsetAt(wall - DAY_MS, zone);
  const after = offsetAt(wall + DAY_MS, zone);
  const first = wall - before;
  if (before === after) return { instant: new Date(first), dstAdjusted: null };
  const second = wall - after;
  const firstShowsIt = offsetAt(first, zone) === before;
  const secondShowsIt = offsetAt(second, zone) === after;
  if (firstShowsIt) return { instant: new Date(first), dstAdjusted: secondShowsIt ? 'OVERLAP' : null };
  return secondShowsIt
    ? { instant: new Date(second), dstAdjusted: null }
    : { instant: new Date(first), dstAdjusted: 'GAP' };
}
