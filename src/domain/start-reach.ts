import { DAY_MS, civilDate, dayNumber } from './civil-date';
import { BadUserInputError } from './errors';
import type { Schedule } from './event';
import { toInstant, toWallMs, wallToInstant } from './wall-clock';

export const MAX_DAYS_BACK = 366;
export const MAX_YEARS_AHEAD = 10;

/**
 * A start may lie up to 366 days back (its past members are stored, closed) and ten years ahead, else BAD_USER_INPUT.
 *
 * @param before the start of a series that is edited: on its day, or later, a start is never too far back
 */
export function requireStartInReach(
  { startsAtLocal, timezone }: Pick<Schedule, 'startsAtLocal' | 'timezone'>,
  { now, path, before }: { readonly now: Date; readonly path: string; readonly before?: string },
): void {
  const start = toInstant(startsAtLocal, timezone).instant;
  const wallNow = toWallMs(now.getTime(), timezone);
  const today = Math.floor(wallNow / DAY_MS);
  const { year, month, day } = civilDate(today);
  const latest = dayNumber(year + MAX_YEARS_AHEAD, month, day) * DAY_MS + (wallNow - today * DAY_MS);
  const isSinceThen = before !== undefined && startsAtLocal >= before.slice(0, 10);
  if (!isSinceThen && start < wallToInstant(wallNow - MAX_DAYS_BACK * DAY_MS, timezone).instant) {
    throw BadUserInputError.at(path, `The start may lie at most ${MAX_DAYS_BACK} days back.`);
  }
  if (start > wallToInstant(latest, timezone).instant) {
    throw BadUserInputError.at(path, `The start may lie at most ${MAX_YEARS_AHEAD} years ahead.`);
  }
}
