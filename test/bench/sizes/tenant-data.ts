import { bucketsOf, BUCKET_DAYS } from '../../../src/domain/bucket';
import { confirmed } from '../../../src/domain/booking/admission';
import { journalRow } from '../../../src/domain/booking/decide';
import { DAY_MS } from '../../../src/domain/civil-date';
import type { EventId, TenantId, UserId } from '../../../src/domain/ids';
import type { Occurrence } from '../../../src/domain/occurrence';
import { newId } from '../../../src/platform/new-id';
import { Types } from 'mongoose';
import type { Document } from '../../../src/store/driver';
import { fromJournalRow } from '../../../src/store/journal.schema';
import { fromOccurrence } from '../../../src/store/occurrence.schema';
import { fromRegistration } from '../../../src/store/registration.schema';
import type { TimeLockDoc } from '../../../src/store/time-lock.schema';
import { at, makeOccurrence, makeRegister } from '../../support/make';

/** An organization has a date every six hours, those of a week are its events, and each person comes once a week. */
const HOURS_APART = 6;
const PER_WEEK = (7 * 24) / HOURS_APART;
/** Dates in one period of the time locks: the data grows period by period, so that a lock's document is written once. */
export const PER_PERIOD = (BUCKET_DAYS * 24) / HOURS_APART;

export interface Shape {
  readonly tenants: number;
  readonly occurrences: number;
  readonly registrations: number;
}

/** The documents of one organization's period, by collection. */
export type Documents = Readonly<Record<'occurrences' | 'registrations' | 'timeLocks' | 'journal', Document[]>>;

/** One organization's dates, people and bookings, as the service itself would have stored them. */
export class TenantData {
  readonly tenantId = newId<TenantId>();
  readonly users: readonly UserId[];
  readonly #events = Array.from({ length: PER_WEEK }, () => newId<EventId>());
  readonly #perOccurrence: number;

  constructor(
    { occurrences, registrations }: Shape,
    private readonly start: Date,
  ) {
    this.#perOccurrence = Math.round(registrations / occurrences);
    this.users = Array.from({ length: PER_WEEK * this.#perOccurrence }, () => newId<UserId>());
  }

  /** The dates from `first` on, of one period, with everybody who is registered for them. */
  period(first: number, count: number): Documents {
    const documents: Documents = { occurrences: [], registrations: [], timeLocks: [], journal: [] };
    const locks = new Map<string, TimeLockDoc>();
    for (let n = first; n < first + count; n += 1) this.addDate(n, documents, locks);
    documents.timeLocks.push(...locks.values());
    return documents;
  }

  private addDate(n: number, documents: Documents, locks: Map<string, TimeLockDoc>): void {
    const startsAt = at(n * HOURS_APART, this.start);
    const booked = this.#perOccurrence;
    const occurrence = makeOccurrence(this.tenantId, {
      eventId: this.#events[n % PER_WEEK] ?? newId<EventId>(),
      startsAt,
      capacity: 2 * booked,
      confirmedSeats: booked,
      seatsLeft: booked,
      rev: booked,
    });
    documents.occurrences.push(fromOccurrence(occurrence));
    const firstUser = (n % PER_WEEK) * booked;
    for (const userId of this.users.slice(firstUser, firstUser + booked)) {
      this.addRegistration({ occurrence, userId }, documents, locks);
    }
  }

  private addRegistration(
    { occurrence, userId }: { readonly occurrence: Occurrence; readonly userId: UserId },
    { registrations, journal }: Documents,
    locks: Map<string, TimeLockDoc>,
  ): void {
    const command = makeRegister(occurrence, { userId });
    const asked = new Date(occurrence.startsAt.getTime() - 7 * DAY_MS);
    const registration = confirmed(command, occurrence, asked);
    const doc = fromRegistration(registration);
    registrations.push(doc);
    journal.push(fromJournalRow(journalRow(command, registration, asked)));
    for (const { key, expiresAt } of bucketsOf(this.tenantId, command.holder, registration)) {
      const tenantId = new Types.ObjectId(this.tenantId);
      const lock = locks.get(key) ?? { _id: key, tenantId, holder: command.holder, expiresAt, iv: [] };
      lock.iv.push({ s: doc.s, e: doc.e, r: doc._id, o: doc.occurrenceId });
      locks.set(key, lock);
    }
  }
}
