import { admitRecurrence } from '../../src/domain/admit-recurrence';
import { DAY_MS } from '../../src/domain/civil-date';
import type { Event, Schedule } from '../../src/domain/event';
import {
  holderOfUser,
  type AccountId,
  type EventId,
  type JournalId,
  type OccurrenceId,
  type RegistrationId,
  type TenantId,
  type UserId,
} from '../../src/domain/ids';
import { overlaps, type Interval } from '../../src/domain/interval';
import type { JournalRow } from '../../src/domain/journal';
import { materialise } from '../../src/domain/materialise';
import type { Occurrence } from '../../src/domain/occurrence';
import type { Organization } from '../../src/domain/organization';
import type { Role } from '../../src/domain/permissions';
import type { Account, User } from '../../src/domain/user';
import { newOccurrence } from '../../src/use-cases/events/new-occurrence';
import { EVENT_CANCELLED } from '../../src/use-cases/events/registrations-due';
import { SeedBookings } from './seed-bookings';
import type { SeedIds } from './seed-ids';

/** How long before a scenario's "now" its organizations were founded: read back, it tells that "now". */
export const FOUNDED_BEFORE_MS = 60 * DAY_MS;
const CREATED_BEFORE_MS = 56 * DAY_MS;
/** Registrations of a scenario are made within so many days after their event was. */
const BOOKING_DAYS = 27;
/** Ids of people and organizations do not depend on "now": a second run finds them. */
const FIRST_ID = new Date('2026-01-01T00:00:00Z');
const REQUEST_ID = 'seed';
const MINUTE_MS = 60_000;

export interface SeededPerson {
  readonly account: Account;
  readonly user: User;
}

export interface SeededEvent {
  readonly event: Event;
  /** By start, as they were before anybody registered. */
  readonly dates: readonly Occurrence[];
}

export type EventSpec = Schedule &
  Pick<Event, 'name' | 'category'> &
  Partial<Pick<Event, 'description' | 'status' | 'capacity' | 'maxSeatsPerRegistration' | 'conflictPolicy'>>;

interface OrganizationSpec {
  readonly ids: SeedIds;
  /** The scenario's "now". */
  readonly now: Date;
  readonly name: string;
  readonly slug: string;
  readonly timezone: string;
  readonly founder: { readonly name: string; readonly email: string };
}

/** One organization of a scenario, made in memory by the domain's own rules; `write-organization.ts` stores it. */
export class SeedOrganization {
  readonly organization: Organization;
  readonly people: SeededPerson[] = [];
  readonly events: Event[] = [];
  readonly bookings = new SeedBookings();
  readonly founder: SeededPerson;
  readonly #ids: SeedIds;
  readonly #now: Date;
  readonly #createdAt = new Map<EventId, Date>();

  constructor({ ids, now, name, slug, timezone, founder }: OrganizationSpec) {
    this.#ids = ids;
    this.#now = now;
    const id = ids.id<TenantId>('organization', FIRST_ID);
    const createdAt = new Date(now.getTime() - FOUNDED_BEFORE_MS);
    const ownerAccountId = this.accountId(0);
    this.organization = { id, name, slug, timezone, status: 'ACTIVE', ownerAccountId, version: 1, createdAt };
    this.founder = this.person({ ...founder, role: 'ORG_ADMIN' });
    const p = { name, slug, timezone };
    this.record({ type: 'ORGANIZATION_FOUNDED', target: `organization:${id}`, p, at: createdAt });
    this.joined(this.founder);
  }

  addPerson(name: string, email: string, role: Role): SeededPerson {
    const person = this.person({ name, email, role });
    this.joined(person);
    return person;
  }

  addEvent(spec: EventSpec): SeededEvent {
    const n = this.events.length;
    const ids = this.#ids.under('event', n);
    const createdAt = new Date(this.#now.getTime() - CREATED_BEFORE_MS + n * MINUTE_MS);
    const schedule = admitted(spec);
    const { members, horizonAt } = materialise(schedule, this.#now);
    const event: Event = {
      description: null,
      status: 'PUBLISHED',
      capacity: null,
      maxSeatsPerRegistration: 1,
      conflictPolicy: 'BLOCK',
      ...spec,
      ...schedule,
      id: ids.id<EventId>('event', createdAt),
      tenantId: this.organization.id,
      epoch: 1,
      horizonAt,
      revision: 1,
      editing: false,
      createdAt,
      updatedAt: createdAt,
    };
    const dates = members.map((member) => ({
      ...newOccurrence(event, member),
      id: ids.id<OccurrenceId>(member.recurrenceId, createdAt),
    }));
    this.events.push(event);
    this.#createdAt.set(event.id, createdAt);
    dates.forEach((date) => this.bookings.occurrences.set(date.id, date));
    const p = { name: event.name, status: event.status, ...schedule, occurrences: dates.length };
    this.record({ type: 'EVENT_CREATED', target: `event:${event.id}`, p, at: createdAt });
    return { event, dates };
  }

  /** @returns whether the rules allowed it; nobody comes back to a date after having cancelled */
  register(person: SeededPerson, date: Occurrence, seats = 1): boolean {
    const { ids, at, command } = this.booking(person, date);
    if (this.bookings.registrations.has(command.registrationId)) return false;
    const journalId = ids.id<JournalId>('registered', at);
    return this.bookings.run({ ...command, kind: 'register', userId: person.user.id, seats, journalId }, at);
  }

  /** Somebody thinks better of it, a day after registering. */
  cancel(person: SeededPerson, date: Occurrence, reason: string | null): boolean {
    const { ids, at: bookedAt, command } = this.booking(person, date);
    const at = new Date(bookedAt.getTime() + DAY_MS);
    return this.bookings.run({ ...command, kind: 'cancel', reason, journalId: ids.id<JournalId>('cancelled', at) }, at);
  }

  /** Whether somebody has nothing on at that time. */
  isFree({ user }: SeededPerson, interval: Interval): boolean {
    return ![...this.bookings.registrations.values()].some(
      (one) => one.userId === user.id && one.status !== 'CANCELLED' && overlaps(one, interval),
    );
  }

  /** The founder calls one date off, at the scenario's "now". */
  callOff(date: Occurrence, reason: string): void {
    const ids = this.#ids.under('called-off', date.id);
    const concerned = [...this.bookings.registrations.values()].filter(
      ({ occurrenceId, status }) => occurrenceId === date.id && status !== 'CANCELLED',
    );
    let rows = 0;
    this.bookings.edit(
      {
        tenantId: this.organization.id,
        actor: holderOfUser(this.founder.user.id),
        requestId: REQUEST_ID,
        event: null,
        occurrences: [
          {
            id: date.id,
            set: { status: 'CANCELLED', paused: false },
            cancelReason: EVENT_CANCELLED,
            note: { reason, registrationsCancelled: concerned.length },
          },
        ],
        create: [],
        onConflict: 'REJECT',
        journal: [],
      },
      { now: this.#now, newJournalId: () => ids.id<JournalId>(`row-${rows++}`, this.#now) },
    );
  }

  /** What registering and cancelling have in common: who, for what, and when it was made. */
  private booking({ user }: SeededPerson, { id: occurrenceId, eventId }: Occurrence) {
    const ids = this.#ids.under('registration', occurrenceId, user.id);
    const minutes = ids.below(BOOKING_DAYS * 24 * 60, 'minute');
    const at = new Date((this.#createdAt.get(eventId) ?? this.#now).getTime() + minutes * MINUTE_MS);
    const holder = holderOfUser(user.id);
    const registrationId = ids.id<RegistrationId>('registration', at);
    const command = { occurrenceId, holder, actor: holder, requestId: REQUEST_ID, registrationId };
    return { ids, at, command: { ...command, asOrganizer: false, idempotency: null } };
  }

  private accountId(n: number): AccountId {
    return this.#ids.under('person', n).id<AccountId>('account', new Date(FIRST_ID.getTime() + n * 1_000));
  }

  private person({ name, email, role }: { name: string; email: string; role: Role }): SeededPerson {
    const n = this.people.length;
    const { id: tenantId } = this.organization;
    const accountId = this.accountId(n);
    const userId = this.#ids.under('person', n).id<UserId>('user', new Date(FIRST_ID.getTime() + n * 1_000));
    const createdAt = new Date(this.organization.createdAt.getTime() + n * 1_000);
    const person: SeededPerson = {
      account: {
        ...{ id: accountId, email, name, memberships: [{ tenantId, userId, role }], createdAt },
        // Nobody reads their mail.
        emailVerifiedAt: createdAt,
      },
      user: { id: userId, tenantId, accountId, name, email, role, status: 'ACTIVE', version: 1, createdAt },
    };
    this.people.push(person);
    return person;
  }

  private joined({ user: { id, role, createdAt } }: SeededPerson): void {
    this.record({ type: 'USER_JOINED', target: `user:${id}`, p: { role }, at: createdAt });
  }

  /** The first row of one thing, written by the founder. */
  private record(row: Pick<JournalRow, 'type' | 'target' | 'p' | 'at'>): void {
    this.bookings.journal.push({
      ...row,
      id: this.#ids.under('journal', row.target).id<JournalId>(row.type, row.at),
      tenantId: this.organization.id,
      version: 1,
      actor: holderOfUser(this.founder.user.id),
      requestId: REQUEST_ID,
    });
  }
}

/** As the service would have admitted it: a rule of a scenario that breaks the policy is a fault. */
function admitted({ timezone, startsAtLocal, duration, recurrence }: Schedule): Schedule {
  const rule = recurrence && admitRecurrence({ timezone, startsAtLocal, recurrence });
  return { timezone, startsAtLocal, duration, recurrence: rule };
}
