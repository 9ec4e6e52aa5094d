import type { Recurrence, Schedule } from './event';
import { formatRule, isEndOfDay, type Until } from './rule';
import { parseRule } from './rule-policy';
import { formatLocal, parseLocal, toWallMs, wallMs, wallToInstant } from './wall-clock';

type Anchor = Pick<Schedule, 'timezone' | 'startsAtLocal'>;

/**
 * The recurrence of a series whose start or zone was edited and whose rule was not: EXDATE and RDATE move on the wall
 * clock as DTSTART does [B1], and so does an UNTIL that names a time, for it would cut off the last member otherwise.
 * An UNTIL that names a day stays.
 */
export function shiftRecurrence(recurrence: Recurrence, from: Anchor, to: Anchor): Recurrence {
  const shiftMs = wallMs(to.startsAtLocal) - wallMs(from.startsAtLocal);
  if (shiftMs === 0 && from.timezone === to.timezone) return recurrence;
  // What is moved out of the calendar (1970-2200) is no date any more.
  const shifted = (dates: readonly string[]): readonly string[] =>
    dates.map((date) => formatLocal(wallMs(date) + shiftMs)).filter((date) => parseLocal(date) !== null);
  const rule = parseRule(recurrence.rrule);
  const until = rule.until === null ? null : shiftUntil(rule.until, (wall) => wall + shiftMs, [from, to]);
  return {
    rrule: formatRule({ ...rule, until }),
    exdates: shifted(recurrence.exdates),
    rdates: shifted(recurrence.rdates),
  };
}

function shiftUntil(until: Until, shift: (wall: number) => number, [from, to]: readonly [Anchor, Anchor]): Until {
  switch (until.kind) {
    case 'DATE':
      return until;
    case 'LOCAL':
      return isEndOfDay(until.wall) ? until : { kind: 'LOCAL', wall: shift(until.wall) };
    case 'INSTANT': {
      const wall = shift(toWallMs(until.epochMs, from.timezone));
      return { kind: 'INSTANT', epochMs: wallToInstant(wall, to.timezone).instant.getTime() };
    }
  }
}
