import { RefusedError } from './errors';
import type { Recurrence } from './event';
import { expand, firstMatch, SEARCH_YEARS, type RecurrenceSet } from './recurrence';
import { formatRule, throughLastDay } from './rule';
import { invalidRecurrence, parseRule } from './rule-policy';
import { formatLocal, wallMs } from './wall-clock';

export const MAX_DATES = 500;

/**
 * What people enter becomes what is stored: canonical rule text in which a day in UNTIL counts to its end [A7],
 * sorted dates without repetitions. Refuses INVALID_RECURRENCE where the policy of A10 is broken or nothing would ever take place, and START_NOT_ON_RULE where the
 * start is not a date of the rule [A9]. Every local date-time was validated by its scalar.
 */
export function admitRecurrence(set: RecurrenceSet & { readonly recurrence: Recurrence }): Recurrence {
  const rule = throughLastDay(parseRule(set.recurrence.rrule));
  const recurrence = {
    rrule: formatRule(rule),
    exdates: sortedDates('EXDATE', set.recurrence.exdates),
    rdates: sortedDates('RDATE', set.recurrence.rdates),
  };
  const first = firstMatch(rule, set);
  if (first === null) throw invalidRecurrence(null, `The rule has no date within ${SEARCH_YEARS} years of its start.`);
  if (first !== canonicalLocal(set.startsAtLocal)) {
    throw new RefusedError({ code: 'START_NOT_ON_RULE', firstMatch: first });
  }
  const earliest = recurrence.rdates[0];
  if (earliest !== undefined && earliest < first) {
    throw invalidRecurrence('RDATE', 'An added date lies before the start.');
  }
  if (expand({ ...set, recurrence }, { limit: 1 }).starts.length === 0) {
    throw invalidRecurrence('EXDATE', 'Every date of the rule is excluded.');
  }
  return recurrence;
}

const canonicalLocal = (local: string): string => formatLocal(wallMs(local));

function sortedDates(part: 'EXDATE' | 'RDATE', dates: readonly string[]): readonly string[] {
  if (dates.length > MAX_DATES) throw invalidRecurrence(part, `${part} has at most ${MAX_DATES} dates.`);
  return [...new Set(dates.map(canonicalLocal))].sort();
}
