import { admitRecurrence } from '../../domain/admit-recurrence';
import type { Recurrence } from '../../domain/event';
import { compilePattern, type RecurrencePattern } from '../../domain/recurrence-pattern';

/** How a client says that an event repeats: rule text, or a pattern that is compiled to it. */
export interface RecurrenceInput {
  readonly rule: string | RecurrencePattern;
  readonly exdates: readonly string[];
  readonly rdates: readonly string[];
}

/** @throws RefusedError INVALID_RECURRENCE, START_NOT_ON_RULE */
export function admitInput(
  { rule, exdates, rdates }: RecurrenceInput,
  { timezone, startsAtLocal }: { readonly timezone: string; readonly startsAtLocal: string },
): Recurrence {
  const rrule = typeof rule === 'string' ? rule : compilePattern(rule, startsAtLocal);
  return admitRecurrence({ timezone, startsAtLocal, recurrence: { rrule, exdates, rdates } });
}
