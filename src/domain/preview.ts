import { civilDate, DAY_MS } from './civil-date';
import type { Recurrence, Schedule } from './event';
import { toMembers, type Member } from './materialise';
import { expandWalls, type WallExpansion } from './recurrence';
import { isEndless, type Rule } from './rule';
import { parseRule } from './rule-policy';
import { ruleText } from './rule-text';
import { MAX_YEAR, formatLocal, wallMs } from './wall-clock';

export interface RecurrencePreview {
  /** The first members from the start on, in any year up to 2200. */
  readonly occurrences: readonly Member[];
  /** How many members there are; null: it never ends. */
  readonly total: number | null;
  readonly text: string;
  readonly warnings: readonly string[];
}

/** What an organizer sees before saving. The recurrence was admitted (`admit-recurrence.ts`). */
export function previewRecurrence(
  schedule: Schedule & { readonly recurrence: Recurrence },
  first: number,
): RecurrencePreview {
  const rule = parseRule(schedule.recurrence.rrule);
  const all = expandWalls(schedule, isEndless(rule) ? { limit: first } : {});
  const occurrences = toMembers(schedule, all.walls.slice(0, first).map(formatLocal));
  return {
    occurrences,
    total: isEndless(rule) ? null : all.walls.length,
    text: ruleText(rule, schedule.timezone),
    warnings: [
      ...skippedPeriods(rule, schedule),
      ...exclusions(rule, schedule, all),
      ...clockChanges(occurrences, schedule.timezone),
    ],
  };
}

/** How many periods are looked through for one without a member: a leap day is missing from the next year already. */
const PERIODS_SHOWN = 48;

/** Months or years without the day that the rule asks for have no member [A6]. */
function skippedPeriods(rule: Rule, schedule: Schedule & { readonly recurrence: Recurrence }): readonly string[] {
  if (rule.frequency !== 'MONTHLY' && rule.frequency !== 'YEARLY') return [];
  const months = rule.frequency === 'MONTHLY';
  const periodOf = (wall: number): number => {
    const { year, month } = civilDate(Math.floor(wall / DAY_MS));
    return months ? year * 12 + month - 1 : year;
  };
  const nominal = { ...schedule, recurrence: { ...schedule.recurrence, exdates: [], rdates: [] } };
  const lastYear = Number(schedule.startsAtLocal.slice(0, 4)) + (PERIODS_SHOWN * rule.interval) / (months ? 12 : 1);
  const until = `${Math.min(Math.ceil(lastYear), MAX_YEAR)}-12-31T23:59:59`;
  const used = new Set(expandWalls(nominal, { until }).walls.map(periodOf));
  const [first, last] = [Math.min(...used), Math.max(...used)];
  const skipped: string[] = [];
  for (let period = first; period <= Math.min(last, first + PERIODS_SHOWN * rule.interval); period += rule.interval) {
    const isMeant = !months || rule.months.length === 0 || rule.months.includes((period % 12) + 1);
    if (isMeant && !used.has(period)) skipped.push(months ? monthText(period) : String(period));
  }
  if (skipped.length === 0) return [];
  const examples = skipped.slice(0, 3).join(', ') + (skipped.length > 3 ? ', …' : '');
  return [`${months ? 'Months' : 'Years'} without such a day are skipped: ${examples}`];
}

const monthText = (index: number): string => `${Math.floor(index / 12)}-${String((index % 12) + 1).padStart(2, '0')}`;

/** Excluded dates use up COUNT [A8]; one that is no date of the rule does nothing, most often by mistake. */
function exclusions(
  rule: Rule,
  schedule: Schedule & { readonly recurrence: Recurrence },
  all: WallExpansion,
): readonly string[] {
  const { exdates, rdates } = schedule.recurrence;
  if (exdates.length === 0) return [];
  const last = exdates.reduce((a, b) => (a > b ? a : b));
  const dates = new Set(
    expandWalls({ ...schedule, recurrence: { ...schedule.recurrence, exdates: [] } }, { until: last }).walls,
  );
  const idle = exdates.filter((date) => !dates.has(wallMs(date)));
  const warnings: string[] = [];
  if (rule.count !== null && idle.length < exdates.length) {
    warnings.push(
      `COUNT=${rule.count} counts excluded dates: ${all.walls.length} take place${rdates.length > 0 ? ', added ones included' : ''}.`,
    );
  }
  if (idle.length > 0)
    warnings.push(`Not a date of the rule, so excluding it changes nothing: ${idle.slice(0, 3).join(', ')}`);
  return warnings;
}

/** One line for each kind of adjustment, with its first date [A3, A4]. */
function clockChanges(members: readonly Member[], timezone: string): readonly string[] {
  const gap = members.find(({ dstAdjusted }) => dstAdjusted === 'GAP');
  const overlap = members.find(({ dstAdjusted }) => dstAdjusted === 'OVERLAP');
  return [
    ...(gap ? [`${gap.recurrenceId} does not exist in ${timezone}: it takes place at ${gap.startsAtLocal}.`] : []),
    ...(overlap ? [`${overlap.recurrenceId} happens twice in ${timezone}: the first is meant.`] : []),
  ];
}
