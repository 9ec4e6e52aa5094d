import type { JournalId } from '../../../src/domain/ids';
import { systemScope } from '../../../src/domain/scope';
import { newId } from '../../../src/platform/new-id';
import { runMigrations } from '../../../src/store/migrations';
import { TestClock } from '../../support/clock';
import { testDatabase } from '../../support/mongo';
import { makeOrganizer, officeOn } from '../../support/organizer';

const database = testDatabase();
beforeAll(() => runMigrations(database.connection));
beforeEach(() => database.connection.collection('journal').deleteMany({}));

/** Work that nobody knows how to do: it fails each time. */
async function leaveImpossibleWork(clock: TestClock): Promise<JournalId> {
  const scope = makeOrganizer();
  const { store } = officeOn(database.connection, clock);
  const id = newId<JournalId>();
  const now = clock.now();
  await store.unitOfWork.run(scope, (tx) =>
    store.journal.add(tx, [
      {
        id,
        tenantId: scope.tenantId,
        type: 'EVENT_UPDATED',
        target: `event:${newId()}`,
        version: 1,
        actor: 'u:somebody',
        requestId: 'test-request',
        p: {},
        at: now,
        due: now,
      },
    ]),
  );
  return id;
}

const rowOf = async () => (await database.connection.collection('journal').findOne({}))!;

test('work that fails is tried again later and later, and in the end given up with an alarm', async () => {
  const clock = new TestClock();
  const id = await leaveImpossibleWork(clock);
  const { worker, alarms } = officeOn(database.connection, clock);
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
  await leaveImpossibleWork(clock);
  const workers = Array.from({ length: 10 }, () => officeOn(database.connection, clock).worker);
  const handled = await Promise.all(workers.map((worker) => worker.runDue()));
  expect(handled.reduce((a, b) => a + b)).toBe(1);
  expect(await rowOf()).toMatchObject({ attempts: 1 });
});

test('whose lease has ended cannot finish what somebody else has taken over', async () => {
  const clock = new TestClock();
  await leaveImpossibleWork(clock);
  const { journal, unitOfWork } = officeOn(database.connection, clock).store;
  const take = async () => {
    const [ref] = await journal.findDue(systemScope('test'), clock.now(), 1);
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
  const { worker } = officeOn(database.connection, clock);
  worker.start();
  await worker.stop();
  await leaveImpossibleWork(clock);
  worker.wake();
  await new Promise((resolve) => setImmediate(resolve));
  expect(await rowOf()).toMatchObject({ attempts: 0 });
  worker.start();
  const deadline = performance.now() + 10_000;
  while ((await rowOf())['attempts'] === 0) if (performance.now() > deadline) throw new Error('it did not start again');
  await worker.stop();
});
