import { RefusedError } from './errors';
import { FREQUENCIES, WEEKDAY_CODES, type ByDay, type Frequency, type Rule, type Until } from './rule';
import { parseLocal } from './wall-clock';

/**
 * The one policy of what a rule may be [A10]: a whitelist, judged before anything is expanded, so that no text can cost
 * more than reading it.
 */
export const MAX_RULE_LENGTH = 512;
export const MAX_INTERVAL = 366;
export const MAX_COUNT = 730;
/** Values of a BY list [A10]; longer for BYYEARDAY and BYWEEKNO. */
export const MAX_LIST = 31;
const MAX_YEAR_LIST = 53;

const NOT_SUPPORTED = ['BYHOUR', 'BYMINUTE', 'BYSECOND', 'EXRULE', 'RSCALE', 'SKIP'];

type Parts = ReadonlyMap<string, string>;

export function invalidRecurrence(part: string | null, detail: string): RefusedError {
  return new RefusedError({ code: 'INVALID_RECURRENCE', part, detail });
}

/** Reads rule text (`FREQ=WEEKLY;BYDAY=MO`, an `RRULE:` before it is dropped). Refuses INVALID_RECURRENCE. */
export function parseRule(text: string): Rule {
  if (text.length > MAX_RULE_LENGTH) throw invalidRecurrence(null, `A rule has at most ${MAX_RULE_LENGTH} characters.`);
  const parts = splitParts(text.toUpperCase().replace(/^RRULE:/, ''));
  const rule: Rule = {
    frequency: parseFrequency(parts),
    interval: parseNumber(parts, 'INTERVAL', MAX_INTERVAL) ?? 1,
    months: parseNumbers(parts, 'BYMONTH', { max: 12, positive: true }),
    weekNumbers: parseNumbers(parts, 'BYWEEKNO', { max: 53, length: MAX_YEAR_LIST }),
    yearDays: parseNumbers(parts, 'BYYEARDAY', { max: 366, length: MAX_YEAR_LIST }),
    monthDays: parseNumbers(parts, 'BYMONTHDAY', { max: 31 }),
    weekdays: parseWeekdays(parts),
    setPositions: parseNumbers(parts, 'BYSETPOS', { max: 366 }),
    weekStart: parseWeekStart(parts),
    count: parseNumber(parts, 'COUNT', MAX_COUNT),
    until: parseUntil(parts),
  };
  requireSoundCombination(rule);
  return rule;
}

const KNOWN = new Set([
  ...['FREQ', 'INTERVAL', 'COUNT', 'UNTIL', 'WKST'],
  ...['BYMONTH', 'BYWEEKNO', 'BYYEARDAY', 'BYMONTHDAY', 'BYDAY', 'BYSETPOS'],
]);

function splitParts(text: string): Parts {
  const parts = new Map<string, string>();
  for (const piece of text.split(';')) {
    const match = /^([A-Z-]+)=([A-Z0-9,+-]+)$/.exec(piece);
    if (match === null) throw invalidRecurrence(null, 'A rule is a list of NAME=VALUE, separated by semicolons.');
    const [name, value] = [match[1]!, match[2]!];
    if (NOT_SUPPORTED.includes(name)) throw invalidRecurrence(name, `${name} is not supported.`);
    if (!KNOWN.has(name)) throw invalidRecurrence(null, 'There is an unknown part in the rule.');
    if (parts.has(name)) throw invalidRecurrence(name, `${name} may stand in a rule only once.`);
    parts.set(name, value);
  }
  return parts;
}

function parseFrequency(parts: Parts): Frequency {
  const frequency = FREQUENCIES.find((known) => known === parts.get('FREQ'));
  if (frequency === undefined) throw invalidRecurrence('FREQ', `FREQ is one of ${FREQUENCIES.join(', ')}.`);
  return frequency;
}

function parseNumber(parts: Parts, name: string, max: number): number | null {
  const value = parts.get(name);
  if (value === undefined) return null;
  const number = /^\d{1,9}$/.test(value) ? Number(value) : 0;
  if (number < 1 || number > max) throw invalidRecurrence(name, `${name} is a number from 1 to ${max}.`);
  return number;
}

/** The values of a list: the list is not longer than allowed. An absent part is an empty list. */
function splitList(parts: Parts, name: string, length: number): readonly string[] {
  const values = parts.get(name)?.split(',') ?? [];
  if (values.length > length) throw invalidRecurrence(name, `${name} has at most ${length} values.`);
  return values;
}

interface ListRule {
  readonly max: number;
  readonly positive?: true;
  readonly length?: number;
}

/** A list of numbers as a sorted set: the order and repetitions of BY lists mean nothing. */
function parseNumbers(parts: Parts, name: string, { max, positive, length = MAX_LIST }: ListRule): readonly number[] {
  const numbers = splitList(parts, name, length).map((value) => {
    const number = /^[+-]?\d{1,3}$/.test(value) ? Number(value) : 0;
    if (number === 0 || Math.abs(number) > max || (positive && number < 0)) {
      throw invalidRecurrence(
        name,
        `The values of ${name} go from 1 to ${max}${positive ? '' : `, or -${max} to -1`}.`,
      );
    }
    return number;
  });
  return [...new Set(numbers)].sort((a, b) => a - b);
}

function parseWeekdays(parts: Parts): readonly ByDay[] {
  const found = new Map<string, ByDay>();
  for (const value of splitList(parts, 'BYDAY', MAX_LIST)) {
    const match = /^([+-]?\d{1,2})?([A-Z]{2})$/.exec(value);
    const weekday = WEEKDAY_CODES.findIndex((code) => code === match?.[2]);
    const nth = match?.[1] === undefined ? null : Number(match[1]);
    if (weekday < 0) throw invalidRecurrence('BYDAY', 'BYDAY lists weekdays such as MO, 2TU or -1FR.');
    if (nth !== null && (nth === 0 || Math.abs(nth) > 53)) {
      throw invalidRecurrence('BYDAY', 'The number before a weekday goes from 1 to 53, or -53 to -1.');
    }
    found.set(`${nth}${weekday}`, { weekday, nth });
  }
  return [...found.values()].sort((a, b) => (a.nth ?? 0) - (b.nth ?? 0) || a.weekday - b.weekday);
}

function parseWeekStart(parts: Parts): number {
  const value = parts.get('WKST') ?? 'MO';
  const weekday = WEEKDAY_CODES.findIndex((code) => code === value);
  if (weekday < 0) throw invalidRecurrence('WKST', 'WKST is one weekday, e.g. MO.');
  return weekday;
}

const UNTIL = /^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)(Z|[+-]\d{4})?)?$/;

/** A date, a local date-time, or with `Z` or an offset an instant [A7]. */
function parseUntil(parts: Parts): Until | null {
  const value = parts.get('UNTIL');
  if (value === undefined) return null;
  const match = UNTIL.exec(value);
  const [year, month, day, hour = '00', minute = '00', second = '00', offset] = match?.slice(1) ?? [];
  const wall = match === null ? null : parseLocal(`${year}-${month}-${day}T${hour}:${minute}:${second}`);
  const offsetMs = offset === undefined || offset === 'Z' ? 0 : parseOffset(offset);
  if (wall === null || offsetMs === null) {
    throw invalidRecurrence('UNTIL', 'UNTIL is a date or date-time between 1970 and 2200, e.g. 20270301T100000Z.');
  }
  if (value.length === 8) return { kind: 'DATE', wall };
  return offset === undefined ? { kind: 'LOCAL', wall } : { kind: 'INSTANT', epochMs: wall - offsetMs };
}

/** Milliseconds of `+0530`; null where there is no such offset. */
function parseOffset(text: string): number | null {
  const [hours, minutes] = [Number(text.slice(1, 3)), Number(text.slice(3))];
  if (hours > 14 || minutes > 59) return null;
  return (text.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}

/** What RFC 5545 §3.3.10 rules out, and BYSETPOS with nothing to choose from. */
function requireSoundCombination(rule: Rule): void {
  const { frequency } = rule;
  const refuse = (part: string, where: string): never => {
    throw invalidRecurrence(part, `${part} has no meaning ${where}.`);
  };
  if (rule.count !== null && rule.until !== null) throw invalidRecurrence('COUNT', 'Give COUNT or UNTIL, not both.');
  if (rule.weekNumbers.length > 0 && frequency !== 'YEARLY') refuse('BYWEEKNO', 'outside FREQ=YEARLY');
  if (rule.yearDays.length > 0 && frequency !== 'YEARLY') refuse('BYYEARDAY', 'outside FREQ=YEARLY');
  if (rule.monthDays.length > 0 && frequency === 'WEEKLY') refuse('BYMONTHDAY', 'with FREQ=WEEKLY');
  if (rule.weekdays.some(({ nth }) => nth !== null)) {
    if (frequency === 'DAILY' || frequency === 'WEEKLY') refuse('BYDAY', `with a number and FREQ=${frequency}`);
    if (rule.weekNumbers.length > 0) refuse('BYDAY', 'with a number and BYWEEKNO');
  }
  const others = [rule.months, rule.weekNumbers, rule.yearDays, rule.monthDays, rule.weekdays];
  if (rule.setPositions.length > 0 && others.every((list) => list.length === 0)) {
    refuse('BYSETPOS', 'without another BY part');
  }
}
