import { DAY_MS, civilDate, dayNumber } from './civil-date';
import type { Schedule } from './event';
import { isEndless, type Rule, type Until } from './rule';
import { ruleDays } from './rule-days';
import { parseRule } from './rule-policy';
import { MAX_YEAR, formatLocal, toWallMs, wallMs, wallToInstant } from './wall-clock';

/** What of a schedule decides when its members start. */
export type RecurrenceSet = Pick<Schedule, 'timezone' | 'startsAtLocal' | 'recurrence'>;

export interface ExpansionWindow {
  /** Local date-time, inclusive; absent: from the first member on. */
  readonly from?: string;
  /** Local date-time, inclusive; absent: to the end of the calendar, 2200. */
  readonly until?: string;
  readonly limit?: number;
}

export interface Expansion {
  /** Nominal local starts (the `recurrenceId`s), ascending, each once. */
  readonly starts: readonly string[];
  /** No member starts after these. */
  readonly complete: boolean;
  /** Days looked at: what the expansion cost. */
  readonly steps: number;
}

/** A rule whose first member is further from its start than this is refused [A10]. */
export const SEARCH_YEARS = 5;
const LAST_WALL = Date.UTC(MAX_YEAR, 11, 31, 23, 59, 59);

/** The members of a recurrence set within a window; see `expandWalls`. */
export function expand(set: RecurrenceSet, window: ExpansionWindow = {}): Expansion {
  const { walls, complete, steps } = expandWalls(set, window);
  return { starts: walls.map(formatLocal), complete, steps };
}

/**
 * The starts as wall milliseconds: those of the rule and the RDATEs, without the EXDATEs. COUNT counts excluded starts
 * too [A8]; an exclusion names a date-time, never a whole day [A18]. DTSTART is a member only where it is on the rule:
 * whether it must be is asked where people enter rules (`admit-recurrence.ts`) [A9].
 */
export function expandWalls(set: RecurrenceSet, window: ExpansionWindow): WallExpansion {
  const from = window.from === undefined ? -Infinity : wallMs(window.from);
  const until = window.until === undefined ? LAST_WALL : wallMs(window.until);
  const limit = window.limit ?? Infinity;
  if (set.recurrence === null) return expandOnce(wallMs(set.startsAtLocal), from, until);

  const { rdates, exdates } = set.recurrence;
  const excluded = new Set(exdates.map(wallMs));
  const isWanted = (start: number): boolean => start >= from && !excluded.has(start);
  const rule = parseRule(set.recurrence.rrule);
  // A rule that ends is followed beyond the window to its next start, which tells whether the window has seen the end.
  const lastWall = isEndless(rule) ? until : LAST_WALL;
  const walk = walkRule(rule, set, { from, lastWall });
  let complete = lastWall === LAST_WALL;
  const ofRule: number[] = [];
  for (const start of walk.starts) {
    if (!isWanted(start)) continue;
    if (start > until || ofRule.length === limit) {
      complete = false;
      break;
    }
    ofRule.push(start);
  }
  const added = rdates.map(wallMs).filter(isWanted);
  const walls =
    added.length === 0
      ? ofRule
      : merge(
          ofRule,
          added.filter((start) => start <= until),
        );
  return {
    walls: walls.slice(0, limit),
    complete: complete && walls.length <= limit && added.every((start) => start <= until),
    steps: walk.effort.steps,
  };
}

export interface WallExpansion extends Pick<Expansion, 'complete' | 'steps'> {
  readonly walls: readonly number[];
}

const merge = (some: readonly number[], others: readonly number[]): readonly number[] =>
  [...new Set([...some, ...others])].sort((a, b) => a - b);

function expandOnce(start: number, from: number, until: number): WallExpansion {
  return { walls: start >= from && start <= until ? [start] : [], complete: start <= until, steps: 1 };
}

/** The first start of the rule itself, exclusions and RDATEs apart; null: none within five years of DTSTART. */
export function firstMatch(rule: Rule, set: Pick<RecurrenceSet, 'startsAtLocal' | 'timezone'>): string | null {
  const from = wallMs(set.startsAtLocal);
  const { year, month, day } = civilDate(Math.floor(from / DAY_MS));
  const lastWall = Math.min(dayNumber(year + SEARCH_YEARS, month, day) * DAY_MS, LAST_WALL);
  for (const match of walkRule(rule, set, { from, lastWall }).starts) return formatLocal(match);
  return null;
}

interface RuleWalk {
  /** Wall milliseconds, ascending, from the period of `from` to the day of `lastWall`. */
  readonly starts: Iterable<number>;
  readonly effort: { readonly steps: number };
}

/** The rule's own starts, with COUNT (always counted from DTSTART on, but at most 730) and UNTIL. */
function walkRule(
  rule: Rule,
  { startsAtLocal, timezone }: Pick<RecurrenceSet, 'startsAtLocal' | 'timezone'>,
  { from, lastWall }: { readonly from: number; readonly lastWall: number },
): RuleWalk {
  const start = wallMs(startsAtLocal);
  const startDay = Math.floor(start / DAY_MS);
  const timeOfDay = start - startDay * DAY_MS;
  const effort = { steps: 0 };
  const days = ruleDays(rule, {
    startDay,
    fromDay: rule.count === null ? Math.max(startDay, Math.floor(from / DAY_MS)) : startDay,
    lastDay: Math.floor(lastWall / DAY_MS),
    effort,
  });
  function* starts(): Generator<number> {
    let left = rule.count ?? Infinity;
    for (const day of days) {
      const wall = day * DAY_MS + timeOfDay;
      if (rule.until !== null && isAfter(wall, rule.until, timezone)) return;
      yield wall;
      if (--left === 0) return;
    }
  }
  return { starts: starts(), effort };
}

/** Whether a start lies behind UNTIL, which is inclusive. That people mean the whole of a day is `throughLastDay`'s [A7]. */
function isAfter(wall: number, until: Until, timezone: string): boolean {
  switch (until.kind) {
    case 'DATE':
    case 'LOCAL':
      return wall > until.wall;
    case 'INSTANT': {
      // Two days away no clock change matters, and the wall clock of UNTIL decides as well, only cheaper.
      const distance = wall - toWallMs(until.epochMs, timezone);
      if (Math.abs(distance) > 2 * DAY_MS) return distance > 0;
      return wallToInstant(wall, timezone).instant.getTime() > until.epochMs;
    }
  }
}
