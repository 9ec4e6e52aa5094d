import type { OccurrenceFields } from '../../domain/booking/edit';
import { durationMs, endOf } from '../../domain/duration';
import type { Event } from '../../domain/event';
import { lengthOf, wallOf } from '../../domain/kept-member';
import type { Occurrence, OverridableField } from '../../domain/occurrence';
import { toInstant, toLocal, wallMs } from '../../domain/wall-clock';

/** Absent: unchanged. `description: null` gives the event's back, `capacity: null` is unlimited. */
export interface OverrideFields {
  readonly name?: string;
  readonly description?: string | null;
  /** Wall clock of the occurrence's zone. */
  readonly startsAtLocal?: string;
  readonly duration?: string;
  readonly capacity?: number | null;
}

/**
 * What an edit of one date alone sets on it [B3]. Only what differs from before counts as overridden: a form that sends
 * everything back does not cut the date off from its series, and what is the event's is no override. Empty: nothing
 * changes.
 */
export function overridden(date: Occurrence, event: Words, fields: OverrideFields): OccurrenceFields {
  const { capacity } = fields;
  const name = ownText(fields.name, date.name, event.name);
  const description = ownText(fields.description, date.description, event.description);
  const set: Mutable<OccurrenceFields> = {};
  const overrides = new Set<OverridableField>();
  if (name !== date.name) {
    set.name = name;
    overrides.add('name');
  }
  if (description !== date.description) {
    set.description = description;
    overrides.add('description');
  }
  if (capacity !== undefined && capacity !== date.capacity) {
    set.capacity = capacity;
    overrides.add('capacity');
  }
  const times = newTimes(date, fields);
  if (times.moved.startsAt.getTime() !== date.startsAt.getTime()) overrides.add('startsAtLocal');
  if (times.length !== lengthOf(date)) overrides.add('duration');
  if (overrides.has('startsAtLocal') || overrides.has('duration')) {
    Object.assign(set, times.moved);
  }
  return withOverrides(date, set, overrides);
}

/** What a date has from its event unless it has its own. */
type Words = Pick<Event, 'name' | 'description'>;

/**
 * What a date has of its own once it is given this text; null: the event's. Whoever sends back what they were shown
 * leaves it at what it was, an own text that the event has come to share included.
 */
function ownText(given: string | null | undefined, own: string | null, inherited: string | null): string | null {
  if (given === undefined || given === own) return own;
  return given === inherited ? null : given;
}

type Mutable<T> = { -readonly [Field in keyof T]: T[Field] };

/** A new start keeps the length, a new length keeps the start. */
function newTimes(date: Occurrence, { startsAtLocal, duration }: OverrideFields) {
  const { timezone } = date;
  const isMoved = startsAtLocal !== undefined && startsAtLocal !== date.startsAtLocal;
  const { instant: startsAt, dstAdjusted } = isMoved
    ? toInstant(startsAtLocal, timezone)
    : { instant: date.startsAt, dstAdjusted: date.dstAdjusted };
  const length = duration === undefined ? lengthOf(date) : durationMs(duration);
  const wall = isMoved ? wallMs(startsAtLocal) : wallOf(date);
  const endsAt = endOf({ wall, instant: startsAt }, length, timezone);
  // A date that has not followed its clocks yet [A12] keeps the hour that was announced.
  const local = isMoved ? toLocal(startsAt, timezone) : date.startsAtLocal;
  return { moved: { startsAt, endsAt, startsAtLocal: local, dstAdjusted }, length };
}

/** A name or a description that is the event's again is overridden no more. */
function withOverrides(
  date: Occurrence,
  set: OccurrenceFields,
  overrides: ReadonlySet<OverridableField>,
): OccurrenceFields {
  if (overrides.size === 0) return {};
  const all = new Set([...date.overriddenFields, ...overrides]);
  if (set.name === null) all.delete('name');
  if (set.description === null) all.delete('description');
  return { ...set, overriddenFields: [...all] };
}
