import mongoose, { type Connection } from 'mongoose';
import { connectionOptions } from '../../../src/platform/mongo-connection';
import { COLLECTIONS } from '../../../src/store/collections';
import { appliedMigration, LATEST_MIGRATION, runMigrations } from '../../../src/store/migrations';
import { testDatabase } from '../../support/mongo';
import { until } from '../../support/until';

const database = testDatabase();
const others: Connection[] = [];

/** A connection of its own, as another process has. */
async function another(): Promise<Connection> {
  const connection = mongoose.createConnection();
  await connection.openUri(database.uri, connectionOptions({ maxPoolSize: 5, serverSelectionTimeoutMs: 5_000 }));
  others.push(connection);
  return connection;
}

beforeEach(() => database.drop());
afterAll(() => Promise.all(others.map((connection) => connection.close())));

const locks = () => database.connection.collection<{ _id: string; owner: string; until: Date }>('migrationLocks');
const migrations = () => database.connection.collection('migrations').find().sort({ _id: 1 }).toArray();
/** What the server takes for now: a lock's end is judged by its clock. */
async function serverTime(): Promise<Date> {
  const { localTime } = await database.connection.getClient().db('admin').command({ hello: 1 });
  return localTime as Date;
}

const native = () => database.connection.getClient().db(database.connection.name);

/** Each attempt at the lock is two updates. */
async function untilLockWasAskedForTwice(): Promise<void> {
  const asked = { ns: `${database.connection.name}.migrationLocks`, op: 'update' };
  const isAsked = async (): Promise<boolean> =>
    (await native().collection('system.profile').countDocuments(asked)) >= 4;
  await until(isAsked, 'the lock was asked for twice');
}

describe('the migrations', () => {
  it('bring a new database up to date, once, and leave no lock', async () => {
    await runMigrations(database.connection);

    expect(await appliedMigration(database.connection)).toBe(LATEST_MIGRATION);
    expect(await migrations()).toHaveLength(LATEST_MIGRATION);
    expect(await locks().countDocuments()).toBe(0);
    const names = (await database.connection.listCollections()).map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(COLLECTIONS.map(({ name }) => name)));
  });

  it('are applied by one of several processes that start at once; the others wait for it', async () => {
    const connections = await Promise.all(Array.from({ length: 5 }, another));
    await Promise.all(
      connections.map(async (connection) => {
        await runMigrations(connection);
        expect(await appliedMigration(connection)).toBe(LATEST_MIGRATION);
      }),
    );

    expect(await migrations()).toHaveLength(LATEST_MIGRATION);
    expect(await locks().countDocuments()).toBe(0);
  });

  it('change nothing when they are run again', async () => {
    await runMigrations(database.connection);
    const before = await database.connection.collection('users').indexes();
    await runMigrations(database.connection);

    expect(await migrations()).toHaveLength(LATEST_MIGRATION);
    expect(await database.connection.collection('users').indexes()).toEqual(before);
  });

  it('carry on from a process that died half-way: its lock has run out, its collections are completed', async () => {
    await database.connection.createCollection('users');
    await locks().insertOne({ _id: 'lock', owner: 'dead', until: new Date((await serverTime()).getTime() - 1) });
    await runMigrations(database.connection);

    expect((await database.connection.collection('users').indexes()).length).toBeGreaterThan(1);
    expect(await locks().countDocuments()).toBe(0);
  });

  it('wait while another process holds the lock, and go on when it gives it back', async () => {
    await locks().insertOne({ _id: 'lock', owner: 'busy', until: new Date((await serverTime()).getTime() + 60_000) });
    await native().command({ profile: 2 });
    const waiting = runMigrations(await another());
    await untilLockWasAskedForTwice();
    await native().command({ profile: 0 });

    expect(await appliedMigration(database.connection)).toBe(0);
    await locks().deleteOne({ _id: 'lock', owner: 'busy' });
    await waiting;
    expect(await appliedMigration(database.connection)).toBe(LATEST_MIGRATION);
  });
});
