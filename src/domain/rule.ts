import { DAY_MS } from './civil-date';
import { formatLocal } from './wall-clock';

export const FREQUENCIES = ['DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY'] as const;
export type Frequency = (typeof FREQUENCIES)[number];
/** In the order of `weekdayOf`: 0 is Monday. */
export const WEEKDAY_CODES = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'] as const;

/** `2MO` is the second Monday of the month or year, `-1FR` the last Friday, `TU` (nth null) every Tuesday. */
export interface ByDay {
  readonly weekday: number;
  readonly nth: number | null;
}

/** The three ways to say when a rule ends [A7]. `wall` is in wall milliseconds (`wall-clock.ts`). */
export type Until =
  /** A day as it was written, without a time: its midnight, as a start without a time is. Never stored: `throughLastDay`. */
  | { readonly kind: 'DATE'; readonly wall: number }
  | { readonly kind: 'LOCAL'; readonly wall: number }
  | { readonly kind: 'INSTANT'; readonly epochMs: number };

/** A parsed RRULE (RFC 5545 §3.3.10) that keeps to the policy of `rule-policy.ts`. An empty list: the part is absent. */
export interface Rule {
  readonly frequency: Frequency;
  readonly interval: number;
  readonly months: readonly number[];
  readonly weekNumbers: readonly number[];
  readonly yearDays: readonly number[];
  readonly monthDays: readonly number[];
  readonly weekdays: readonly ByDay[];
  readonly setPositions: readonly number[];
  /** The weekday that weeks begin on; 0 is Monday, the default [A17]. */
  readonly weekStart: number;
  readonly count: number | null;
  readonly until: Until | null;
}

const LAST_SECOND = DAY_MS - 1_000;

/**
 * What people mean by a day in UNTIL: all of it [A7]. Said as a time, `T235959`, and so stored: RFC 5545 §3.3.10 wants
 * UNTIL to be a date only where DTSTART is one, and other programs would read midnight and drop the last member.
 */
export const throughLastDay = (rule: Rule): Rule =>
  rule.until?.kind === 'DATE' ? { ...rule, until: { kind: 'LOCAL', wall: rule.until.wall + LAST_SECOND } } : rule;

/** Whether a wall-clock UNTIL is the end of a day, and so stands for the day. */
export const isEndOfDay = (wall: number): boolean => wall % DAY_MS === LAST_SECOND;

/** A rule without COUNT and UNTIL goes on for ever. */
export const isEndless = (rule: Rule): boolean => rule.count === null && rule.until === null;

/** The one text of a rule: upper case, parts in this order, defaults left out. Equal rules have equal texts. */
export function formatRule(rule: Rule): string {
  const list = (part: string, values: readonly (number | string)[]): string =>
    values.length === 0 ? '' : `;${part}=${values.join(',')}`;
  return (
    `FREQ=${rule.frequency}` +
    (rule.interval === 1 ? '' : `;INTERVAL=${rule.interval}`) +
    list('BYMONTH', rule.months) +
    list('BYWEEKNO', rule.weekNumbers) +
    list('BYYEARDAY', rule.yearDays) +
    list('BYMONTHDAY', rule.monthDays) +
    list('BYDAY', rule.weekdays.map(formatByDay)) +
    list('BYSETPOS', rule.setPositions) +
    (rule.weekStart === 0 ? '' : `;WKST=${WEEKDAY_CODES[rule.weekStart]}`) +
    (rule.count === null ? '' : `;COUNT=${rule.count}`) +
    (rule.until === null ? '' : `;UNTIL=${formatUntil(rule.until)}`)
  );
}

const formatByDay = ({ weekday, nth }: ByDay): string => `${nth ?? ''}${WEEKDAY_CODES[weekday]}`;

/** `20270301T100000` */
const compact = (wall: number): string => formatLocal(wall).replace(/[-:]/g, '');

function formatUntil(until: Until): string {
  switch (until.kind) {
    case 'DATE':
      return compact(until.wall).slice(0, 8);
    case 'LOCAL':
      return compact(until.wall);
    case 'INSTANT':
      return `${compact(until.epochMs)}Z`;
  }
}
