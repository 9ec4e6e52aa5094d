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
/** Starts them in a process that is slow: its first collection is made only once `goOn` is called. */
async function beginSlowly() {
  const connection = await another();
  const db = connection.getClient().db(connection.name);
  const create = db.createCollection.bind(db);
  let goOn: () => void = () => undefined;
  const mayGoOn = new Promise<void>((resolve) => (goOn = resolve));
  const begun = new Promise<void>((resolve) => {
    jest.spyOn(db, 'createCollection').mockImplementation(async (name, options) => {
      resolve();
      await mayGoOn;
      return create(name, options);
    });
  });
  jest.spyOn(connection.getClient(), 'db').mockReturnValue(db);
  const done = runMigrations(connection);
  await begun;
  return { goOn, done };
}

/** What the server takes for now: a lock's end is judged by its clock. */
async function serverTime(): Promise<Date> {
  const { localTime } = await database.connection.getClient().db('admin').command({ hello: 1 });
  return localTime as Date;
}

const native = () => database.connection.getClient().db(database.connection.name);

const FIRST_COLLECTIONS = [
  'organizations',
  'accounts',
  'users',
  'refreshTokens',
  'events',
  'occurrences',
  'registrations',
  'timeLocks',
  'journal',
  'idempotency',
];

/** A database as migration 1 left it at first: fewer collections, every account with a password, no index but `_id`. */
async function leaveVersionOne(): Promise<void> {
  for (const name of FIRST_COLLECTIONS) {
    const required = name === 'accounts' ? ['email', 'emailKey', 'name', 'passwordHash', 'memberships'] : [];
    const validator = required.length > 0 ? { $jsonSchema: { bsonType: 'object', required } } : {};
    await native().createCollection(name, { validator });
  }
  await native().collection<{ _id: number; name: string }>('migrations').insertOne({ _id: 1, name: 'the first' });
}

/** What the server enforces on each collection: its validator, and its indexes without the one that it makes itself. */
async function rulesOf(): Promise<Record<string, unknown>> {
  const found = await native().listCollections({}, { nameOnly: false }).toArray();
  const rules = found.map(async ({ name, options }) => {
    const indexes = await native().collection(name).indexes();
    const named = new Map(indexes.map(({ name: index = '', ...rest }) => [index, rest]));
    return [name, { options, indexes: Object.fromEntries([...named].sort()) }] as const;
  });
  return Object.fromEntries(await Promise.all(rules));
}

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

  it('bring a database that has only the first to what a new one is', async () => {
    await runMigrations(database.connection);
    const asNew = await rulesOf();
    await database.drop();
    await leaveVersionOne();
    const withoutPassword = {
      ...{ email: 'ada@example.org', emailKey: 'ada@example.org', name: 'Ada', memberships: [] },
      ...{ identities: [{ issuer: 'https://id.example.org', subject: 'ada' }], createdAt: await serverTime() },
    };
    await expect(native().collection('accounts').insertOne(withoutPassword)).rejects.toThrow('failed validation');
    await runMigrations(database.connection);

    expect(await rulesOf()).toEqual(asNew);
    await native().collection('accounts').insertOne(withoutPassword);
    expect(await migrations()).toMatchObject([{ _id: 1, name: 'the first' }, { _id: 2 }, { _id: 3 }]);
  });

  it('carry on from a process that died half-way: its lock has run out, its collections are completed', async () => {
    await database.connection.createCollection('users');
    await locks().insertOne({ _id: 'lock', owner: 'dead', until: new Date((await serverTime()).getTime() - 1) });
    await runMigrations(database.connection);

    expect((await database.connection.collection('users').indexes()).length).toBeGreaterThan(1);
    expect(await locks().countDocuments()).toBe(0);
  });

  it('that take longer than the lock lasts are done by the next process as well, and neither fails', async () => {
    const slow = await beginSlowly();
    await locks().updateOne({ _id: 'lock' }, { $set: { until: new Date((await serverTime()).getTime() - 1) } });
    await runMigrations(await another());
    slow.goOn();
    await slow.done;

    expect(await migrations()).toHaveLength(LATEST_MIGRATION);
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
