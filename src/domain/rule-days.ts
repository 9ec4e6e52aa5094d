import { civilDate, dayNumber, daysInMonth, daysInYear, startOfWeek, weekdayOf, type CivilDate } from './civil-date';
import type { Rule } from './rule';

/**
 * The days of a rule (RFC 5545 §3.3.10), period by period: all days of a day, week, month or year that pass the BY
 * parts, and of those the BYSETPOS ones. A period is found by arithmetic, not by walking there, so an old series costs
 * no more than a new one; and every day looked at is counted, so a search can be limited in steps instead of in time.
 */
export interface Search {
  /** The day of DTSTART. */
  readonly startDay: number;
  /** Periods that end before this day are jumped over. */
  readonly fromDay: number;
  /** Periods that begin after this day are not looked at. */
  readonly lastDay: number;
  /** Counts the days looked at. */
  readonly effort: { steps: number };
}

/** Ascending day numbers from `startDay` on; those before `fromDay` in its period included. COUNT, UNTIL: not here. */
export function* ruleDays(rule: Rule, { startDay, fromDay, lastDay, effort }: Search): Generator<number> {
  const isOnRule = dayFilter(rule, startDay);
  const periods = periodsOf(rule, startDay);
  for (let n = periods.indexOf(Math.max(fromDay, startDay)); ; n++) {
    const first = periods.firstDay(n);
    if (first > lastDay) return;
    const length = periods.length(first);
    effort.steps += length;
    const days: number[] = [];
    for (let day = first; day < first + length; day++) if (isOnRule(day)) days.push(day);
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

interface Periods {
  /** The last period, on the grid of INTERVAL, that begins no later than a day; 0 is DTSTART's own. */
  indexOf(day: number): number;
  firstDay(index: number): number;
  length(firstDay: number): number;
}

function periodsOf({ frequency, interval, weekStart }: Rule, startDay: number): Periods {
  const start = civilDate(startDay);
  switch (frequency) {
    case 'DAILY':
    case 'WEEKLY': {
      const length = frequency === 'DAILY' ? 1 : 7;
      const origin = frequency === 'DAILY' ? startDay : startOfWeek(startDay, weekStart);
      return {
        indexOf: (day) => Math.floor((day - origin) / (length * interval)),
        firstDay: (index) => origin + index * length * interval,
        length: () => length,
      };
    }
    case 'MONTHLY': {
      const origin = monthIndex(start);
      return {
        indexOf: (day) => Math.floor((monthIndex(civilDate(day)) - origin) / interval),
        firstDay: (index) => dayNumber(0, origin + index * interval + 1, 1),
        length: (firstDay) => lengthOfMonth(civilDate(firstDay)),
      };
    }
    case 'YEARLY':
      return {
        indexOf: (day) => Math.floor((civilDate(day).year - start.year) / interval),
        firstDay: (index) => dayNumber(start.year + index * interval, 1, 1),
        length: (firstDay) => daysInYear(civilDate(firstDay).year),
      };
  }
}

/** Months since year 0. */
const monthIndex = ({ year, month }: CivilDate): number => year * 12 + month - 1;

const lengthOfMonth = ({ year, month }: CivilDate): number => daysInMonth(year, month);

type DayFilter = (day: number) => boolean;

/** Whether a day passes every BY part. What the rule leaves open comes from DTSTART: its weekday, day and month. */
function dayFilter(rule: Rule, startDay: number): DayFilter {
  const start = civilDate(startDay);
  const { frequency, weekNumbers, yearDays } = rule;
  let { months, monthDays, weekdays } = rule;
  if (yearDays.length === 0 && monthDays.length === 0 && weekdays.length === 0) {
    if (frequency === 'WEEKLY' || weekNumbers.length > 0) {
      weekdays = [{ weekday: weekdayOf(startDay), nth: null }];
    } else if (frequency !== 'DAILY') {
      monthDays = [start.day];
      if (frequency === 'YEARLY' && months.length === 0) months = [start.month];
    }
  }
  const inMonth = new Set(months);
  const filters: ((day: number, date: CivilDate) => boolean)[] = [];
  if (inMonth.size > 0) filters.push((_, date) => inMonth.has(date.month));
  if (monthDays.length > 0) {
    const onDay = fromEitherEnd(monthDays);
    filters.push((_, date) => onDay(date.day, lengthOfMonth(date)));
  }
  if (yearDays.length > 0) {
    const onDay = fromEitherEnd(yearDays);
    filters.push((day, date) => onDay(dayOfYear(day, date), daysInYear(date.year)));
  }
  if (weekdays.length > 0) filters.push(weekdayFilter(weekdays, frequency === 'YEARLY' && months.length === 0));
  if (weekNumbers.length > 0) filters.push(weekNumberFilter(rule));
  return (day) => {
    const date = civilDate(day);
    return filters.every((passes) => passes(day, date));
  };
}

const dayOfYear = (day: number, { year }: CivilDate): number => day - dayNumber(year, 1, 1) + 1;

/** Membership in a list whose negative numbers count from the end of `length`. */
function fromEitherEnd(values: readonly number[]): (position: number, length: number) => boolean {
  const set = new Set(values);
  return (position, length) => set.has(position) || set.has(position - length - 1);
}

/** BYDAY; a number before the weekday counts in the year where the rule names no month, else in the month. */
function weekdayFilter(weekdays: Rule['weekdays'], numbersCountInYear: boolean) {
  const ordinals = new Map<number, Set<number | null>>();
  for (const { weekday, nth } of weekdays) ordinals.set(weekday, (ordinals.get(weekday) ?? new Set()).add(nth));
  return (day: number, date: CivilDate): boolean => {
    const wanted = ordinals.get(weekdayOf(day));
    if (wanted === undefined) return false;
    if (wanted.has(null)) return true;
    const position = numbersCountInYear ? dayOfYear(day, date) : date.day;
    const length = numbersCountInYear ? daysInYear(date.year) : lengthOfMonth(date);
    return wanted.has(Math.ceil(position / 7)) || wanted.has(-Math.ceil((length - position + 1) / 7));
  };
}

/** BYWEEKNO: week 1 is the first with at least four days in the year. A day counts in the year its week belongs to. */
function weekNumberFilter({ weekNumbers, weekStart }: Rule) {
  const inWeek = fromEitherEnd(weekNumbers);
  const firstWeek = (year: number): number => startOfWeek(dayNumber(year, 1, 4), weekStart);
  return (day: number): boolean => {
    const week = startOfWeek(day, weekStart);
    const { year } = civilDate(week + 3);
    const number = (week - firstWeek(year)) / 7 + 1;
    return inWeek(number, (firstWeek(year + 1) - firstWeek(year)) / 7);
  };
}
