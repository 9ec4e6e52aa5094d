import { mongo, Types } from 'mongoose';
import type { BookedInterval } from '../../src/domain/booking/view';
import { bucketsOf } from '../../src/domain/bucket';
import { holderOfUser, type UserId } from '../../src/domain/ids';
import { newId } from '../../src/platform/new-id';
import { bucketStatement, occurrenceStatement } from '../../src/store/booking-statements';
import { runMigrations } from '../../src/store/migrations';
import { publish } from '../support/booking-client';
import { at, makeOccurrence, makeScope } from '../support/make';
import { testDatabase } from '../support/mongo';
import { mongoFacts } from '../support/mongo-facts';

jest.setTimeout(60_000);

const NO_SUCH_COMMAND = 59;

const database = testDatabase();
beforeAll(() => runMigrations(database.connection));
mongoFacts(database);

const scope = makeScope();
const tenantId = new Types.ObjectId(scope.tenantId);
const db = (): mongo.Db => database.connection.getClient().db(database.connection.name);

describe('the plan of each filter', () => {
  interface Explained {
    readonly executionStats: { readonly totalKeysExamined: number; readonly totalDocsExamined: number };
    readonly queryPlanner: object;
  }
  const explained = async (collection: string, filter: object): Promise<Explained> =>
    (await db().command({
      explain: { find: collection, filter: { ...filter, tenantId } },
      verbosity: 'executionStats',
    })) as unknown as Explained;

  it('is one key and one document of `_id`: bucket and occurrence', async () => {
    const holder = holderOfUser(newId<UserId>());
    const occurrence = makeOccurrence(scope.tenantId);
    const interval: BookedInterval = { startsAt: at(3), endsAt: at(4), registrationId: newId(), occurrenceId: newId() };
    const [bucket] = bucketsOf(scope.tenantId, holder, interval);
    if (!bucket) throw new Error('an interval touches a bucket');
    const { key: _id, expiresAt } = bucket;
    await db()
      .collection<{ _id: string }>('timeLocks')
      .insertOne({ ...{ tenantId, holder, expiresAt, iv: [] }, _id });
    await publish(database.connection, [occurrence]);
    for (const [collection, { filter }] of [
      ['timeLocks', bucketStatement({ ...bucket, holder, remove: [], add: [interval], force: [] })],
      ['occurrences', occurrenceStatement({ id: occurrence.id, expectedRev: 0, set: {} })],
    ] as const) {
      const { executionStats, queryPlanner } = await explained(collection, filter);
      expect(executionStats).toMatchObject({ totalKeysExamined: 1, totalDocsExamined: 1 });
      expect(JSON.stringify(queryPlanner)).toMatch(/IXSCAN|IDHACK|EXPRESS/);
    }
  });
});

test('the `bulkWrite` command over many collections is there from 8.0 on, and not before (F16)', async () => {
  const { version } = await db().command({ buildInfo: 1 });
  const ops = [{ insert: 0, document: { _id: newId() } }];
  const command = { bulkWrite: 1, ops, nsInfo: [{ ns: `${database.connection.name}.facts` }] };
  const answer = database.connection.getClient().db('admin').command(command);
  const code = await answer.then(
    () => 0,
    (error: unknown) => (error instanceof mongo.MongoServerError ? Number(error.code) : -1),
  );
  expect(code).toBe(Number(String(version).split('.')[0]) >= 8 ? 0 : NO_SUCH_COMMAND);
});
