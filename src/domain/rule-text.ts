import { isEndOfDay, type ByDay, type Frequency, type Rule, type Until } from './rule';
import { formatLocal, toLocal } from './wall-clock';

const UNITS: Record<Frequency, string> = { DAILY: 'day', WEEKLY: 'week', MONTHLY: 'month', YEARLY: 'year' };
const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
const MONTHS = [
  ...['January', 'February', 'March', 'April', 'May', 'June', 'July'],
  ...['August', 'September', 'October', 'November', 'December'],
];

/**
 * A rule as an English sentence, e.g. "every 2 weeks on Monday and Wednesday, 10 times". Ours and not rrule's `toText`,
 * which passes over BYSETPOS in silence: a sentence that says more dates than there are is worse than none.
 */
export function ruleText(rule: Rule, timezone: string): string {
  const unit = UNITS[rule.frequency];
  const days = [
    rule.weekNumbers.length > 0 ? `in the ${ordinals(rule.weekNumbers)} week of the year` : null,
    rule.yearDays.length > 0 ? `on the ${ordinals(rule.yearDays)} day of the year` : null,
    rule.weekdays.length > 0 ? `on ${listed(rule.weekdays.map(weekdayText))}` : null,
    rule.monthDays.length > 0 ? `on the ${ordinals(rule.monthDays)} of the month` : null,
    rule.months.length > 0 ? `in ${listed(rule.months.map((month) => MONTHS[month - 1]!))}` : null,
  ].filter((text) => text !== null);
  const chosen = rule.setPositions.length > 0 ? `, of these only the ${ordinals(rule.setPositions)}` : '';
  return (
    [rule.interval === 1 ? `every ${unit}` : `every ${rule.interval} ${unit}s`, ...days].join(' ') +
    chosen +
    endText(rule, timezone)
  );
}

function endText({ count, until }: Rule, timezone: string): string {
  if (count !== null) return count === 1 ? ', once' : `, ${count} times`;
  return until === null ? '' : `, until ${untilText(until, timezone)}`;
}

function untilText(until: Until, timezone: string): string {
  switch (until.kind) {
    case 'DATE':
      return dateText(formatLocal(until.wall));
    case 'LOCAL':
      return (isEndOfDay(until.wall) ? dateText : dateTimeText)(formatLocal(until.wall));
    case 'INSTANT':
      return dateTimeText(toLocal(new Date(until.epochMs), timezone));
  }
}

/** `1 March 2027` */
function dateText(local: string): string {
  return `${Number(local.slice(8, 10))} ${MONTHS[Number(local.slice(5, 7)) - 1]} ${local.slice(0, 4)}`;
}

const dateTimeText = (local: string): string => `${dateText(local)}, ${local.slice(11, 16)}`;

const weekdayText = ({ weekday, nth }: ByDay): string =>
  nth === null ? WEEKDAYS[weekday]! : `the ${ordinal(nth)} ${WEEKDAYS[weekday]}`;

/** `1st`, `22nd`, `last`, `2nd last` */
function ordinal(n: number): string {
  if (n === -1) return 'last';
  const size = Math.abs(n);
  const teen = size % 100 >= 11 && size % 100 <= 13;
  const suffix = teen ? 'th' : (['th', 'st', 'nd', 'rd'][size % 10] ?? 'th');
  return `${size}${suffix}${n < 0 ? ' last' : ''}`;
}

/** Those counted from the end come last, as they are read. */
const ordinals = (numbers: readonly number[]): string =>
  listed([...numbers.filter((n) => n > 0), ...numbers.filter((n) => n < 0)].map(ordinal));

const listed = (words: readonly string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words[words.length - 1]}`;
