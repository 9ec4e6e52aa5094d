import { Types } from 'mongoose';
import type { RegisterCommand } from '../../../src/domain/booking/commands';
import { decide } from '../../../src/domain/booking/decide';
import type { Changes } from '../../../src/domain/booking/view';
import type { UserId } from '../../../src/domain/ids';
import { newId } from '../../../src/platform/new-id';
import { runMigrations } from '../../../src/store/migrations';
import { StaleStatementError, StatementError } from '../../../src/store/tenant-collection';
import { outcomeOf, publish } from '../../support/booking-client';
import { TestClock } from '../../support/clock';
import { named, openMonitored } from '../../support/command-monitor';
import { makeEngine, type TestEngine } from '../../support/engine';
import { brokenInvariants } from '../../support/invariants';
import { at, makeOccurrence, makeRegister, makeScope, NOW } from '../../support/make';
import { testDatabase } from '../../support/mongo';

// The constraint is inside every write: even when a decision rests on a view that is long out of date, and the validator
// is off, the database refuses. Each mutant takes one of these locks away, and a test here must notice.
jest.setTimeout(60_000);

const database = testDatabase();
const scope = makeScope();
let store: TestEngine;

beforeAll(async () => {
  await runMigrations(database.connection);
  const db = database.connection.getClient().db(database.connection.name);
  await db.command({ collMod: 'occurrences', validationLevel: 'off' });
  store = makeEngine(database.connection, new TestClock());
});
afterEach(async () => expect(await brokenInvariants(database.connection)).toEqual([]));

/** What is decided for a command on the database as it is now. */
const decided = async (command: RegisterCommand): Promise<Changes> =>
  decide(await store.booking.load(scope, [command]), [command], NOW).changes;
const write = (changes: Changes): Promise<void> =>
  store.unitOfWork.run(scope, (tx) => store.booking.flush(tx, changes));
const shortCut = (command: RegisterCommand): Promise<unknown> =>
  store.unitOfWork.run(scope, (tx) => store.solo.write(tx, command, NOW));

describe('a decision on a view out of date', () => {
  it('sells no seat twice: the occurrence’s compare-and-set refuses it', async () => {
    const occurrence = makeOccurrence(scope.tenantId, { capacity: 1 });
    await publish(database.connection, [occurrence]);
    const [first, second] = await Promise.all([makeRegister(occurrence), makeRegister(occurrence)].map(decided));
    if (!first || !second) throw new Error('two were decided');
    await write(first);
    await expect(write(second)).rejects.toThrow(StaleStatementError);
  });

  /** Two dates that meet, both decided for one person before either was written. */
  async function twoAtOnce(userId: UserId): Promise<[Changes, Changes]> {
    const one = makeOccurrence(scope.tenantId);
    const other = makeOccurrence(scope.tenantId, { startsAt: at(24.5), endsAt: at(26) });
    await publish(database.connection, [one, other]);
    const [first, second] = await Promise.all([one, other].map((date) => decided(makeRegister(date, { userId }))));
    if (!first || !second) throw new Error('two were decided');
    return [first, second];
  }

  it('books nobody’s time twice: the bucket’s own filter refuses it', async () => {
    const userId = newId<UserId>();
    const before = makeOccurrence(scope.tenantId, { startsAt: at(2), endsAt: at(3) });
    await publish(database.connection, [before]);
    await shortCut(makeRegister(before, { userId }));
    const [first, second] = await twoAtOnce(userId);
    await write(first);
    await expect(write(second)).rejects.toThrow(StatementError);
  });

  it('books nobody’s first time twice: there is no second bucket of one key', async () => {
    const [first, second] = await twoAtOnce(newId<UserId>());
    await write(first);
    await expect(write(second)).rejects.toThrow(StatementError);
  });
});

describe('the short cut', () => {
  it('sells no seat that is not there', async () => {
    const occurrence = makeOccurrence(scope.tenantId, { capacity: 1 });
    await publish(database.connection, [occurrence]);
    await shortCut(makeRegister(occurrence));
    await expect(shortCut(makeRegister(occurrence))).rejects.toThrow(StaleStatementError);
  });

  it('books nobody’s time twice', async () => {
    const one = makeOccurrence(scope.tenantId);
    const other = makeOccurrence(scope.tenantId, { startsAt: at(24.5), endsAt: at(26) });
    await publish(database.connection, [one, other]);
    const userId = newId<UserId>();
    await shortCut(makeRegister(one, { userId }));
    await expect(shortCut(makeRegister(other, { userId }))).rejects.toThrow(StatementError);
  });
});

test('what is rolled back leaves no journal row behind', async () => {
  const occurrence = makeOccurrence(scope.tenantId);
  await publish(database.connection, [occurrence]);
  const command = makeRegister(occurrence);
  const changes = await decided(command);
  const rolledBack = store.unitOfWork.run(scope, async (tx) => {
    await store.booking.flush(tx, changes);
    throw new Error('the process thought better of it');
  });
  await expect(rolledBack).rejects.toThrow('thought better');
  const row = { _id: new Types.ObjectId(command.journalId) };
  expect(await database.connection.collection('journal').countDocuments(row)).toBe(0);
});

test('every commit waits for a majority, also when nothing was written', async () => {
  const open = makeOccurrence(scope.tenantId);
  const closed = makeOccurrence(scope.tenantId, { capacity: 0 });
  await publish(database.connection, [open, closed]);
  const { connection, commands } = await openMonitored(database.uri);
  const { engine } = makeEngine(connection, new TestClock());
  const told: string[] = [];
  // A batch, the short cut, and a batch that changes nothing.
  for (const batch of [[makeRegister(open), makeRegister(open)], [makeRegister(open)], [makeRegister(closed)]]) {
    const answers = await Promise.all(batch.map((command) => engine.submit(scope, command)));
    told.push(...answers.map(outcomeOf));
  }
  await connection.close();
  expect(told).toEqual(['done', 'done', 'done', 'REGISTRATION_CLOSED']);
  const commits = named(commands, 'commitTransaction');
  expect(commits).toHaveLength(3);
  for (const { writeConcern } of commits) expect(writeConcern).toMatchObject({ w: 'majority' });
});
