import { Types } from 'mongoose';
import type { BookedInterval, BucketChange, OccurrenceChange } from '../../../src/domain/booking/view';
import type { Holder } from '../../../src/domain/ids';
import type { Occurrence } from '../../../src/domain/occurrence';
import type { Registration } from '../../../src/domain/registration';
import { newId } from '../../../src/platform/new-id';
import {
  bucketStatement,
  fromNewBucket,
  occurrenceStatement,
  registrationStatement,
} from '../../../src/store/booking-statements';
import { runMigrations } from '../../../src/store/migrations';
import { fromRegistration } from '../../../src/store/registration.schema';
import { StaleStatementError, StatementError, TenantCollection } from '../../../src/store/tenant-collection';
import { booked, bucketChange, firstBucket, newHolder } from '../../support/booked-time';
import { publish } from '../../support/booking-client';
import { at, makeOccurrence, makeRegister, makeRegistration, makeScope, NOW } from '../../support/make';
import { TestClock } from '../../support/clock';
import { named, openMonitored } from '../../support/command-monitor';
import { makeEngine } from '../../support/engine';
import { testDatabase } from '../../support/mongo';
import { unitOfWorkOn } from '../../support/store';

jest.setTimeout(60_000);

const database = testDatabase();
const scope = makeScope();
beforeAll(() => runMigrations(database.connection));

type Statement = ReturnType<typeof bucketStatement>;
/** Each statement as the store sends it: in a transaction, and counted. */
const send = (collection: string, ...statements: readonly Statement[]): Promise<void> =>
  unitOfWorkOn(database.connection).run(scope, (tx) =>
    new TenantCollection(database.connection, collection).update(tx, statements),
  );
const stored = (collection: string, filter: object): Promise<object | null> =>
  database.connection.collection(collection).findOne(filter);

describe('on its way to the server every statement', () => {
  const BY_ID = { _id: 1 };

  it('about something of known `_id` says so: no other index that begins with the tenant is weighed for it', async () => {
    const [one, other] = [makeOccurrence(scope.tenantId), makeOccurrence(scope.tenantId)];
    await publish(database.connection, [one, other]);
    const { connection, commands } = await openMonitored(database.uri);
    const { engine } = makeEngine(connection, new TestClock());
    for (const batch of [[makeRegister(one)], [makeRegister(one), makeRegister(other)]]) {
      await Promise.all(batch.map((command) => engine.submit(scope, command)));
    }
    await connection.close();
    const updates = named(commands, 'updates').flatMap((command) => command['updates'] as { hint?: object }[]);
    const others = ['find', 'findAndModify'].flatMap((name) => named(commands, name));
    expect([updates.length, others.length]).toEqual([3, 3]);
    expect([...updates, ...others].map((sent) => sent['hint'])).toEqual(Array(6).fill(BY_ID));
  });
});

describe('a date', () => {
  const byId = (id: string) => ({ _id: new Types.ObjectId(id) });
  const write = (id: Occurrence['id'], expectedRev: number, set: OccurrenceChange['set']): Promise<void> =>
    send('occurrences', occurrenceStatement({ id, expectedRev, set }));
  async function published(given: Partial<Occurrence> = {}): Promise<Occurrence> {
    const occurrence = makeOccurrence(scope.tenantId, given);
    await publish(database.connection, [occurrence]);
    return occurrence;
  }

  it('is written under its `rev`, which grows; it alone, and never on what somebody else has changed', async () => {
    const [{ id }, other] = [await published(), await published()];
    await write(id, 0, { confirmedSeats: 2, seatsLeft: 8 });
    expect(await stored('occurrences', byId(id))).toMatchObject({ confirmedSeats: 2, seatsLeft: 8, rev: 1 });
    expect(await stored('occurrences', byId(other.id))).toMatchObject({ confirmedSeats: 0, rev: 0 });
    await expect(write(id, 0, { confirmedSeats: 3, seatsLeft: 7 })).rejects.toThrow(StaleStatementError);
  });

  it('of which nothing is left to change grows its `rev` all the same', async () => {
    const { id } = await published();
    await write(id, 0, {});
    expect(await stored('occurrences', byId(id))).toMatchObject({ rev: 1, revision: 1 });
  });

  it.each(['paused', 'hidden'] as const)('is %s by a field that is there, or is not: never `false`', async (flag) => {
    const { id } = await published();
    await write(id, 0, { [flag]: true });
    expect(await stored('occurrences', byId(id))).toHaveProperty(flag, true);
    await write(id, 1, { revision: 2 });
    expect(await stored('occurrences', byId(id))).toHaveProperty(flag, true);
    await write(id, 2, { [flag]: false });
    expect(await stored('occurrences', byId(id))).not.toHaveProperty(flag);
  });

  it('is found as a long one from a moment above a day on, and no more when it is shortened to one', async () => {
    const { id } = await published();
    const [startsAt, justAbove] = [at(24), new Date(at(48).getTime() + 1)];
    await write(id, 0, { startsAt, endsAt: justAbove });
    expect(await stored('occurrences', byId(id))).toMatchObject({ long: true, startsAt, endsAt: justAbove });
    await write(id, 1, { revision: 2 });
    expect(await stored('occurrences', byId(id))).toHaveProperty('long', true);
    await write(id, 2, { startsAt, endsAt: at(48) });
    expect(await stored('occurrences', byId(id))).not.toHaveProperty('long');
  });

  it.each([{ startsAt: at(23) }, { endsAt: at(90) }])(
    'is not judged for length by one of its times alone',
    async (set) => {
      const { id } = await published();
      await write(id, 0, { startsAt: at(24), endsAt: at(60) });
      await write(id, 1, set);
      expect(await stored('occurrences', byId(id))).toMatchObject({ long: true, ...set });
    },
  );
});

describe('a registration', () => {
  const byId = ({ id }: Registration) => ({ _id: new Types.ObjectId(id) });
  async function booked(): Promise<Registration> {
    const registration = makeRegistration(makeOccurrence(scope.tenantId));
    await database.connection.collection('registrations').insertOne(fromRegistration(registration));
    return registration;
  }
  const write = (registration: Registration, expectedVersion: number): Promise<void> =>
    send('registrations', registrationStatement({ registration, expectedVersion }));

  it('follows its date under its version: it alone, and never after another change', async () => {
    const [registration, other] = [await booked(), await booked()];
    const moved = { ...registration, startsAt: at(30), endsAt: at(31), timeV: 2, seats: 3, version: 2 };
    await write(moved, 1);
    expect(await stored('registrations', byId(moved))).toEqual(fromRegistration(moved));
    expect(await stored('registrations', byId(other))).toEqual(fromRegistration(other));
    await expect(write({ ...moved, seats: 4 }, 1)).rejects.toThrow(StaleStatementError);
  });

  it('that is cancelled is no longer active, and says when and why', async () => {
    const registration = await booked();
    const cancelled = { status: 'CANCELLED', cancelledAt: NOW, cancelReason: 'ill', version: 2 } as const;
    await write({ ...registration, ...cancelled }, 1);
    expect(await stored('registrations', byId(registration))).toEqual(
      fromRegistration({ ...registration, ...cancelled }),
    );
  });

  it('that was kept over another one says so', async () => {
    const registration = { ...(await booked()), flagged: true, version: 2 };
    await write(registration, 1);
    expect(await stored('registrations', byId(registration))).toEqual(fromRegistration(registration));
  });
});

describe('somebody’s time', () => {
  const DUPLICATE_KEY = 11_000;
  const write = (holder: Holder, given: Partial<BucketChange>): Promise<void> =>
    send('timeLocks', bucketChange(scope.tenantId, holder, given));
  const entry = ({ startsAt, endsAt, registrationId, occurrenceId }: BookedInterval): object => ({
    s: startsAt,
    e: endsAt,
    r: new Types.ObjectId(registrationId),
    o: new Types.ObjectId(occurrenceId),
  });
  const expectBooked = async (holder: Holder, ...intervals: readonly BookedInterval[]): Promise<void> =>
    expect(await stored('timeLocks', { holder })).toMatchObject({ iv: intervals.map(entry) });
  const refused = { name: StatementError.name, code: DUPLICATE_KEY };

  it('is taken where it is free; touching ends meet nobody, and an overlap takes nothing', async () => {
    const holder = newHolder();
    const [first, next, before] = [booked(1, 2), booked(2, 3), booked(0, 1)];
    await write(holder, { add: [first] });
    await write(holder, { add: [next, before] });
    await expectBooked(holder, first, next, before);
    for (const meeting of [booked(1.5, 1.7), booked(2.5, 9), booked(-9, 0.5)]) {
      await expect(write(holder, { add: [booked(20, 21), meeting] })).rejects.toMatchObject(refused);
    }
    await expectBooked(holder, first, next, before);
  });

  it('is one document for each, under its key and with its end', async () => {
    const [one, other] = [newHolder(), newHolder()];
    const taken = booked(1, 2);
    await write(one, { add: [taken] });
    await write(other, { add: [taken], remove: [newId()] });
    for (const holder of [one, other]) {
      await expectBooked(holder, taken);
      const { key: _id, expiresAt } = firstBucket(scope.tenantId, holder);
      expect(await stored('timeLocks', { holder })).toMatchObject({ _id, expiresAt });
    }
  });

  it('that is the first in its bucket is a document like any other, and there is no second one', async () => {
    const holder = newHolder();
    const [first, next] = [booked(1, 2), booked(2, 3)];
    const bucket = firstBucket(scope.tenantId, holder);
    const begin = (...intervals: readonly BookedInterval[]): Promise<void> =>
      unitOfWorkOn(database.connection).run(scope, (tx) =>
        new TenantCollection(database.connection, 'timeLocks').insert(tx, [
          fromNewBucket({ ...bucket, booked: intervals }),
        ]),
      );
    await begin(first);
    await expect(begin(next)).rejects.toMatchObject(refused);
    await write(holder, { add: [next] });
    await expectBooked(holder, first, next);
    await expect(write(holder, { add: [booked(1.5, 1.7)] })).rejects.toMatchObject(refused);
    const { key: _id, expiresAt } = bucket;
    expect(await stored('timeLocks', { holder })).toMatchObject({ _id, expiresAt });
  });

  it('is given back alone, and where nothing is left of the bucket nothing comes of it', async () => {
    const holder = newHolder();
    const [mine, another, kept] = [booked(1, 2), booked(3, 4), booked(5, 6)];
    await write(holder, { add: [mine, another, kept] });
    await write(holder, { remove: [mine.registrationId, another.registrationId] });
    await expectBooked(holder, kept);
    const nobody = newHolder();
    await write(nobody, { remove: [newId()] });
    expect(await stored('timeLocks', { holder: nobody })).toBeNull();
  });

  it('moves over its own old time and no other’s; the bucket ends when it did', async () => {
    const holder = newHolder();
    const [mine, other] = [booked(1, 2), booked(3, 4)];
    await write(holder, { add: [mine, other] });
    const to = (from: number, until: number, expiresAt: Date): Promise<void> => {
      const add = [{ ...mine, startsAt: at(from), endsAt: at(until) }];
      return write(holder, { remove: [mine.registrationId], add, expiresAt });
    };
    const { expiresAt } = firstBucket(scope.tenantId, holder);
    await to(1.5, 2.5, NOW);
    await expectBooked(holder, other, { ...mine, startsAt: at(1.5), endsAt: at(2.5) });
    expect(await stored('timeLocks', { holder })).toMatchObject({ expiresAt });
    await expect(to(3.5, 5, NOW)).rejects.toMatchObject(refused);
  });

  it('that is kept although it meets another is put beside it; what must meet nobody still must not', async () => {
    const holder = newHolder();
    const [there, kept, old] = [booked(1, 2), booked(1.5, 2.5), booked(8, 9)];
    await write(holder, { add: [there, old] });
    await write(holder, { force: [kept] });
    await expectBooked(holder, there, old, kept);
    const [moved, free] = [booked(1, 3), booked(5, 6)];
    await write(holder, { remove: [old.registrationId], force: [moved], add: [free] });
    await expectBooked(holder, there, kept, free, moved);
    await expect(write(holder, { force: [booked(10, 11)], add: [booked(1, 2)] })).rejects.toMatchObject(refused);
  });
});
