import type { BookingCommand } from '../../../src/domain/booking/commands';
import { pairKey, type BookedInterval, type BookingView, type Changes } from '../../../src/domain/booking/view';
import { bucketsOf, type BucketKey } from '../../../src/domain/bucket';
import type { IdempotencyRow } from '../../../src/domain/idempotency';
import type { RegistrationId } from '../../../src/domain/ids';
import { overlaps } from '../../../src/domain/interval';
import type { Occurrence } from '../../../src/domain/occurrence';
import type { Registration } from '../../../src/domain/registration';

/** Stands in for the store: loads views, and writes changes with the constraints that the real statements carry. */
export class BookingWorld {
  readonly occurrences = new Map<string, Occurrence>();
  readonly registrations = new Map<string, Registration>();
  readonly buckets = new Map<BucketKey, BookedInterval[]>();
  readonly idempotency = new Map<string, IdempotencyRow>();
  readonly journal: Changes['journal'][number][] = [];

  constructor(occurrences: readonly Occurrence[]) {
    for (const occurrence of occurrences) this.occurrences.set(occurrence.id, occurrence);
  }

  view(commands: readonly BookingCommand[]): BookingView {
    const buckets = new Map<BucketKey, readonly BookedInterval[] | null>();
    const pairs = new Map<string, Registration | null>();
    const registrations = new Map<RegistrationId, Registration | null>();
    const idempotency = new Map<string, IdempotencyRow | null>();
    for (const { kind, occurrenceId, holder, registrationId, idempotency: claim } of commands) {
      const occurrence = this.occurrences.get(occurrenceId);
      if (claim) idempotency.set(claim.id, this.idempotency.get(claim.id) ?? null);
      if (kind === 'cancel') registrations.set(registrationId, this.registrations.get(registrationId) ?? null);
      if (kind === 'cancel' || !occurrence) continue;
      if (occurrence.rules.conflictPolicy === 'ALLOW') {
        pairs.set(pairKey(occurrenceId, holder), this.activePair(occurrenceId, holder));
        continue;
      }
      for (const { key } of bucketsOf(occurrence.tenantId, holder, occurrence)) {
        buckets.set(key, this.buckets.get(key) ?? null);
      }
    }
    const occurrences = new Map(
      commands.map(({ occurrenceId }) => [occurrenceId, this.occurrences.get(occurrenceId) ?? null]),
    );
    return { occurrences, buckets, registrations, pairs, idempotency };
  }

  /** The view of an edit: the occurrences, whoever registered for them and be it cancelled, all of their time. */
  editView(ids: readonly Occurrence['id'][]): BookingView {
    const registered = [...this.registrations.values()].filter(({ occurrenceId }) => ids.includes(occurrenceId));
    return {
      occurrences: new Map(ids.map((id) => [id, this.occurrences.get(id) ?? null])),
      registrations: new Map(registered.map((registration) => [registration.id, registration])),
      buckets: new AllBuckets(this.buckets),
      pairs: new Map(),
      idempotency: new Map(),
    };
  }

  /** @throws where a statement of the real store would have been refused */
  apply(changes: Changes): void {
    for (const { id, expectedRev, set } of changes.occurrences) {
      const before = this.occurrences.get(id);
      if (before?.rev !== expectedRev) throw new Error('occurrence: stale');
      this.occurrences.set(id, { ...before, ...set, rev: expectedRev + 1 });
    }
    for (const { registration, expectedVersion } of changes.registrations) {
      if (this.registrations.get(registration.id)?.version !== expectedVersion) throw new Error('registration: stale');
      this.registrations.set(registration.id, registration);
    }
    for (const bucket of changes.buckets) this.applyBucket(bucket);
    for (const { key, booked } of changes.bucketsAdded) {
      if (this.buckets.has(key)) throw new Error('bucket: there is one');
      this.buckets.set(key, [...booked]);
    }
    for (const registration of changes.registrationsAdded) {
      const active = registration.status !== 'CANCELLED';
      if (active && this.activePair(registration.occurrenceId, registration.holder))
        throw new Error('registered twice');
      this.registrations.set(registration.id, registration);
    }
    for (const row of changes.idempotency) this.idempotency.set(row.id, row);
    this.journal.push(...changes.journal);
  }

  private applyBucket({ key, remove, add, force }: Changes['buckets'][number]): void {
    // Only what is taken makes a bucket: time given back of one that is gone leaves none behind.
    if (!this.buckets.has(key) && add.length + force.length === 0) return;
    const kept = (this.buckets.get(key) ?? []).filter(({ registrationId }) => !remove.includes(registrationId));
    if (add.some((one) => kept.some((other) => overlaps(one, other)))) throw new Error('bucket: overlap');
    this.buckets.set(key, [...kept, ...add, ...force]);
  }

  private activePair(occurrenceId: string, holder: string): Registration | null {
    for (const one of this.registrations.values()) {
      if (one.occurrenceId === occurrenceId && one.holder === holder && one.status !== 'CANCELLED') return one;
    }
    return null;
  }
}

/** Every bucket counts as loaded, also one that nobody wrote. */
class AllBuckets extends Map<BucketKey, readonly BookedInterval[] | null> {
  override get(key: BucketKey): readonly BookedInterval[] | null {
    return super.get(key) ?? null;
  }
}
