import { civilDate, dayNumber, startOfWeek, weekdayOf } from './civil-date';
import type { DayCursor } from './day-cursor';
import type { ByDay, Rule } from './rule';

export type DayFilter = (day: DayCursor) => boolean;

/** Whether a day passes every BY part of a rule (RFC 5545 §3.3.10). */
export function dayFilter(rule: Rule, startDay: number): DayFilter {
  const { frequency, weekNumbers, yearDays, months, monthDays, weekdays } = fillFromStart(rule, startDay);
  const filters: DayFilter[] = [];
  if (months.length > 0) {
    const isListed = membership(months);
    filters.push((day) => isListed(day.month, 12));
  }
  if (monthDays.length > 0) {
    const isListed = membership(monthDays);
    filters.push((day) => isListed(day.day, day.monthLength));
  }
  if (yearDays.length > 0) {
    const isListed = membership(yearDays);
    filters.push((day) => isListed(day.dayOfYear, day.yearLength));
  }
  if (weekdays.length > 0) {
    filters.push(weekdayFilter(weekdays, frequency === 'YEARLY' && months.length === 0));
  }
  if (weekNumbers.length > 0) filters.push(weekNumberFilter(rule));
  return (day) => filters.every((passes) => passes(day));
}

/** What the rule leaves open comes from DTSTART: its weekday, its day, its month. */
function fillFromStart(rule: Rule, startDay: number): Rule {
  const { frequency, weekNumbers, yearDays, monthDays, weekdays, months } = rule;
  if (yearDays.length > 0 || monthDays.length > 0 || weekdays.length > 0) return rule;
  if (frequency === 'WEEKLY' || weekNumbers.length > 0) {
    return { ...rule, weekdays: [{ weekday: weekdayOf(startDay), nth: null }] };
  }
  const start = civilDate(startDay);
  switch (frequency) {
    case 'DAILY':
      return rule;
    case 'MONTHLY':
      return { ...rule, monthDays: [start.day] };
    case 'YEARLY':
      return { ...rule, monthDays: [start.day], months: months.length > 0 ? months : [start.month] };
  }
}

/** Whether a 1-based position, in something of this length, is in a list whose negative numbers count from the end. */
function membership(values: readonly number[]): (position: number, length: number) => boolean {
  const fromFront: boolean[] = new Array<boolean>(400).fill(false);
  const fromEnd: boolean[] = new Array<boolean>(400).fill(false);
  for (const value of values) (value > 0 ? fromFront : fromEnd)[Math.abs(value)] = true;
  return (position, length) => fromFront[position] === true || fromEnd[length - position + 1] === true;
}

/** BYDAY; a number before the weekday counts in the year where the rule names no month, else in the month. */
function weekdayFilter(weekdays: readonly ByDay[], numbersCountInYear: boolean): DayFilter {
  const byWeekday = [0, 1, 2, 3, 4, 5, 6].map((weekday) => {
    const numbers = weekdays.filter((wanted) => wanted.weekday === weekday).map(({ nth }) => nth);
    return { always: numbers.includes(null), isListed: membership(numbers.filter((nth) => nth !== null)) };
  });
  return (day) => {
    const { always, isListed } = byWeekday[day.weekday]!;
    if (always) return true;
    const position = numbersCountInYear ? day.dayOfYear : day.day;
    const after = (numbersCountInYear ? day.yearLength : day.monthLength) - position;
    const nth = Math.ceil(position / 7);
    return isListed(nth, nth + Math.floor(after / 7));
  };
}

/** BYWEEKNO: week 1 is the first with at least four days in the year. A day counts in the year its week belongs to. */
function weekNumberFilter({ weekNumbers, weekStart }: Rule): DayFilter {
  const isListed = membership(weekNumbers);
  const firstWeek = (year: number): number => startOfWeek(dayNumber(year, 1, 4), weekStart);
  return (day) => {
    const week = startOfWeek(day.number, weekStart);
    const { year } = civilDate(week + 3);
    const number = (week - firstWeek(year)) / 7 + 1;
    return isListed(number, (firstWeek(year + 1) - firstWeek(year)) / 7);
  };
}
