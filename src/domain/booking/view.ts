import type { Bucket, BucketKey } from '../bucket';
import type { Event } from '../event';
import type { IdempotencyRow } from '../idempotency';
import type { EventId, Holder, OccurrenceId, RegistrationId, TenantId } from '../ids';
import type { JournalRow } from '../journal';
import type { Occurrence } from '../occurrence';
import type { Registration } from '../registration';

/** One entry of a holder's bucket. */
export interface BookedInterval {
  readonly startsAt: Date;
  readonly endsAt: Date;
  readonly registrationId: RegistrationId;
  readonly occurrenceId: OccurrenceId;
}

/** The time that a registration takes, as its holder's buckets have it. */
export const bookedBy = ({ startsAt, endsAt, id, occurrenceId }: Registration): BookedInterval => ({
  startsAt,
  endsAt,
  registrationId: id,
  occurrenceId,
});

/**
 * What a batch's decision rests on, read inside its transaction. An entry that is there says what the database has
 * (null for "asked for and not there"); a missing entry was not asked for and must never read as "free".
 */
export interface BookingView {
  readonly occurrences: ReadonlyMap<OccurrenceId, Occurrence | null>;
  readonly buckets: ReadonlyMap<BucketKey, readonly BookedInterval[] | null>;
  /** Registrations asked for by id: those to be cancelled. */
  readonly registrations: ReadonlyMap<RegistrationId, Registration | null>;
  /** Active registrations by `pairKey`, for occurrences that take no time lock (policy ALLOW). */
  readonly pairs: ReadonlyMap<string, Registration | null>;
  readonly idempotency: ReadonlyMap<string, IdempotencyRow | null>;
}

export const pairKey = (occurrenceId: OccurrenceId, holder: Holder): string => `${occurrenceId}|${holder}`;

/** What was not loaded must never read as "free". */
export function mustHave<Key, Value>(map: ReadonlyMap<Key, Value>, key: Key): Value {
  const value = map.get(key);
  if (value === undefined) throw new Error(`the view was not loaded with ${String(key)}`);
  return value;
}

export interface OccurrenceChange {
  readonly id: OccurrenceId;
  /** Compare-and-set on the engine's `rev`. */
  readonly expectedRev: number;
  /** Net values; `rev` grows by one with the write. */
  readonly set: Partial<Omit<Occurrence, 'id' | 'tenantId' | 'eventId' | 'rev'>>;
}

/** A holder's first bookings in a bucket: inserted, so that another one of the same key is refused. */
export interface NewBucket extends Bucket {
  readonly tenantId: TenantId;
  readonly holder: Holder;
  readonly booked: readonly BookedInterval[];
}

/** The net effect on one bucket: one statement (`booking-engine.md` §2.2). */
export interface BucketChange extends Bucket {
  readonly holder: Holder;
  readonly remove: readonly RegistrationId[];
  /** Refused by the database where one overlaps what stays. */
  readonly add: readonly BookedInterval[];
  /** Added whatever is there: registrations kept flagged by a large move [C7]. */
  readonly force: readonly BookedInterval[];
}

export interface RegistrationChange {
  readonly expectedVersion: number;
  readonly registration: Registration;
}

export interface EventChange {
  readonly id: EventId;
  readonly expectedRevision: number;
  /** Net values, `revision` among them where it grows; null: the event goes. */
  readonly set: Partial<Omit<Event, 'id' | 'tenantId'>> | null;
}

/** The net state per document, one statement each. */
export interface Changes {
  readonly event: EventChange | null;
  readonly occurrences: readonly OccurrenceChange[];
  readonly occurrencesRemoved: readonly { readonly id: OccurrenceId; readonly expectedRev: number }[];
  readonly occurrencesAdded: readonly Occurrence[];
  readonly registrations: readonly RegistrationChange[];
  readonly registrationsAdded: readonly Registration[];
  readonly buckets: readonly BucketChange[];
  readonly bucketsAdded: readonly NewBucket[];
  readonly journal: readonly JournalRow[];
  readonly idempotency: readonly IdempotencyRow[];
}
