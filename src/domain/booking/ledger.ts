import { bucketsOf, type Bucket, type BucketKey } from '../bucket';
import type { IdempotencyRow } from '../idempotency';
import type { Holder, OccurrenceId, RegistrationId, TenantId } from '../ids';
import { overlaps, type Interval } from '../interval';
import type { JournalRow } from '../journal';
import type { Occurrence } from '../occurrence';
import type { Registration } from '../registration';
import {
  bookedBy,
  mustHave,
  pairKey,
  type BookedInterval,
  type BookingView,
  type BucketChange,
  type Changes,
} from './view';

interface BucketState {
  readonly bucket: Bucket;
  readonly tenantId: TenantId;
  readonly holder: Holder;
  readonly removed: Set<RegistrationId>;
  added: BookedInterval[];
  readonly forced: Set<RegistrationId>;
}

/**
 * The view with everything that earlier commands of the same batch have done to it: a seat given to the first is gone
 * for the second. In the end it tells the net change per document.
 */
export class Ledger {
  readonly #occurrences = new Map<OccurrenceId, Occurrence>();
  readonly #registrations = new Map<RegistrationId, Registration>();
  readonly #added = new Set<RegistrationId>();
  readonly #pairs = new Map<string, Registration | null>();
  readonly #buckets = new Map<BucketKey, BucketState>();
  readonly #idempotency = new Map<string, IdempotencyRow>();
  readonly #journal: JournalRow[] = [];

  constructor(readonly view: BookingView) {}

  occurrence(id: OccurrenceId): Occurrence | null {
    return this.#occurrences.get(id) ?? mustHave(this.view.occurrences, id);
  }

  registration(id: RegistrationId): Registration | null {
    return this.#registrations.get(id) ?? mustHave(this.view.registrations, id);
  }

  idempotencyRow(id: string): IdempotencyRow | null {
    return this.#idempotency.get(id) ?? mustHave(this.view.idempotency, id);
  }

  /** The holder's active registration for an occurrence without time lock. */
  pair(occurrenceId: OccurrenceId, holder: Holder): Registration | null {
    const key = pairKey(occurrenceId, holder);
    const here = this.#pairs.get(key);
    // null: cancelled earlier in this batch, so the view's is gone.
    return here === undefined ? mustHave(this.view.pairs, key) : here;
  }

  /** The holder's booked intervals that overlap, one that lies in two buckets twice; none: the time is free. */
  overlapping(tenantId: TenantId, holder: Holder, interval: Interval): BookedInterval[] {
    return bucketsOf(tenantId, holder, interval).flatMap(({ key }) => {
      const stored = mustHave(this.view.buckets, key) ?? [];
      // Most are only looked at: who is told no leaves nothing behind.
      const state = this.#buckets.get(key);
      const kept = state ? stored.filter(({ registrationId }) => !state.removed.has(registrationId)) : stored;
      return [...kept, ...(state?.added ?? [])].filter((booked) => overlaps(booked, interval));
    });
  }

  setOccurrence(occurrence: Occurrence): void {
    this.#occurrences.set(occurrence.id, occurrence);
  }

  addRegistration(registration: Registration): void {
    this.#added.add(registration.id);
    this.updateRegistration(registration);
  }

  updateRegistration(registration: Registration): void {
    const active = registration.status !== 'CANCELLED';
    this.#registrations.set(registration.id, registration);
    this.#pairs.set(pairKey(registration.occurrenceId, registration.holder), active ? registration : null);
  }

  /** Takes the holder's time in every bucket it touches; `force` puts it there even over another one. */
  acquire(registration: Registration, force = false): void {
    for (const bucket of bucketsOf(registration.tenantId, registration.holder, registration)) {
      const state = this.bucketState(bucket, registration);
      state.added.push(bookedBy(registration));
      if (force) state.forced.add(registration.id);
    }
  }

  release(registration: Registration): void {
    for (const bucket of bucketsOf(registration.tenantId, registration.holder, registration)) {
      const state = this.bucketState(bucket, registration);
      state.removed.add(registration.id);
      state.added = state.added.filter((booked) => booked.registrationId !== registration.id);
    }
  }

  record(row: JournalRow): void {
    this.#journal.push(row);
  }

  remember(row: IdempotencyRow): void {
    this.#idempotency.set(row.id, row);
  }

  changes(): Changes {
    const registrations = [...this.#registrations.values()];
    const buckets = [...this.#buckets.values()];
    // One that is only given back may have gone meanwhile, and leaves nothing to add.
    const isNew = ({ bucket, added }: BucketState): boolean =>
      added.length > 0 && this.view.buckets.get(bucket.key) === null;
    return {
      event: null,
      occurrences: [...this.#occurrences.values()].map((occurrence) => this.occurrenceChange(occurrence)),
      occurrencesRemoved: [],
      occurrencesAdded: [],
      registrations: registrations
        .filter(({ id }) => !this.#added.has(id))
        .map((registration) => ({
          registration,
          expectedVersion: this.before(registration.id).version,
        })),
      registrationsAdded: registrations.filter(({ id }) => this.#added.has(id)),
      buckets: buckets.filter((state) => !isNew(state)).map(bucketChange),
      bucketsAdded: buckets.filter(isNew).map(({ bucket, added: booked, tenantId, holder }) => {
        return { ...bucket, tenantId, holder, booked };
      }),
      journal: this.#journal,
      idempotency: [...this.#idempotency.values()],
    };
  }

  private before(id: RegistrationId): Registration {
    const registration = mustHave(this.view.registrations, id);
    if (registration === null) throw new Error('a registration changed that was not there');
    return registration;
  }

  private occurrenceChange(occurrence: Occurrence): Changes['occurrences'][number] {
    const before = mustHave(this.view.occurrences, occurrence.id);
    if (before === null) throw new Error('an occurrence changed that was not there');
    const changed = Object.entries(occurrence).filter(([field, value]) => before[field as keyof Occurrence] !== value);
    return { id: occurrence.id, expectedRev: before.rev, set: Object.fromEntries(changed) };
  }

  private bucketState(bucket: Bucket, { tenantId, holder }: Registration): BucketState {
    let state = this.#buckets.get(bucket.key);
    if (!state) {
      state = { bucket, tenantId, holder, removed: new Set(), added: [], forced: new Set() };
      this.#buckets.set(bucket.key, state);
    }
    return state;
  }
}

/** There is something to write wherever there is a state: it is made to take or to free time. */
const bucketChange = ({ bucket, holder, removed, added, forced }: BucketState): BucketChange => ({
  ...bucket,
  holder,
  remove: [...removed],
  add: added.filter(({ registrationId }) => !forced.has(registrationId)),
  force: added.filter(({ registrationId }) => forced.has(registrationId)),
});
