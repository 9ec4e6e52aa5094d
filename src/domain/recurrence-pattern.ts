import type { Frequency } from './rule';
import { invalidRecurrence, MAX_LIST } from './rule-policy';

export const WEEKDAYS = ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY'] as const;
export type Weekday = (typeof WEEKDAYS)[number];
export const MONTH_END_POLICIES = ['SKIP', 'LAST_DAY'] as const;
/** What becomes of "the 31st" in a shorter month: no member, or one on its last day [A6]. */
export type MonthEndPolicy = (typeof MONTH_END_POLICIES)[number];

/** A rule as a form asks for it. null and absent alike: not given. */
export interface RecurrencePattern {
  readonly frequency: Frequency;
  readonly interval?: number | null;
  readonly weekdays?: readonly { readonly day: Weekday; readonly nth?: number | null }[] | null;
  readonly monthDays?: readonly number[] | null;
  readonly monthEnd?: MonthEndPolicy | null;
  readonly count?: number | null;
  /** Inclusive wall clock. */
  readonly untilLocal?: string | null;
}

/**
 * The rule text of a pattern; the start fills in what the pattern leaves open. The values are judged where every rule
 * is (`rule-policy.ts`). Refuses INVALID_RECURRENCE where LAST_DAY cannot be said in one rule.
 */
export function compilePattern(pattern: RecurrencePattern, startsAtLocal: string): string {
  const parts = [`FREQ=${pattern.frequency}`, `INTERVAL=${pattern.interval ?? 1}`];
  const weekdays = pattern.weekdays ?? [];
  if (weekdays.length > 0) parts.push(`BYDAY=${weekdays.map((w) => `${w.nth ?? ''}${w.day.slice(0, 2)}`).join(',')}`);
  parts.push(...monthDayParts(pattern, startsAtLocal));
  if (typeof pattern.count === 'number') parts.push(`COUNT=${pattern.count}`);
  if (typeof pattern.untilLocal === 'string') parts.push(`UNTIL=${pattern.untilLocal.replace(/[-:]/g, '')}`);
  return parts.join(';');
}

/** No month is shorter than this. */
const SURE_DAYS = 28;

function monthDayParts(pattern: RecurrencePattern, startsAtLocal: string): readonly string[] {
  const days = pattern.monthDays ?? [];
  const clamped = pattern.monthEnd === 'LAST_DAY' ? clampedParts(pattern, startsAtLocal) : null;
  return clamped ?? (days.length > 0 ? [`BYMONTHDAY=${days.join(',')}`] : []);
}

/**
 * "The 31st, or the last day" is the last of the 28th, 29th, 30th and 31st: `BYSETPOS=-1`. Earlier days of the same rule
 * keep their positions from the front. null: every day exists in every month, so there is nothing to clamp, or there are
 * more of them than a rule may name, which is judged as they are.
 */
function clampedParts(pattern: RecurrencePattern, startsAtLocal: string): readonly string[] | null {
  const [month, startDay] = [Number(startsAtLocal.slice(5, 7)), Number(startsAtLocal.slice(8, 10))];
  const given = pattern.monthDays ?? [];
  const hasWeekdays = (pattern.weekdays ?? []).length > 0;
  const implied = given.length === 0 && !hasWeekdays;
  if (pattern.frequency === 'YEARLY' && implied) {
    return month === 2 && startDay > SURE_DAYS ? ['BYMONTH=2', 'BYMONTHDAY=28,29', 'BYSETPOS=-1'] : null;
  }
  if (given.length > MAX_LIST) return null;
  // A repetition means nothing; a position would count it.
  const days = implied && pattern.frequency === 'MONTHLY' ? [startDay] : [...new Set(given)];
  const late = days.filter((day) => day > SURE_DAYS);
  if (late.length === 0) return null;
  const early = days.filter((day) => day <= SURE_DAYS);
  if (pattern.frequency !== 'MONTHLY' || hasWeekdays || late.length > 1 || early.some((day) => day < 1)) {
    throw invalidRecurrence('BYMONTHDAY', 'LAST_DAY needs FREQ=MONTHLY and one day after the 28th, without weekdays.');
  }
  const candidates = Array.from({ length: late[0]! - SURE_DAYS + 1 }, (_, i) => SURE_DAYS + i);
  const positions = [...early.map((_, i) => i + 1), -1];
  return [`BYMONTHDAY=${[...new Set([...early, ...candidates])].join(',')}`, `BYSETPOS=${positions.join(',')}`];
}
