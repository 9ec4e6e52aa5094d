import { Types } from 'mongoose';
import { bucketsOf } from '../../../src/domain/bucket';
import type { RegistrationId, TenantId, UserId } from '../../../src/domain/ids';
import type { JournalType } from '../../../src/domain/journal';
import type { Occurrence } from '../../../src/domain/occurrence';
import { newId } from '../../../src/platform/new-id';
import { fromEvent, type EventDoc } from '../../../src/store/event.schema';
import type { IdempotencyDoc } from '../../../src/store/idempotency.schema';
import type { JournalDoc } from '../../../src/store/journal.schema';
import { fromOccurrence, type OccurrenceDoc } from '../../../src/store/occurrence.schema';
import { fromRegistration, type RegistrationDoc } from '../../../src/store/registration.schema';
import type { TimeLockDoc } from '../../../src/store/time-lock.schema';
import type { UserDoc } from '../../../src/store/user.schema';
import type { Entry, Op, Said } from '../../faults/history';
import { at, makeEvent, makeOccurrence, makeRegistration, NOW } from '../../support/make';

/** Writable all the way down: mutants damage it. */
export interface Sample {
  history: { -readonly [K in keyof Entry]: Entry[K] }[];
  dump: {
    events: EventDoc[];
    occurrences: OccurrenceDoc[];
    registrations: RegistrationDoc[];
    locks: TimeLockDoc[];
    journal: JournalDoc[];
    idempotency: IdempotencyDoc[];
    users: UserDoc[];
  };
}

const tenantId = newId<TenantId>();
const elsewhere = newId<TenantId>();
const organizer = newId<UserId>();
/** Ada and Bob book; Cy is lucky late; Dora is removed; Eve belongs to another organization. */
const [ada, bob, cy, dora, eve] = [newId<UserId>(), newId<UserId>(), newId<UserId>(), newId<UserId>(), newId<UserId>()];
/** What they get. */
const [ofAda, ofBob, ofCy, ofDora] = [1, 2, 3, 4].map(() => newId<RegistrationId>()) as [
  RegistrationId,
  RegistrationId,
  RegistrationId,
  RegistrationId,
];

/** One good run: what clients were told, and the database that keeps every word of it. */
export function goodSample(): Sample {
  const event = { ...makeEvent(tenantId), startsAtLocal: '2027-01-05T09:00:00', revision: 2, name: 'Chess' };
  const later = makeEvent(tenantId, { startsAtLocal: '2027-01-06T09:00:00' });
  const [small, large] = datesOf(event.id, later.id);
  const dates = { small: small.id, large: large.id, eventId: event.id, laterId: later.id };
  const registrations = registrationsOf(small, large);
  return {
    history: historyOf(dates),
    dump: {
      events: [fromEvent(event), fromEvent(later)],
      occurrences: [fromOccurrence(small), fromOccurrence(large)],
      registrations: registrations.map(fromRegistration),
      locks: registrations.filter(({ status }) => status === 'CONFIRMED').map(lockOf),
      journal: journalOf(dates),
      idempotency: keysOf(dates),
      users: [ada, bob, cy, dora].map((id) => userOf(id, tenantId)).concat(userOf(eve, elsewhere)),
    },
  };
}

function datesOf(eventId: Occurrence['eventId'], laterId: Occurrence['eventId']): [Occurrence, Occurrence] {
  const small = makeOccurrence(tenantId, {
    ...{ eventId, capacity: 2, confirmedSeats: 2, seatsLeft: 0, startsAt: at(24), recurrenceId: '2027-01-05T09:00:00' },
  });
  const large = makeOccurrence(tenantId, {
    ...{ eventId: laterId, capacity: 11, seatsLeft: 11, startsAt: at(48.5), recurrenceId: '2027-01-06T09:00:00' },
    ...{ revision: 3, timeV: 2, startsAtLocal: '2027-01-06T09:30:00' },
  });
  return [small, large];
}

function registrationsOf(small: Occurrence, large: Occurrence) {
  const cancelled = { status: 'CANCELLED', version: 2, cancelledAt: NOW } as const;
  return [
    makeRegistration(small, ada, { id: ofAda }),
    makeRegistration(small, bob, { id: ofBob, ...cancelled }),
    makeRegistration(small, cy, { id: ofCy }),
    makeRegistration(large, dora, { id: ofDora, ...cancelled }),
  ];
}

const lockOf = ({
  id,
  holder,
  startsAt: s,
  endsAt: e,
  occurrenceId,
}: ReturnType<typeof makeRegistration>): TimeLockDoc => {
  const [bucket] = bucketsOf(tenantId, holder, { startsAt: s, endsAt: e });
  if (!bucket) throw new Error('an hour is in a bucket');
  const iv = [{ s, e, r: new Types.ObjectId(id), o: new Types.ObjectId(occurrenceId) }];
  return { _id: bucket.key, tenantId: new Types.ObjectId(tenantId), holder, expiresAt: at(9_000), iv };
};

const userOf = (id: UserId, home: TenantId): UserDoc => ({
  _id: new Types.ObjectId(id),
  tenantId: new Types.ObjectId(home),
  accountId: new Types.ObjectId(),
  ...{ name: 'Somebody', email: `${id}@example.org`, role: 'USER', version: 1, createdAt: NOW },
  status: id === dora ? 'REMOVED' : 'ACTIVE',
});

interface Dates {
  readonly small: string;
  readonly large: string;
  readonly eventId: string;
  readonly laterId: string;
}

function journalOf({ large, eventId, laterId }: Dates): JournalDoc[] {
  const row = (type: JournalType, target: string, version: number, p = {}): JournalDoc => ({
    _id: new Types.ObjectId(),
    tenantId: new Types.ObjectId(tenantId),
    ...{ type, target, version, p, actor: `u:${organizer}`, requestId: 'test', at: NOW },
  });
  const booked = [ofAda, ofBob, ofCy, ofDora].map((id) => row('REGISTERED', `registration:${id}`, 1));
  return [
    ...booked,
    ...[ofBob, ofDora].map((id) => row('REGISTRATION_CANCELLED', `registration:${id}`, 2)),
    row('EVENT_CREATED', `event:${eventId}`, 1, { name: 'Go for beginners' }),
    row('EVENT_UPDATED', `event:${eventId}`, 2, { name: 'Chess' }),
    row('OCCURRENCE_UPDATED', `occurrence:${large}`, 2, { capacity: 11 }),
    row('OCCURRENCE_UPDATED', `occurrence:${large}`, 3, { startsAtLocal: '2027-01-06T09:30:00' }),
    row('EVENT_CREATED', `event:${laterId}`, 1),
    row('USER_REMOVED', `user:${dora}`, 2),
  ];
}

function keysOf({ large, eventId }: Dates): IdempotencyDoc[] {
  const row = (userId: string, key: string, id: string): IdempotencyDoc => ({
    _id: `${tenantId}|u:${userId}|${key}`,
    tenantId: new Types.ObjectId(tenantId),
    ...{ hash: 'hash', outcome: { type: 'any', id }, expiresAt: at(48) },
  });
  return [
    row(ada, 'k1', ofAda),
    row(bob, 'k2', ofBob),
    row(bob, 'k5', ofBob),
    row(cy, 'k6', ofCy),
    row(organizer, 'k8', large),
    row(organizer, 'k9', large),
    row(organizer, 'k10', eventId),
    row(organizer, 'k11', dora),
    row(dora, 'k12', ofDora),
  ];
}

function historyOf({ small, large, eventId }: Dates): Entry[] {
  let now = 0;
  const by = (userId: UserId, home = tenantId) => ({ tenantId: home, userId });
  const tell = (op: Op, key: string | null, said: Said, more: Partial<Entry> = {}): Entry => {
    now += 10;
    return { op, key, said, invoke: now, return: now + 5, server: 0, outcome: 'ok', ...more };
  };
  const register = (userId: UserId, occurrenceId: string): Op => ({
    kind: 'register',
    ...by(userId),
    occurrenceId,
    seats: 1,
  });
  const edit = { ...by(organizer), occurrenceId: large };
  const no = { outcome: 'fail' } as const;
  const lost = { outcome: 'unknown' } as const;
  return [
    tell(register(ada, small), 'k1', { code: 'Payload', id: ofAda }),
    tell(register(ada, small), 'k1', { code: 'Payload', id: ofAda }),
    tell(register(bob, small), 'k2', { code: 'Payload', id: ofBob }),
    tell(register(cy, small), 'k3', { code: 'OccurrenceFullError' }, no),
    tell({ kind: 'cancel', ...by(bob), registrationId: ofBob }, 'k5', { code: 'Payload', id: ofBob }),
    tell(register(cy, small), 'k6', { code: 'ECONNRESET' }, lost),
    tell(register(bob, large), 'k7', { code: 'CLIENT_TIMEOUT' }, lost),
    tell({ kind: 'capacity', ...edit, expectedRevision: 1, capacity: 11 }, 'k8', { code: 'Payload', id: large }),
    tell({ kind: 'move', ...edit, expectedRevision: 2, startsAtLocal: '2027-01-06T09:30:00' }, 'k9', {
      code: 'Payload',
      id: large,
    }),
    tell({ kind: 'rename', ...by(organizer), eventId, expectedRevision: 1, name: 'Chess' }, 'k10', {
      code: 'Payload',
      id: eventId,
    }),
    tell({ kind: 'readEvent', ...by(ada), eventId }, null, { code: 'Event', id: eventId, revision: 2 }),
    tell(register(dora, large), 'k12', { code: 'Payload', id: ofDora }),
    tell({ kind: 'remove', ...by(organizer), removedId: dora }, 'k11', { code: 'Payload', id: dora }),
    tell({ kind: 'register', ...by(eve, elsewhere), occurrenceId: small, seats: 1 }, 'k13', { code: 'NOT_FOUND' }, no),
    tell({ kind: 'readDate', ...by(ada), occurrenceId: small }, null, {
      ...{ code: 'Occurrence', seatsTaken: 2, capacity: 2, mine: { id: ofAda, status: 'CONFIRMED' } },
    }),
    tell({ kind: 'readDate', ...by(bob), occurrenceId: small }, null, {
      code: 'Occurrence',
      seatsTaken: 1,
      capacity: 2,
      mine: null,
    }),
    tell(register(cy, small), 'k6', { code: 'Payload', id: ofCy }, { settles: true }),
    tell(register(bob, large), 'k7', { code: 'RegistrationClosedError' }, { ...no, settles: true }),
  ];
}
