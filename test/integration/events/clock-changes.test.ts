import type { ViewerScope } from '../../../src/domain/scope';
import type { Occurrence } from '../../../src/domain/occurrence';
import type { UserId } from '../../../src/domain/ids';
import { newId } from '../../../src/platform/new-id';
import { Types } from 'mongoose';
import { runMigrations } from '../../../src/store/migrations';
import { TestClock } from '../../support/clock';
import { brokenInvariants } from '../../support/invariants';
import { testDatabase } from '../../support/mongo';
import { anEvent, byRule, makeOrganizer, officeOn, type Office } from '../../support/organizer';

const database = testDatabase();
beforeAll(() => runMigrations(database.connection));
beforeEach(async () => {
  // The job visits every organization of the database: only those of the test.
  await database.connection.collection('organizations').deleteMany({});
  await database.connection.collection('timeZoneData').deleteMany({});
});
afterEach(async () => expect(await brokenInvariants(database.connection)).toEqual([]));

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Mexico gave up daylight saving in October 2022: this is the first data that knows. */
const BEFORE = '2022e';
const SINCE = '2022f';

async function inMexico(clock = new TestClock()): Promise<Office & { scope: ViewerScope; clock: TestClock }> {
  const scope = makeOrganizer();
  const office = officeOn(database.connection, clock);
  await office.found(scope);
  return { ...office, scope, clock };
}

const summer = { timezone: 'America/Mexico_City', startsAtLocal: '2027-06-01T10:00:00' };

/** As if they had been stored with the data of before: summer dates an hour early. */
async function storedBefore(dates: readonly Pick<Occurrence, 'id'>[]): Promise<void> {
  const early = (field: string) => ({ $subtract: [field, HOUR] });
  await database.connection
    .collection('occurrences')
    .updateMany({ _id: { $in: dates.map(({ id }) => new Types.ObjectId(id)) } }, [
      { $set: { startsAt: early('$startsAt'), endsAt: early('$endsAt') } },
    ]);
}

const startsOf = (dates: readonly Occurrence[]): string[] => dates.map(({ startsAt }) => startsAt.toISOString());

test('dates follow the clocks of their country, and everybody who is registered follows them', async () => {
  const { scope, clock, createEvent, datesOf, register, registration, clockChanges } = await inMexico();
  const event = await createEvent.execute(scope, byRule('FREQ=DAILY;COUNT=3', summer));
  const right = await datesOf(scope, event.id);
  await storedBefore(right);
  const held = await register(scope, right[1]!);
  expect((await registration(scope, held.id)).startsAt).toEqual(new Date('2027-06-02T15:00:00Z'));

  expect(await clockChanges(SINCE).run()).toBe(3);
  const dates = await datesOf(scope, event.id);
  expect(startsOf(dates)).toEqual(startsOf(right));
  expect(dates.map(({ revision, overriddenFields }) => [revision, overriddenFields])).toEqual([
    [2, []],
    [2, []],
    [2, []],
  ]);
  expect(await registration(scope, held.id)).toMatchObject({ startsAt: dates[1]!.startsAt, endsAt: dates[1]!.endsAt });
  const rows = await database.connection
    .collection('journal')
    .find({ target: `occurrence:${dates[1]!.id}`, actor: 's:clock-changes' })
    .toArray();
  expect(rows).toMatchObject([{ type: 'OCCURRENCE_UPDATED', p: { timeZoneData: SINCE } }]);

  clock.advance(DAY);
  expect(await clockChanges(SINCE).run()).toBe(0);
});

test('whoever would be in two places keeps the time that they had, until they no longer would', async () => {
  const { scope, clock, createEvent, cancelEvent, datesOf, register, registration, clockChanges } = await inMexico();
  const [event, elsewhere] = [
    await createEvent.execute(scope, anEvent(summer)),
    await createEvent.execute(scope, anEvent({ timezone: 'UTC', startsAtLocal: '2027-06-01T16:30:00' })),
  ];
  const [date] = await datesOf(scope, event.id);
  await storedBefore([date!]);
  const person = newId<UserId>();
  const held = await register(scope, date!, person);
  await register(scope, (await datesOf(scope, elsewhere.id))[0]!, person);

  expect(await clockChanges(SINCE).run()).toBe(0);
  expect((await registration(scope, held.id)).startsAt).toEqual(new Date('2027-06-01T15:00:00Z'));
  expect(startsOf(await datesOf(scope, event.id))).toEqual(['2027-06-01T15:00:00.000Z']);

  await cancelEvent.execute(scope, { eventId: elsewhere.id, reason: null, idempotencyKey: null });
  clock.advance(DAY);
  expect(await clockChanges(SINCE).run()).toBe(1);
  expect((await registration(scope, held.id)).startsAt).toEqual(new Date('2027-06-01T16:00:00Z'));
});

test('dates of one person that touch do not stand in each other’s way', async () => {
  const { scope, createEvent, datesOf, register, clockChanges } = await inMexico();
  const rdates = ['2027-06-01T11:00:00', '2027-06-01T12:00:00'];
  const recurrence = { rule: 'FREQ=DAILY;COUNT=1', exdates: [], rdates };
  const event = await createEvent.execute(scope, anEvent({ ...summer, recurrence }));
  const right = await datesOf(scope, event.id);
  await storedBefore(right);
  const person = newId<UserId>();
  for (const date of right) await register(scope, date, person);
  expect(await clockChanges(SINCE).run()).toBe(3);
  expect(startsOf(await datesOf(scope, event.id))).toEqual(startsOf(right));
});

test('a date with more people than one transaction takes moves, and they follow', async () => {
  const { scope, createEvent, datesOf, register, clockChanges, worker } = await inMexico();
  const event = await createEvent.execute(scope, anEvent({ ...summer, capacity: 200 }));
  const right = await datesOf(scope, event.id);
  await storedBefore(right);
  await Promise.all(Array.from({ length: 120 }, () => register(scope, right[0]!)));
  expect(await clockChanges(SINCE).run()).toBe(1);
  while ((await worker.runDue()) > 0);
  expect(await datesOf(scope, event.id)).toMatchObject([{ startsAt: right[0]!.startsAt, paused: false }]);
  const moved = { tenantId: new Types.ObjectId(scope.tenantId), active: true, s: right[0]!.startsAt };
  expect(await database.connection.collection('registrations').countDocuments(moved)).toBe(120);
});

test('several such dates of one event follow one after the other, as fast as their people do, and not a day each', async () => {
  const { scope, createEvent, datesOf, register, clockChanges, worker } = await inMexico();
  const event = await createEvent.execute(scope, byRule('FREQ=DAILY;COUNT=3', { ...summer, capacity: 200 }));
  const right = await datesOf(scope, event.id);
  await storedBefore(right);
  const people = Array.from({ length: 101 }, () => newId<UserId>());
  for (const date of right.slice(0, 2)) await Promise.all(people.map((person) => register(scope, date, person)));
  const job = clockChanges(SINCE);
  for (let pass = 0; pass < 3; pass += 1) {
    await job.runIfDue();
    while ((await worker.runDue()) > 0);
  }
  expect(startsOf(await datesOf(scope, event.id))).toEqual(startsOf(right));
});

test('a date that could not follow and is given another length keeps the hour that was announced', async () => {
  const { scope, createEvent, datesOf, updateOccurrence, clockChanges } = await inMexico();
  const event = await createEvent.execute(scope, anEvent(summer));
  const [right] = await datesOf(scope, event.id);
  await storedBefore([right!]);
  const shorter = { occurrenceId: right!.id, expectedRevision: 1, duration: 'PT30M', idempotencyKey: null };
  expect(await updateOccurrence.execute(scope, shorter)).toMatchObject({ startsAtLocal: '2027-06-01T10:00:00' });
  expect(await clockChanges(SINCE).run()).toBe(1);
  const half = { startsAt: right!.startsAt, endsAt: new Date(right!.startsAt.getTime() + HOUR / 2) };
  expect(await datesOf(scope, event.id)).toMatchObject([half]);
});

test('what has begun, was called off, or would begin before now stays', async () => {
  const { scope, clock, createEvent, cancelOccurrence, datesOf, clockChanges } = await inMexico();
  const event = await createEvent.execute(scope, byRule('FREQ=DAILY;COUNT=3', summer));
  const dates = await datesOf(scope, event.id);
  await storedBefore(dates);
  const off = { occurrenceId: dates[2]!.id, reason: null, idempotencyKey: null };
  await cancelOccurrence.execute(scope, off);
  // Half an hour into the first; what has begun is nobody's to move.
  clock.advance(new Date('2027-06-01T15:30:00Z').getTime() - clock.now().getTime());
  expect(await clockChanges(SINCE).run()).toBe(1);
  expect(startsOf(await datesOf(scope, event.id))).toEqual([
    '2027-06-01T15:00:00.000Z',
    '2027-06-02T16:00:00.000Z',
    '2027-06-03T15:00:00.000Z',
  ]);
});

test('nobody is moved into the past: a date whose clock has passed stays', async () => {
  const { scope, clock, createEvent, datesOf, clockChanges } = await inMexico();
  const event = await createEvent.execute(scope, anEvent(summer));
  const [date] = await datesOf(scope, event.id);
  const late = { startsAt: new Date(date!.startsAt.getTime() + HOUR), endsAt: new Date(date!.endsAt.getTime() + HOUR) };
  await database.connection.collection('occurrences').updateOne({ _id: new Types.ObjectId(date!.id) }, { $set: late });
  clock.advance(date!.startsAt.getTime() - clock.now().getTime());
  expect(await clockChanges(SINCE).run()).toBe(0);
  expect(await datesOf(scope, event.id)).toMatchObject([late]);
});

test('a process whose time zone data is older than another’s takes nothing back', async () => {
  const { scope, clock, createEvent, datesOf, clockChanges } = await inMexico();
  expect(await clockChanges(SINCE).run()).toBe(0);
  const event = await createEvent.execute(scope, anEvent(summer));
  await storedBefore(await datesOf(scope, event.id));
  clock.advance(DAY);
  expect(await clockChanges(BEFORE).run()).toBe(0);
  expect(await clockChanges(SINCE).run()).toBe(1);
});

test('several processes compare once a day, and at once when one has newer data', async () => {
  const { scope, clock, createEvent, datesOf, clockChanges } = await inMexico();
  expect(await clockChanges(BEFORE).run()).toBe(0);
  const event = await createEvent.execute(scope, anEvent(summer));
  await storedBefore(await datesOf(scope, event.id));
  clock.advance(DAY - 1);
  expect(await clockChanges(BEFORE).run()).toBe(0);
  const both = await Promise.all([clockChanges(SINCE).run(), clockChanges(SINCE).run()]);
  expect(both.reduce((a, b) => a + b)).toBe(1);
});
