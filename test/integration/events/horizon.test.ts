import { Types } from 'mongoose';
import { runMigrations } from '../../../src/store/migrations';
import { TestClock } from '../../support/clock';
import { brokenInvariants } from '../../support/invariants';
import { testDatabase } from '../../support/mongo';
import { anEdit, byRule, makeOrganizer, officeOn } from '../../support/organizer';

const database = testDatabase();
beforeAll(() => runMigrations(database.connection));
afterEach(async () => expect(await brokenInvariants(database.connection)).toEqual([]));

const DAY = 24 * 3_600_000;
const daysFrom = (first: string, count: number, time: string): string[] =>
  Array.from(
    { length: count },
    (_, n) => `${new Date(Date.parse(first) + n * DAY).toISOString().slice(0, 10)}T${time}`,
  );

test('a rule edited from 10:00 to 11:00, then extended by the job, has no duplicate and no ghost', async () => {
  const clock = new TestClock();
  const { createEvent, updateEvent, datesOf, register, registration, extender, found, store } = officeOn(
    database.connection,
    clock,
  );
  const scope = makeOrganizer();
  await found(scope);
  const event = await createEvent.execute(scope, byRule('FREQ=DAILY'));
  const before = await datesOf(scope, event.id);
  const held = await register(scope, before[200]!);
  await updateEvent.execute(scope, anEdit(event, { startsAtLocal: '2027-01-05T11:00:00' }));
  clock.advance(30 * DAY);
  await extender.run();
  const after = await datesOf(scope, event.id);
  const now = clock.now();
  // From the first date to a year from now, every day once, each at 11:00.
  expect(after.map(({ startsAtLocal }) => startsAtLocal)).toEqual(daysFrom('2027-01-05', after.length, '11:00:00'));
  expect(after.at(-1)!.startsAt.getTime()).toBeGreaterThan(now.getTime() + 364 * DAY);
  expect(after.slice(0, 365).map(({ id }) => id)).toEqual(before.map(({ id }) => id));
  expect(await registration(scope, held.id)).toMatchObject({ startsAt: after[200]!.startsAt });
  expect((await store.events.getById(scope, event.id)).horizonAt).toEqual(new Date(now.getTime() + 365 * DAY));
  expect(await extender.run()).toBe(0);
});

test('several extenders at once make each date once', async () => {
  const clock = new TestClock();
  const offices = [1, 2, 3].map(() => officeOn(database.connection, clock));
  const [{ createEvent, datesOf, found }] = offices as [(typeof offices)[0]];
  const scope = makeOrganizer();
  await found(scope);
  const daily = await createEvent.execute(scope, byRule('FREQ=DAILY'));
  const weekly = await createEvent.execute(scope, byRule('FREQ=WEEKLY;BYDAY=TU,TH'));
  const ends = await createEvent.execute(scope, byRule('FREQ=WEEKLY;COUNT=10'));
  clock.advance(100 * DAY);
  const stored = (): Promise<number> => database.connection.collection('occurrences').countDocuments({});
  const before = await stored();
  const added = await Promise.all(offices.map(({ extender }) => extender.run()));
  expect(added.reduce((a, b) => a + b)).toBe((await stored()) - before);
  const dates = await datesOf(scope, daily.id);
  expect(dates.map(({ startsAtLocal }) => startsAtLocal)).toEqual(daysFrom('2027-01-05', dates.length, '10:00:00'));
  const twiceAWeek = await datesOf(scope, weekly.id);
  expect(new Set(twiceAWeek.map(({ startsAtLocal }) => startsAtLocal)).size).toBe(twiceAWeek.length);
  expect(await datesOf(scope, ends.id)).toHaveLength(10);
});

test('a cancelled event is not extended, and one that is being edited is left for the next time', async () => {
  const clock = new TestClock();
  const { createEvent, cancelEvent, datesOf, extender, begun, found } = officeOn(database.connection, clock);
  const scope = makeOrganizer();
  await found(scope);
  const gone = await createEvent.execute(scope, byRule('FREQ=DAILY'));
  const edited = await createEvent.execute(scope, byRule('FREQ=DAILY'));
  await cancelEvent.execute(scope, { eventId: gone.id, reason: null, idempotencyKey: null });
  const row = await begun.begin(scope, { eventId: edited.id, dates: [] });
  clock.advance(10 * DAY);
  await extender.run();
  expect(await datesOf(scope, gone.id)).toHaveLength(365);
  expect(await datesOf(scope, edited.id)).toHaveLength(365);
  await begun.abandon(scope, row);
  await extender.run();
  expect((await datesOf(scope, edited.id)).length).toBeGreaterThan(370);
});

test('an extension and an edit at once leave one consistent series', async () => {
  const clock = new TestClock();
  const [here, there] = [officeOn(database.connection, clock), officeOn(database.connection, clock)];
  const scope = makeOrganizer();
  await here.found(scope);
  const event = await here.createEvent.execute(scope, byRule('FREQ=DAILY'));
  clock.advance(20 * DAY);
  await Promise.all([
    here.extender.run(),
    there.updateEvent.execute(scope, anEdit(event, { startsAtLocal: '2027-01-05T11:00:00' })),
  ]);
  await here.extender.run();
  const dates = (await here.datesOf(scope, event.id)).map(({ startsAtLocal }) => startsAtLocal);
  const began = daysFrom('2027-01-05', 20, '10:00:00');
  expect(dates.slice(0, 20)).toEqual(began);
  expect(dates.slice(20)).toEqual(daysFrom('2027-01-25', dates.length - 20, '11:00:00'));
});

test('the job runs once at the start, and again when the clock says that a day has passed', async () => {
  const clock = new TestClock();
  const { createEvent, datesOf, extender, found } = officeOn(database.connection, clock);
  const scope = makeOrganizer();
  await found(scope);
  const event = await createEvent.execute(scope, byRule('FREQ=DAILY'));
  const daysStored = async (): Promise<number> => (await datesOf(scope, event.id)).length;
  clock.advance(5 * DAY);
  await extender.runIfDue();
  expect(await daysStored()).toBe(369);
  clock.advance(DAY - 1);
  await extender.runIfDue();
  expect(await daysStored()).toBe(369);
  clock.advance(1);
  await extender.runIfDue();
  expect(await daysStored()).toBe(370);
});

test('a stop ends a pass at the organization in hand, also where nothing of it recurs', async () => {
  const { extender, found, store } = officeOn(database.connection, new TestClock());
  await database.connection.collection('organizations').deleteMany({});
  for (let n = 0; n < 3; n += 1) await found(makeOrganizer());
  const find = store.events.findWithHorizon.bind(store.events);
  const looks = jest.spyOn(store.events, 'findWithHorizon').mockImplementation(async (...asked) => {
    await extender.stop();
    return find(...asked);
  });
  await extender.run();
  expect(looks).toHaveBeenCalledTimes(1);
});

test('a date that lay behind the horizon, and that newer time zone data has moved before it, is not missed', async () => {
  const clock = new TestClock();
  const { createEvent, datesOf, extender, found } = officeOn(database.connection, clock);
  const scope = makeOrganizer();
  await found(scope);
  const event = await createEvent.execute(scope, byRule('FREQ=DAILY;UNTIL=20300101'));
  // As it was reached while clocks were still an hour behind: the next date began at this very moment.
  const horizonAt = new Date(event.horizonAt!.getTime() + 3_600_000);
  await database.connection
    .collection('events')
    .updateOne({ _id: new Types.ObjectId(event.id) }, { $set: { horizonAt } });
  clock.advance(10 * DAY);
  expect(await extender.run()).toBeGreaterThan(0);
  const dates = await datesOf(scope, event.id);
  expect(dates.map(({ startsAtLocal }) => startsAtLocal)).toEqual(daysFrom('2027-01-05', dates.length, '10:00:00'));
  expect(await extender.run()).toBe(0);
});
