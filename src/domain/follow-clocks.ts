import { DAY_MS } from './civil-date';
import { durationMs, endOf } from './duration';
import { resolve, type Movable } from './kept-member';
import type { Occurrence } from './occurrence';
import { toLocal, wallMs } from './wall-clock';

/** When a date is, on the clock and as instants. */
export type Times = Pick<Occurrence, 'startsAtLocal' | 'startsAt' | 'endsAt' | 'dstAdjusted'>;

/**
 * Where a stored date belongs by the time zone data of today, if that is not where it is: people were told a wall clock,
 * and a country may change its clocks after the date was stored [A12]. null: the clocks still show what was announced.
 *
 * @param duration of the event. From a day up it counts on the calendar, so the end may have to follow where the start
 *   does not; a length that was set on the date alone, and an end that was not made from the nominal start, keep their
 *   distance from the start.
 */
export function followClocks(date: Movable, duration: string): Times | null {
  const { timezone, startsAt, startsAtLocal, dstAdjusted, overriddenFields } = date;
  const isNominal = !overriddenFields.includes('startsAtLocal') && hasNominalStart(date);
  const wall = isNominal ? date.recurrenceId : startsAtLocal;
  const isShown = toLocal(startsAt, timezone) === startsAtLocal;
  const start = isNominal || !isShown ? resolve(wall, timezone) : { startsAt, startsAtLocal, dstAdjusted };
  const ms = overriddenFields.includes('duration') ? 0 : durationMs(duration);
  const endsAt =
    isNominal && ms >= DAY_MS
      ? endOf({ wall: wallMs(wall), instant: start.startsAt }, ms, timezone)
      : new Date(date.endsAt.getTime() + start.startsAt.getTime() - startsAt.getTime());
  const times = { ...start, endsAt };
  return isSame(times, date) ? null : times;
}

const isSame = (one: Times, other: Times): boolean =>
  one.startsAt.getTime() === other.startsAt.getTime() &&
  one.endsAt.getTime() === other.endsAt.getTime() &&
  one.startsAtLocal === other.startsAtLocal &&
  one.dstAdjusted === other.dstAdjusted;

/** By what was stored, not by instants: those are what may be wrong. */
const hasNominalStart = ({ recurrenceId, startsAtLocal, dstAdjusted }: Movable): boolean =>
  startsAtLocal === recurrenceId || dstAdjusted === 'GAP';

interface Journey {
  readonly from: Date;
  readonly to: Date;
}

/**
 * The order in which dates go one by one, so that those of one person that touch do not stand in each other's way: what
 * moves later, the last first; what moves earlier, the first first.
 */
export function inMovingOrder<J extends Journey>(journeys: readonly J[]): readonly J[] {
  const ascending = [...journeys].sort((a, b) => a.from.getTime() - b.from.getTime());
  const isLater = ({ from, to }: J): boolean => to > from;
  return [...ascending.filter(isLater).reverse(), ...ascending.filter((journey) => !isLater(journey))];
}
