import type { OccurrenceFields } from '../../domain/booking/edit';
import { durationBetween, durationMs, endOf } from '../../domain/duration';
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
 * everything back does not cut the date off from its series. Empty: nothing changes.
 */
export function overridden(date: Occurrence, fields: OverrideFields): OccurrenceFields {
  const { name, description, capacity } = fields;
  const set: Mutable<OccurrenceFields> = {};
  const overrides = new Set<OverridableField>();
  if (name !== undefined && name !== date.name) {
    set.name = name;
    overrides.add('name');
  }
  if (description !== undefined && description !== date.description) {
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

type Mutable<T> = { -readonly [Field in keyof T]: T[Field] };

const lengthOf = ({ startsAt, endsAt, timezone }: Occurrence): number => durationBetween(startsAt, endsAt, timezone);

/** A new start keeps the length, a new length keeps the start. */
function newTimes(date: Occurrence, { startsAtLocal, duration }: OverrideFields) {
  const { timezone } = date;
  const isMoved = startsAtLocal !== undefined && startsAtLocal !== date.startsAtLocal;
  const { instant: startsAt, dstAdjusted } = isMoved
    ? toInstant(startsAtLocal, timezone)
    : { instant: date.startsAt, dstAdjusted: date.dstAdjusted };
  const length = duration === undefined ? lengthOf(date) : durationMs(duration);
  const wall = wallMs(isMoved ? startsAtLocal : date.startsAtLocal);
  const endsAt = endOf({ wall, instant: startsAt }, length, timezone);
  return { moved: { startsAt, endsAt, startsAtLocal: toLocal(startsAt, timezone), dstAdjusted }, length };
}

/** A description that is the event's again is overridden no more. */
function withOverrides(
  date: Occurrence,
  set: OccurrenceFields,
  overrides: ReadonlySet<OverridableField>,
): OccurrenceFields {
  if (overrides.size === 0) return {};
  const all = new Set([...date.overriddenFields, ...overrides]);
  if (set.description === null) all.delete('description');
  return { ...set, overriddenFields: [...all] };
}
