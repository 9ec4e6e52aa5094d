import { Types } from 'mongoose';
import type { JournalId } from '../../../src/domain/ids';
import type { JournalType } from '../../../src/domain/journal';
import { systemScope, type TenantScope } from '../../../src/domain/scope';
import { newId } from '../../../src/platform/new-id';
import type { ClaimedRow } from '../../../src/store/journal.repository';
import { runMigrations } from '../../../src/store/migrations';
import { DueHandler, DueHandlers } from '../../../src/use-cases/jobs/due-handler';
import { DueWorker } from '../../../src/use-cases/jobs/due-worker';
import { TestClock } from '../../support/clock';
import { testDatabase } from '../../support/mongo';
import { makeOrganizer, officeOn } from '../../support/organizer';
import { storeOn } from '../../support/store';
import { until } from '../../support/until';

const database = testDatabase();
beforeAll(() => runMigrations(database.connection));
beforeEach(() => database.connection.collection('journal').deleteMany({}));

/** Due rows of one type, of one organization. */
async function leaveWork(clock: TestClock, type: JournalType = 'EVENT_UPDATED', count = 1): Promise<JournalId[]> {
  const scope = makeOrganizer();
  const { unitOfWork, journal } = storeOn(database.connection);
  const now = clock.now();
  const rows = Array.from({ length: count }, () => ({
    id: newId<JournalId>(),
    tenantId: scope.tenantId,
    type,
    target: `event:${newId()}`,
    version: 1,
    actor: 'u:somebody',
    requestId: 'test-request',
    p: {},
    at: now,
    due: now,
  }));
  await unitOfWork.run(scope, (tx) => journal.add(tx, rows));
  return rows.map(({ id }) => id);
}

/** Works on rows of one type as the test says; `DONE` finishes the row. */
class TestHandler extends DueHandler {
  constructor(
    readonly types: readonly JournalType[],
    private readonly work: () => Promise<'DONE' | 'MORE'>,
  ) {
    super();
  }

  async step(scope: TenantScope, claimed: ClaimedRow): Promise<'DONE' | 'MORE'> {
    const { unitOfWork, journal } = storeOn(database.connection);
    const outcome = await this.work();
    if (outcome === 'DONE') await unitOfWork.run(scope, (tx) => journal.finish(tx, claimed));
    return outcome;
  }
}

const impossible = () => new TestHandler(['EVENT_UPDATED'], () => Promise.reject(new Error('impossible')));

function workerOf(clock: TestClock, ...handlers: DueHandler[]) {
  const { unitOfWork, journal } = storeOn(database.connection);
  const alarms: object[] = [];
  const warnings: object[] = [];
  const quiet = (): void => undefined;
  const logger = {
    ...{ debug: quiet, info: quiet },
    ...{ warn: (fields: object) => void warnings.push(fields), error: (fields: object) => void alarms.push(fields) },
  };
  return { worker: new DueWorker(unitOfWork, journal, new DueHandlers(handlers), clock, logger), alarms, warnings };
}

const rowOf = async () => (await database.connection.collection('journal').findOne({}))!;

test('work that fails is tried again later and later, and in the end given up with an alarm', async () => {
  const clock = new TestClock();
  const [id] = await leaveWork(clock);
  const { worker, alarms } = workerOf(clock, impossible());
  const pauses: number[] = [];
  for (let row = await rowOf(); row['due'] !== undefined; row = await rowOf()) {
    const wait = (row['due'] as Date).getTime() - clock.now().getTime();
    if (wait > 0) {
      pauses.push(wait);
      clock.advance(wait - 1);
      expect(await worker.runDue()).toBe(0);
      clock.advance(1);
    }
    expect(await worker.runDue()).toBe(1);
  }
  expect(pauses).toHaveLength(11);
  expect(pauses.slice(0, 3)).toEqual([2_000, 4_000, 8_000]);
  expect(Math.max(...pauses)).toBe(15 * 60_000);
  expect(await rowOf()).toMatchObject({ attempts: 12, deadAt: clock.now(), p: {} });
  expect(alarms).toMatchObject([{ alarm: 'due-work', row: id }]);
  expect(await worker.runDue()).toBe(0);
});

test('of ten workers that reach for one row at once, one gets it', async () => {
  const clock = new TestClock();
  await leaveWork(clock);
  const workers = Array.from({ length: 10 }, () => workerOf(clock, impossible()).worker);
  const handled = await Promise.all(workers.map((worker) => worker.runDue()));
  expect(handled.reduce((a, b) => a + b)).toBe(1);
  expect(await rowOf()).toMatchObject({ attempts: 1 });
});

test('whose lease has ended cannot finish what somebody else has taken over', async () => {
  const clock = new TestClock();
  await leaveWork(clock);
  const { journal, unitOfWork } = officeOn(database.connection, clock).store;
  const take = async () => {
    const [ref] = await journal.findDue(systemScope('test'), { now: clock.now(), limit: 1 });
    const lease = new Date(clock.now().getTime() + 1_000);
    const scope = makeOrganizer(ref!.tenantId);
    return { scope, claimed: (await unitOfWork.run(scope, (tx) => journal.claim(tx, ref!, lease)))! };
  };
  const slow = await take();
  clock.advance(1_000);
  const next = await take();
  await expect(unitOfWork.run(slow.scope, (tx) => journal.finish(tx, slow.claimed))).rejects.toThrow('journal');
  await unitOfWork.run(next.scope, (tx) => journal.finish(tx, next.claimed));
  expect(await rowOf()).not.toHaveProperty('due');
});

test('a worker that was stopped takes nothing, and can be started again', async () => {
  const clock = new TestClock();
  const { worker } = workerOf(clock, impossible());
  worker.start();
  await worker.stop();
  await leaveWork(clock);
  worker.wake();
  await new Promise((resolve) => setImmediate(resolve));
  expect(await rowOf()).toMatchObject({ attempts: 0 });
  worker.start();
  await until(async () => (await rowOf())['attempts'] !== 0, 'it has started again');
  await worker.stop();
});

test('work whose workers die each time is given up too', async () => {
  const clock = new TestClock();
  await leaveWork(clock);
  await database.connection.collection('journal').updateMany({}, { $set: { attempts: 12 } });
  const { worker, alarms } = workerOf(clock, impossible());
  await worker.runDue();
  expect(await rowOf()).toMatchObject({ attempts: 13, deadAt: clock.now() });
  expect(alarms).toMatchObject([{ alarm: 'due-work' }]);
});

test('work that was given up is worked on again as docs/operations.md says, and has all its attempts again', async () => {
  const clock = new TestClock();
  const [id] = await leaveWork(clock);
  const rows = database.connection.collection('journal');
  await rows.updateMany({}, { $set: { attempts: 11 } });
  await workerOf(clock, impossible()).worker.runDue();
  expect(await rowOf()).toMatchObject({ attempts: 12, deadAt: clock.now() });

  const revived = { $set: { due: clock.now(), attempts: 0 }, $unset: { deadAt: '' } };
  await rows.updateOne({ _id: new Types.ObjectId(id) }, revived);
  await workerOf(clock, impossible()).worker.runDue();
  expect(await rowOf()).toMatchObject({ attempts: 1 });
  expect(await rowOf()).not.toHaveProperty('deadAt');
  clock.advance(2_000);
  const { worker, alarms } = workerOf(clock, new TestHandler(['EVENT_UPDATED'], () => Promise.resolve('DONE')));
  expect(await worker.runDue()).toBe(1);
  expect(await rowOf()).not.toHaveProperty('due');
  expect(alarms).toEqual([]);
});

test('work of a kind that hangs does not hold up another kind, and never more than four rows of its own', async () => {
  const clock = new TestClock();
  let [hanging, release] = [0, (): void => undefined];
  const released = new Promise<void>((resolve) => (release = resolve));
  const slow = new TestHandler(['EVENT_UPDATED'], async () => {
    hanging += 1;
    await released;
    return 'DONE';
  });
  const quick = new TestHandler(['EVENT_CANCELLED'], () => Promise.resolve('DONE'));
  await leaveWork(clock, 'EVENT_UPDATED', 10);
  await leaveWork(clock, 'EVENT_CANCELLED', 10);
  const { worker } = workerOf(clock, slow, quick);
  const running = worker.runDue();
  const left = (type: JournalType) =>
    database.connection.collection('journal').countDocuments({ type, due: { $exists: true } });
  const isQuickDone = async (): Promise<boolean> => hanging === 4 && (await left('EVENT_CANCELLED')) === 0;
  await until(isQuickDone, 'the quick work is done while the slow work hangs');
  expect([hanging, await left('EVENT_UPDATED')]).toEqual([4, 10]);
  release();
  expect(await running).toBe(20);
});

test('rows that nobody works on stay as they are, are told of, and keep nobody waiting, however many they are', async () => {
  const clock = new TestClock();
  await leaveWork(clock, 'EVENT_DELETED', 60);
  const before = await database.connection.collection('journal').find().toArray();
  clock.advance(1);
  await leaveWork(clock, 'EVENT_CANCELLED');
  const done = new TestHandler(['EVENT_CANCELLED'], () => Promise.resolve('DONE'));
  const { worker, warnings, alarms } = workerOf(clock, done);
  expect(await worker.runDue()).toBe(1);
  expect(warnings).toEqual([{ types: ['EVENT_DELETED'], rows: 50 }]);
  expect(alarms).toEqual([]);
  const type = 'EVENT_DELETED';
  expect(await database.connection.collection('journal').find({ type }).toArray()).toEqual(before);
});

test('a kind of work has one handler', () => {
  expect(() => new DueHandlers([impossible(), impossible()])).toThrow('two handlers');
});
