import type { Event } from '../../../src/domain/event';
import { newId } from '../../../src/platform/new-id';
import type { UserId } from '../../../src/domain/ids';
import type { Occurrence } from '../../../src/domain/occurrence';
import { systemScope, type ViewerScope } from '../../../src/domain/scope';
import { runMigrations } from '../../../src/store/migrations';
import { TestClock } from '../../support/clock';
import { brokenInvariants } from '../../support/invariants';
import { testDatabase } from '../../support/mongo';
import { anEdit, anEvent, byRule, makeOrganizer, officeOn, type Office } from '../../support/organizer';
import { until } from '../../support/until';

const database = testDatabase();
beforeAll(() => runMigrations(database.connection));
afterEach(async () => expect(await brokenInvariants(database.connection)).toEqual([]));

const office = (clock = new TestClock()): Office => officeOn(database.connection, clock);
async function registerMany(at: Office, scope: ViewerScope, date: Occurrence, people: readonly UserId[]) {
  await Promise.all(people.map((userId) => at.register(scope, date, userId)));
}

const people = (count: number): UserId[] => Array.from({ length: count }, () => newId<UserId>());

/** Three dates of one hour that touch each other, a hundred people in each of them, and fifty in all. */
async function crowded(at: Office, scope: ViewerScope): Promise<{ event: Event; dates: Occurrence[] }> {
  const rdates = ['2027-01-05T11:00:00', '2027-01-05T12:00:00'];
  const recurrence = { rule: 'FREQ=DAILY;COUNT=1', exdates: [], rdates };
  const event = await at.createEvent.execute(scope, anEvent({ capacity: 1_000, recurrence }));
  const dates = await at.datesOf(scope, event.id);
  const regulars = people(50);
  for (const date of dates) await registerMany(at, scope, date, [...regulars, ...people(50)]);
  return { event, dates };
}

const movedByAnHour = (event: Event) => anEdit(event, { startsAtLocal: '2027-01-05T11:00:00' });

/** Which starts the active registrations of some dates have. */
async function startsOf(dates: readonly Occurrence[]): Promise<string[]> {
  const rows = await database.connection.collection('registrations').find({ active: true }).toArray();
  const ids = new Set(dates.map(({ id }): string => id));
  const starts = rows.filter((row) => ids.has(String(row['occurrenceId']))).map((row) => row['s'] as Date);
  return [...new Set(starts.map((start) => start.toISOString().slice(11, 16)))].sort();
}

const flagged = (): Promise<number> =>
  database.connection.collection('registrations').countDocuments({ flagged: true });
const dueRows = (): Promise<number> =>
  database.connection.collection('journal').countDocuments({ due: { $exists: true } });

async function workThrough({ worker }: Office): Promise<void> {
  while ((await worker.runDue()) > 0);
}

describe('calling off', () => {
  test('an event with 300 registrations closes at once, and the count is right at once', async () => {
    const here = office();
    const scope = makeOrganizer();
    const { event, dates } = await crowded(here, scope);
    const input = { eventId: event.id, reason: 'storm', idempotencyKey: 'off' };
    const answer = await here.cancelEvent.execute(scope, input);
    expect(answer).toMatchObject({ event: { status: 'CANCELLED', editing: false }, registrationsCancelled: 300 });
    expect((await here.datesOf(scope, event.id)).every(({ status }) => status === 'CANCELLED')).toBe(true);
    await expect(here.register(scope, dates[0]!)).rejects.toThrow('REGISTRATION_CLOSED');
    expect(await startsOf(dates)).not.toEqual([]);
    await workThrough(here);
    expect(await startsOf(dates)).toEqual([]);
    const reasons = await database.connection.collection('registrations').distinct('cancelReason');
    expect(reasons).toEqual(['EVENT_CANCELLED']);
    expect(await here.cancelEvent.execute(scope, { ...input, idempotencyKey: null })).toEqual(answer);
    expect(await here.cancelEvent.execute(scope, input)).toEqual(answer);
    expect(await dueRows()).toBe(0);
  });

  test('one date with 150 registrations', async () => {
    const here = office();
    const scope = makeOrganizer();
    const event = await here.createEvent.execute(scope, byRule('FREQ=DAILY;COUNT=2', { capacity: null }));
    const [first, second] = await here.datesOf(scope, event.id);
    await registerMany(here, scope, first!, people(150));
    await registerMany(here, scope, second!, people(3));
    const input = { occurrenceId: first!.id, reason: null, idempotencyKey: null };
    const { registrationsCancelled } = await here.cancelOccurrence.execute(scope, input);
    expect(registrationsCancelled).toBe(150);
    await workThrough(here);
    expect(await startsOf([first!])).toEqual([]);
    expect(await startsOf([second!])).toEqual(['09:00']);
  });
});

describe('a date that was called off, whose 150 registrations are still to follow,', () => {
  async function calledOff() {
    const here = office();
    const scope = makeOrganizer();
    const event = await here.createEvent.execute(scope, byRule('FREQ=DAILY;COUNT=3', { capacity: null }));
    const [, date] = await here.datesOf(scope, event.id);
    await registerMany(here, scope, date!, people(150));
    await here.cancelOccurrence.execute(scope, { occurrenceId: date!.id, reason: null, idempotencyKey: null });
    expect(await startsOf([date!])).toEqual(['09:00']);
    return { here, scope, event, date: date! };
  }

  test.each([
    ['dropped from its series', { recurrence: { rule: 'FREQ=DAILY;INTERVAL=2;COUNT=2', exdates: [], rdates: [] } }],
    ['given other rules with the rest of it', { conflictPolicy: 'ALLOW' as const }],
  ])('can be %s: nobody comes to it any more', async (_, edit) => {
    const { here, scope, event, date } = await calledOff();
    await here.updateEvent.execute(scope, anEdit(event, edit));
    await workThrough(here);
    expect(await startsOf([date])).toEqual([]);
    expect((await here.store.occurrences.getById(scope, date.id)).status).toBe('CANCELLED');
  });
});

describe('moving 300 registrations', () => {
  test('the edit is accepted as a whole, the people follow, and nobody stands in the own way', async () => {
    const here = office();
    const scope = makeOrganizer();
    const { event, dates } = await crowded(here, scope);
    const answer = await here.updateEvent.execute(scope, movedByAnHour(event));
    expect(answer).toMatchObject({ event: { revision: 2, epoch: 2, editing: true }, occurrencesChanged: 3 });
    const moved = await here.datesOf(scope, event.id);
    expect(moved.map(({ startsAtLocal, paused }) => [startsAtLocal.slice(11, 16), paused])).toEqual([
      ['11:00', true],
      ['12:00', true],
      ['13:00', true],
    ]);
    await workThrough(here);
    expect(await startsOf(dates)).toEqual(['10:00', '11:00', '12:00']);
    expect(await flagged()).toBe(0);
    expect((await here.datesOf(scope, event.id)).some(({ paused }) => paused)).toBe(false);
    expect((await here.store.events.getById(scope, event.id)).editing).toBe(false);
    expect(await dueRows()).toBe(0);
    expect(here.alarms).toEqual([]);
  });

  test('until then its dates and the event answer BUSY', async () => {
    const here = office();
    const scope = makeOrganizer();
    const { event, dates } = await crowded(here, scope);
    const busy = { refusal: { code: 'BUSY' } };
    const { event: edited } = await here.updateEvent.execute(scope, movedByAnHour(event));
    await expect(here.register(scope, dates[0]!)).rejects.toThrow('BUSY');
    await expect(here.updateEvent.execute(scope, anEdit(edited, { name: 'Go' }))).rejects.toMatchObject(busy);
    const cancel = { eventId: event.id, reason: null, idempotencyKey: null };
    await expect(here.cancelEvent.execute(scope, cancel)).rejects.toMatchObject(busy);
    await expect(here.publishEvent.execute(scope, cancel)).rejects.toMatchObject(busy);
    const one = { occurrenceId: dates[0]!.id, expectedRevision: 2, name: 'Go', idempotencyKey: null };
    await expect(here.updateOccurrence.execute(scope, one)).rejects.toMatchObject(busy);
    await workThrough(here);
    await here.register(scope, dates[0]!);
  });

  test('a process that dies after some of the chunks is succeeded by another', async () => {
    const clock = new TestClock();
    const here = office(clock);
    const scope = makeOrganizer();
    const { event, dates } = await crowded(here, scope);
    await here.updateEvent.execute(scope, movedByAnHour(event));
    await claimAndStep(here, scope, clock);
    // It is killed now: half of the people have followed, and the row is still its own.
    expect((await startsOf(dates)).length).toBeGreaterThan(2);
    const successor = office(clock);
    expect(await successor.worker.runDue()).toBe(0);
    clock.advance(31_000);
    await workThrough(successor);
    expect(await startsOf(dates)).toEqual(['10:00', '11:00', '12:00']);
    expect((await successor.store.events.getById(scope, event.id)).editing).toBe(false);
    expect(await flagged()).toBe(0);
  });

  test('two workers at once do it once', async () => {
    const clock = new TestClock();
    const [here, there] = [office(clock), office(clock)];
    const scope = makeOrganizer();
    const { event, dates } = await crowded(here, scope);
    await here.updateEvent.execute(scope, movedByAnHour(event));
    await Promise.all([workThrough(here), workThrough(there)]);
    await workThrough(here);
    expect(await startsOf(dates)).toEqual(['10:00', '11:00', '12:00']);
    expect([...here.alarms, ...there.alarms]).toEqual([]);
  });

  test('a running worker finishes it by itself, woken by the commit', async () => {
    const here = office();
    const scope = makeOrganizer();
    const { event, dates } = await crowded(here, scope);
    here.worker.start();
    await here.updateEvent.execute(scope, movedByAnHour(event));
    await until(async () => (await dueRows()) === 0, 'nothing is due any more');
    await here.worker.stop();
    expect(await startsOf(dates)).toEqual(['10:00', '11:00', '12:00']);
  });

  test('is refused as a whole where one of them would be in two places, and everything is open again', async () => {
    const here = office();
    const scope = makeOrganizer();
    const { event, dates } = await crowded(here, scope);
    const other = await here.createEvent.execute(scope, anEvent({ startsAtLocal: '2027-01-05T13:30:00' }));
    const [elsewhere] = await here.datesOf(scope, other.id);
    const userId = newId<UserId>();
    const held = await here.register(scope, dates[2]!, userId);
    await here.register(scope, elsewhere!, userId);
    await expect(here.updateEvent.execute(scope, movedByAnHour(event))).rejects.toMatchObject({
      refusal: { code: 'MOVE_CONFLICTS', total: 1, conflicts: [{ registrationId: held.id }] },
    });
    const after = await here.datesOf(scope, event.id);
    expect(after.map(({ id, startsAt, paused, revision }) => ({ id, startsAt, paused, revision }))).toEqual(
      dates.map(({ id, startsAt }) => ({ id, startsAt, paused: false, revision: 1 })),
    );
    expect(await here.store.events.getById(scope, event.id)).toEqual(event);
    expect(await dueRows()).toBe(0);
  });

  test('a process that dies before it is judged leaves no trace: the worker opens everything again', async () => {
    const clock = new TestClock();
    const here = office(clock);
    const scope = makeOrganizer();
    const { event, dates } = await crowded(here, scope);
    await here.begun.begin(scope, { eventId: event.id, dates: dates.map(({ id }) => id) });
    await expect(here.register(scope, dates[0]!)).rejects.toThrow('BUSY');
    const successor = office(clock);
    expect(await successor.worker.runDue()).toBe(0);
    clock.advance(61_000);
    await workThrough(successor);
    await successor.register(scope, dates[0]!);
    expect(await here.store.events.getById(scope, event.id)).toEqual(event);
  });

  test('whoever takes the new time elsewhere meanwhile keeps both, and the older one is flagged', async () => {
    const here = office();
    const scope = makeOrganizer();
    const event = await here.createEvent.execute(scope, anEvent({ capacity: null }));
    const [date] = await here.datesOf(scope, event.id);
    const userId = newId<UserId>();
    await registerMany(here, scope, date!, [...people(120), userId]);
    const other = await here.createEvent.execute(scope, anEvent({ startsAtLocal: '2027-01-05T11:30:00' }));
    const [elsewhere] = await here.datesOf(scope, other.id);
    await here.updateEvent.execute(scope, movedByAnHour(event));
    const taken = await here.register(scope, elsewhere!, userId);
    await workThrough(here);
    expect(await flagged()).toBe(1);
    expect(await here.registration(scope, taken.id)).toMatchObject({ status: 'CONFIRMED', flagged: false });
  });
});

test('one date with 150 registrations is moved alone', async () => {
  const here = office();
  const scope = makeOrganizer();
  const event = await here.createEvent.execute(scope, byRule('FREQ=DAILY;COUNT=2', { capacity: null }));
  const [first, second] = await here.datesOf(scope, event.id);
  await registerMany(here, scope, first!, people(150));
  const edit = { occurrenceId: first!.id, expectedRevision: 1, startsAtLocal: '2027-01-05T15:00:00' };
  const moved = await here.updateOccurrence.execute(scope, { ...edit, idempotencyKey: null });
  expect(moved).toMatchObject({ startsAtLocal: edit.startsAtLocal, revision: 2, overriddenFields: ['startsAtLocal'] });
  await workThrough(here);
  expect(await startsOf([first!])).toEqual(['14:00']);
  const [, untouched] = await here.datesOf(scope, event.id);
  expect(untouched).toEqual(second);
  const { editing, revision } = await here.store.events.getById(scope, event.id);
  expect({ editing, revision }).toEqual({ editing: false, revision: 1 });
});

async function claimAndStep(at: Office, scope: ViewerScope, clock: TestClock): Promise<void> {
  const { journal, unitOfWork } = at.store;
  const [ref] = await journal.findDue(systemScope('test'), { now: clock.now(), limit: 1 });
  const lease = new Date(clock.now().getTime() + 30_000);
  const claimed = await unitOfWork.run(scope, (tx) => journal.claim(tx, ref!, lease));
  expect(await at.settling.step(scope, claimed!)).toBe('MORE');
}
