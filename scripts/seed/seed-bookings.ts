import type { BookingCommand } from '../../src/domain/booking/commands';
import { decide } from '../../src/domain/booking/decide';
import { decideEdit } from '../../src/domain/booking/decide-edit';
import type { EditContext, SeriesEdit } from '../../src/domain/booking/edit';
import {
  pairKey,
  type BookedInterval,
  type BookingView,
  type BucketChange,
  type Changes,
} from '../../src/domain/booking/view';
import { bucketsOf, type BucketKey } from '../../src/domain/bucket';
import type { Holder, OccurrenceId, RegistrationId } from '../../src/domain/ids';
import type { JournalRow } from '../../src/domain/journal';
import type { Occurrence } from '../../src/domain/occurrence';
import type { Registration } from '../../src/domain/registration';

/** A holder's bucket as it is stored. */
export interface SeededBucket {
  readonly key: BucketKey;
  readonly holder: Holder;
  readonly expiresAt: Date;
  readonly booked: readonly BookedInterval[];
}

/**
 * One organization's bookings in memory, judged by the rules that the service itself books by: counters, buckets and
 * journal of a seeding agree because nothing else ever writes them.
 */
export class SeedBookings {
  readonly occurrences = new Map<OccurrenceId, Occurrence>();
  readonly registrations = new Map<RegistrationId, Registration>();
  readonly buckets = new Map<BucketKey, SeededBucket>();
  readonly journal: JournalRow[] = [];
  readonly #pairs = new Map<string, Registration>();

  /** @returns whether the command changed something; false: the rules refuse it */
  run(command: BookingCommand, now: Date): boolean {
    const { changes, effects } = decide(this.view(command), [command], now);
    this.apply(changes);
    return effects === 1;
  }

  /** An organizer's edit, with all that follows from it. */
  edit(edit: SeriesEdit, context: EditContext): void {
    const ids = new Set(edit.occurrences.map(({ id }) => id));
    const concerned = [...this.registrations].filter(([, { occurrenceId }]) => ids.has(occurrenceId));
    const view: BookingView = {
      occurrences: this.occurrences,
      buckets: new Map([...this.buckets].map(([key, { booked }]) => [key, booked])),
      registrations: new Map(concerned),
      pairs: new Map(),
      idempotency: new Map(),
    };
    const decision = decideEdit(view, edit, context);
    if (decision.kind === 'refused') throw new Error(`a scenario's own edit is refused: ${decision.refusal.code}`);
    this.apply(decision.changes);
  }

  private view({ occurrenceId, holder }: BookingCommand): BookingView {
    const occurrence = this.occurrences.get(occurrenceId);
    if (occurrence === undefined) throw new Error('a scenario books a date that it has not made');
    const keys = bucketsOf(occurrence.tenantId, holder, occurrence).map(({ key }) => key);
    const pair = pairKey(occurrenceId, holder);
    return {
      occurrences: this.occurrences,
      buckets: new Map(keys.map((key) => [key, this.buckets.get(key)?.booked ?? []])),
      registrations: this.registrations,
      pairs: new Map([[pair, this.#pairs.get(pair) ?? null]]),
      idempotency: new Map(),
    };
  }

  private apply(changes: Changes): void {
    for (const { id, set } of changes.occurrences) {
      const before = this.occurrences.get(id);
      if (before) this.occurrences.set(id, { ...before, ...set, rev: before.rev + 1 });
    }
    const registrations = [...changes.registrationsAdded, ...changes.registrations.map((one) => one.registration)];
    for (const registration of registrations) {
      const pair = pairKey(registration.occurrenceId, registration.holder);
      this.registrations.set(registration.id, registration);
      if (registration.status === 'CANCELLED') this.#pairs.delete(pair);
      else this.#pairs.set(pair, registration);
    }
    changes.buckets.forEach((change) => this.applyBucket(change));
    this.journal.push(...changes.journal);
  }

  private applyBucket({ key, holder, expiresAt, remove, add, force }: BucketChange): void {
    const kept = (this.buckets.get(key)?.booked ?? []).filter(({ registrationId }) => !remove.includes(registrationId));
    this.buckets.set(key, { key, holder, expiresAt, booked: [...kept, ...add, ...force] });
  }
}
