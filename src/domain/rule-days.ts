import { civilDate, dayNumber, daysInMonth, daysInYear, startOfWeek } from './civil-date';
import { DayCursor } from './day-cursor';
import { dayFilter } from './day-filter';
import type { Rule } from './rule';

export interface Search {
  /** The day of DTSTART, as a day number. */
  readonly startDay: number;
  /** Periods that end before this day are jumped over. */
  readonly fromDay: number;
  /** Days after this one are not looked at. */
  readonly lastDay: number;
  /** Counts the days looked at. */
  readonly effort: { steps: number };
}

/**
 * The days of a rule (RFC 5545 §3.3.10), period by period: all days of a day, week, month or year that pass the BY
 * parts, and of those the BYSETPOS ones. A period is found by arithmetic, not by walking there, so an old series costs
 * no more than a new one; and a search costs the days between its bounds, whatever the rule says.
 *
 * Yields ascending day numbers from `startDay` on, from the period of `fromDay` on. COUNT and UNTIL are not its business.
 */
export function* ruleDays(rule: Rule, { startDay, fromDay, lastDay, effort }: Search): Generator<number> {
  const passes = dayFilter(rule, startDay);
  const periods = periodsOf(rule, startDay);
  const cursor = new DayCursor();
  for (let n = periods.indexOf(Math.max(fromDay, startDay)); ; n++) {
    const first = periods.firstDay(n);
    if (first > lastDay) return;
    const end = first + periods.length(first);
    effort.steps += end - first;
    const days: number[] = [];
    for (let day = first; day < end; day++) {
      cursor.moveTo(day);
      if (passes(cursor)) days.push(day);
    }
    for (const day of rule.setPositions.length === 0 ? days : pick(days, rule.setPositions)) {
      if (day >= startDay && day <= lastDay) yield day;
    }
  }
}

/** The days at 1-based positions, negative ones from the end; a position outside is none, the same day twice is one. */
function pick(days: readonly number[], positions: readonly number[]): readonly number[] {
  const chosen = positions.map((position) => days[position > 0 ? position - 1 : days.length + position]);
  return [...new Set(chosen.filter((day) => day !== undefined))].sort((a, b) => a - b);
}

/** The periods of FREQ, on the grid of INTERVAL. */
interface Periods {
  /** The last one that begins no later than a day; 0 is DTSTART's own. */
  indexOf(day: number): number;
  firstDay(index: number): number;
  length(firstDay: number): number;
}

function periodsOf({ frequency, interval, weekStart }: Rule, startDay: number): Periods {
  switch (frequency) {
    case 'DAILY':
      return equalPeriods(startDay, 1, interval);
    case 'WEEKLY':
      return equalPeriods(startOfWeek(startDay, weekStart), 7, interval);
    case 'MONTHLY': {
      const origin = monthIndex(startDay);
      return {
        indexOf: (day) => Math.floor((monthIndex(day) - origin) / interval),
        firstDay: (index) => firstOfMonth(origin + index * interval),
        length: (firstDay) => lengthOfMonth(firstDay),
      };
    }
    case 'YEARLY': {
      const origin = civilDate(startDay).year;
      return {
        indexOf: (day) => Math.floor((civilDate(day).year - origin) / interval),
        firstDay: (index) => dayNumber(origin + index * interval, 1, 1),
        length: (firstDay) => daysInYear(civilDate(firstDay).year),
      };
    }
  }
}

const equalPeriods = (origin: number, length: number, interval: number): Periods => ({
  indexOf: (day) => Math.floor((day - origin) / (length * interval)),
  firstDay: (index) => origin + index * length * interval,
  length: () => length,
});

/** Months since the year 0. */
function monthIndex(dayNo: number): number {
  const { year, month } = civilDate(dayNo);
  return year * 12 + month - 1;
}

const firstOfMonth = (index: number): number => dayNumber(Math.floor(index / 12), (index % 12) + 1, 1);

function lengthOfMonth(firstDay: number): number {
  const { year, month } = civilDate(firstDay);
  return daysInMonth(year, month);
}
