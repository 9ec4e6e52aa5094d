import { admitRecurrence } from '../../domain/admit-recurrence';
import type { Event, Schedule } from '../../domain/event';
import { shiftRecurrence } from '../../domain/shift-recurrence';
import { requireStartInReach } from '../../domain/start-reach';
import { admitInput, type RecurrenceInput } from './recurrence-input';

const PLAIN_FIELDS = [
  'name',
  'description',
  'category',
  'timezone',
  'startsAtLocal',
  'duration',
  'capacity',
  'maxSeatsPerRegistration',
  'conflictPolicy',
] as const satisfies readonly (keyof Event)[];

/** Absent: unchanged. null clears what may be null. */
export interface EventFields extends Partial<Pick<Event, (typeof PLAIN_FIELDS)[number]>> {
  readonly recurrence?: RecurrenceInput | null;
}

/** Which fields an edit sets, be it to what they are. */
export const givenFields = (fields: EventFields): ReadonlySet<keyof EventFields> =>
  new Set([...PLAIN_FIELDS, 'recurrence' as const].filter((field) => fields[field] !== undefined));

/**
 * The event as the edit wants it.
 *
 * @throws RefusedError INVALID_RECURRENCE, START_NOT_ON_RULE; BadUserInputError
 */
export function editedEvent(event: Event, fields: EventFields, now: Date): Event {
  const given = PLAIN_FIELDS.filter((field) => fields[field] !== undefined).map((field) => [field, fields[field]]);
  const after: Event = { ...event, ...(Object.fromEntries(given) as Partial<Event>) };
  // Only a start that is set has to be near: the zone of an old series may change, and the hour that it began at.
  if (after.startsAtLocal !== event.startsAtLocal) {
    requireStartInReach(after, { now, path: 'input.startsAtLocal', before: event.startsAtLocal });
  }
  return { ...after, recurrence: editedRecurrence(event, after, fields.recurrence) };
}

/** A rule that was not edited moves with its start and zone [B1], and has to have the new start on it like any other. */
function editedRecurrence(
  from: Event,
  to: Event,
  recurrence: RecurrenceInput | null | undefined,
): Schedule['recurrence'] {
  const isMoved = to.timezone !== from.timezone || to.startsAtLocal !== from.startsAtLocal;
  if (recurrence !== undefined) return recurrence && admitInput(recurrence, to);
  if (from.recurrence === null || !isMoved) return from.recurrence;
  return admitRecurrence({ ...to, recurrence: shiftRecurrence(from.recurrence, from, to) });
}

/** The fields that differ, with their new values: what is written, and what the journal tells. */
export function changedFields(before: Event, after: Event): Partial<Event> {
  const isSame = (field: keyof Event): boolean => JSON.stringify(before[field]) === JSON.stringify(after[field]);
  return Object.fromEntries(Object.entries(after).filter(([field]) => !isSame(field as keyof Event)));
}
