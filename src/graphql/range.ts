import { DAY_MS } from '../domain/civil-date';
import { nextDaysRange } from '../domain/days-ahead';
import { BadUserInputError } from '../domain/errors';
import type { InstantRange } from '../store/occurrence-range';
import type { DateRangeInput } from './range.types';

const MAX_RANGE_DAYS = 366;

/**
 * The instants that a range means at `now`.
 *
 * @param path where the range stands in the arguments
 * @throws BadUserInputError for a range that is empty, runs backwards or is longer than 366 days
 */
export function instantRange({ between, next }: DateRangeInput, now: Date, path: string): InstantRange {
  if (next) {
    const { startsAt, endsAt } = nextDaysRange(now, next.days, next.timezone);
    return { from: startsAt, to: endsAt };
  }
  if (!between) throw BadUserInputError.at(path, 'needs one of `between` and `next`');
  return checkedRange(between, `${path}.between`);
}

/** @throws BadUserInputError as `instantRange` */
export function checkedRange({ from, to }: InstantRange, path: string): InstantRange {
  if (to <= from) throw BadUserInputError.at(`${path}.to`, 'must be later than `from`');
  if (to.getTime() - from.getTime() > MAX_RANGE_DAYS * DAY_MS) {
    throw BadUserInputError.at(`${path}.to`, `must be at most ${MAX_RANGE_DAYS} days after \`from\``);
  }
  return { from, to };
}
