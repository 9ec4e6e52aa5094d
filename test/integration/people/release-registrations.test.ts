import { Types } from 'mongoose';
import type { UserId } from '../../../src/domain/ids';
import { systemScope, type ViewerScope } from '../../../src/domain/scope';
import type { User } from '../../../src/domain/user';
import { runMigrations } from '../../../src/store/migrations';
import { DueHandlers } from '../../../src/use-cases/jobs/due-handler';
import { DueWorker } from '../../../src/use-cases/jobs/due-worker';
import {
  LAST_LOOK_MS,
  ReleaseRegistrations,
  userRegistrationsDueRow,
} from '../../../src/use-cases/people/release-registrations';
import { TestClock } from '../../support/clock';
import { brokenInvariants } from '../../support/invariants';
import { makeUser } from '../../support/make';
import { testDatabase } from '../../support/mongo';
import { byRule, makeOrganizer, officeOn } from '../../support/organizer';

jest.setTimeout(60_000);

const database = testDatabase();
beforeAll(() => runMigrations(database.connection));
beforeEach(async () => {
  for (const name of ['events', 'occurrences', 'registrations', 'timeLocks', 'journal'])
    await rowsOf(name).deleteMany({});
});
afterEach(async () => expect(await brokenInvariants(database.connection)).toEqual([]));

const rowsOf = (name: string) => database.connection.collection(name);
const quiet = (): void => undefined;

/** One process: the office, and the worker that carries removals on. */
function processOn(clock: TestClock) {
  const office = officeOn(database.connection, clock);
  const { users, registrations, unitOfWork, journal } = office.store;
  const handler = new ReleaseRegistrations(office.engine, registrations, users, unitOfWork, journal, clock);
  const alarms: object[] = [];
  const logger = { debug: quiet, info: quiet, warn: quiet, error: (fields: object) => void alarms.push(fields) };
  const worker = new DueWorker(unitOfWork, journal, new DueHandlers([handler]), clock, logger);
  return { ...office, handler, worker, alarms };
}
type Process = ReturnType<typeof processOn>;

/** Somebody with a seat on every day of a series, removed a moment ago; the work that leaves is due. */
async function removedWith(here: Process, clock: TestClock, days: number): Promise<{ scope: ViewerScope; user: User }> {
  const scope = makeOrganizer();
  const event = await here.createEvent.execute(scope, byRule(`FREQ=DAILY;COUNT=${days}`));
  const user = makeUser(scope.tenantId, { status: 'REMOVED' });
  for (const date of await here.datesOf(scope, event.id)) await here.register(scope, date, user.id);
  await here.store.unitOfWork.run(scope, async (tx) => {
    await here.store.users.add(tx, user);
    await here.store.journal.add(tx, [userRegistrationsDueRow(scope, user.id, clock.now())]);
  });
  return { scope, user };
}

async function workThrough({ worker }: Process): Promise<void> {
  while ((await worker.runDue()) > 0);
}
const active = (userId: UserId): Promise<number> =>
  rowsOf('registrations').countDocuments({ userId: new Types.ObjectId(userId), active: true });
const rowsDue = (): Promise<number> => rowsOf('journal').countDocuments({ due: { $exists: true } });
const intervals = async (): Promise<number> =>
  (await rowsOf('timeLocks').find().toArray()).reduce((sum, { iv }) => sum + (iv as unknown[]).length, 0);

describe('what a removed user is registered for', () => {
  test('is cancelled as far as it lies ahead, in the name of who removed them, and the time is free', async () => {
    const clock = new TestClock();
    const here = processOn(clock);
    const { scope, user } = await removedWith(here, clock, 250);
    // The first date has begun, the second has not.
    clock.advance(24.5 * 3_600_000);
    await workThrough(here);
    expect(await active(user.id)).toBe(1);
    expect(await intervals()).toBe(1);
    const cancelled = await rowsOf('journal').find({ type: 'REGISTRATION_CANCELLED' }).toArray();
    expect(cancelled).toHaveLength(249);
    const told = cancelled.map(({ actor, requestId, p }) =>
      [actor, requestId, (p as { reason: string }).reason].join(' '),
    );
    expect(new Set(told)).toEqual(new Set([`u:${scope.actor.userId} ${scope.requestId} USER_REMOVED`]));
    expect(await rowsDue()).toBe(0);
    expect(here.alarms).toEqual([]);
  });

  test('while the removal took place is cancelled at the last look', async () => {
    const clock = new TestClock();
    const here = processOn(clock);
    const { scope, user } = await removedWith(here, clock, 3);
    await workThrough(here);
    expect([await active(user.id), await rowsDue()]).toEqual([0, 1]);
    // A request that was let in while the user was still trusted, and waited for its turn.
    const event = await here.createEvent.execute(scope, byRule('FREQ=DAILY;COUNT=1'));
    const [date] = await here.datesOf(scope, event.id);
    if (date) await here.register(scope, date, user.id);
    clock.advance(LAST_LOOK_MS - 1);
    await workThrough(here);
    expect(await active(user.id)).toBe(1);
    clock.advance(1);
    await workThrough(here);
    expect([await active(user.id), await rowsDue(), await intervals()]).toEqual([0, 0, 0]);
  });

  test('since they came back stays, and what was there before goes', async () => {
    const clock = new TestClock();
    const here = processOn(clock);
    const { scope, user } = await removedWith(here, clock, 120);
    clock.advance(1_000);
    await here.store.unitOfWork.run(scope, (tx) => here.store.users.change(tx, user, { status: 'ACTIVE' }));
    const other = byRule('FREQ=DAILY;COUNT=1', { startsAtLocal: '2027-01-05T20:00:00' });
    const event = await here.createEvent.execute(scope, other);
    const [date] = await here.datesOf(scope, event.id);
    const kept = date && (await here.register(scope, date, user.id));
    clock.advance(LAST_LOOK_MS);
    await workThrough(here);
    const left = await rowsOf('registrations')
      .find({ userId: new Types.ObjectId(user.id), active: true })
      .toArray();
    expect(left.map(({ _id }) => String(_id))).toEqual([kept?.id]);
    expect(await rowsDue()).toBe(0);
  });

  test('and is not cancelled yet when a process dies is cancelled by another', async () => {
    const clock = new TestClock();
    const here = processOn(clock);
    const { scope, user } = await removedWith(here, clock, 150);
    const { journal, unitOfWork } = here.store;
    const [ref] = await journal.findDue(systemScope('test'), { now: clock.now(), limit: 1 });
    if (ref === undefined) throw new Error('nothing is due');
    const lease = new Date(clock.now().getTime() + 30_000);
    const claimed = await unitOfWork.run(scope, (tx) => journal.claim(tx, ref, lease));
    if (claimed === null) throw new Error('somebody else has it');
    expect(await here.handler.step(scope, claimed)).toBe('MORE');
    expect(await active(user.id)).toBe(50);
    const successor = processOn(clock);
    expect(await successor.worker.runDue()).toBe(0);
    clock.advance(LAST_LOOK_MS);
    await workThrough(successor);
    expect([await active(user.id), await rowsDue()]).toEqual([0, 0]);
  });

  test('is cancelled once by two workers at the same time', async () => {
    const clock = new TestClock();
    const [here, there] = [processOn(clock), processOn(clock)];
    const { scope, user } = await removedWith(here, clock, 120);
    const { journal, unitOfWork } = here.store;
    const [ref] = await journal.findDue(systemScope('test'), { now: clock.now(), limit: 1 });
    const lease = new Date(clock.now().getTime() + 30_000);
    const claimed = ref && (await unitOfWork.run(scope, (tx) => journal.claim(tx, ref, lease)));
    if (!claimed) throw new Error('nothing is due');
    await Promise.all([here.handler.step(scope, claimed), there.handler.step(scope, claimed)]);
    await Promise.all([here.handler.step(scope, claimed), there.handler.step(scope, claimed)]);
    expect(await active(user.id)).toBe(0);
    expect(await rowsOf('journal').countDocuments({ type: 'REGISTRATION_CANCELLED' })).toBe(120);
  });

  test('on a date that an organizer is moving at that moment waits for it', async () => {
    const clock = new TestClock();
    const here = processOn(clock);
    const { user } = await removedWith(here, clock, 2);
    await rowsOf('occurrences').updateMany({}, { $set: { paused: true } });
    expect(await here.worker.runDue()).toBe(1);
    // Put off, not tried over and over.
    expect([await here.worker.runDue(), await active(user.id), here.alarms]).toEqual([0, 2, []]);
    await rowsOf('occurrences').updateMany({}, { $set: { paused: false } });
    clock.advance(1_000);
    await workThrough(here);
    expect(await active(user.id)).toBe(0);
  });
});
