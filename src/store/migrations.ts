import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection } from 'mongoose';
import type { CollectionSpec } from './collection-spec';
import { COLLECTIONS } from './collections';
import type { Db } from './driver';

interface Migration {
  readonly version: number;
  readonly name: string;
  up(db: Db): Promise<void>;
}

/**
 * Up only, in order, each recorded once [D6]. A migration that ensures `COLLECTIONS` does not hold the specs of its day:
 * it brings the database to the specs of the code that runs it, so a new database is whole after the first. A database
 * that has recorded it does not run it again, so once released, a change of a spec needs a further migration that
 * ensures them anew. One that changes documents keeps what it does within itself, and is never edited once released;
 * it must bear the newest validators, which an earlier one may have put in place. Each must bear to be done twice, also at
 * once: a process that dies leaves it half done, and one that takes longer than the lock lasts is begun by the next process.
 */
const MIGRATIONS: readonly Migration[] = [
  {
    version: 1,
    name: 'collections, validators and indexes of the core',
    up: ensureCollections,
  },
  {
    version: 2,
    name: 'invitations, sessions, identities, deliveries, feeds',
    up: ensureCollections,
  },
  {
    version: 3,
    name: 'the newest time zone data',
    up: ensureCollections,
  },
];

export const LATEST_MIGRATION = Math.max(...MIGRATIONS.map((migration) => migration.version));

interface MigrationRecord {
  _id: number;
  name: string;
}

interface MigrationLock {
  _id: 'lock';
  owner: string;
  until: Date;
}

const LOCK_MS = 60_000;
const LOCK_POLL_MS = 100;
const NAMESPACE_EXISTS = 48;
const DUPLICATE_KEY = 11_000;

/** Brings the database up to date; waits while another process does. Run before listening. */
export async function runMigrations(connection: Connection): Promise<void> {
  const db = databaseOf(connection);
  if ((await appliedMigration(connection)) >= LATEST_MIGRATION) return;
  const owner = randomUUID();
  while (!(await takeLock(db, owner))) await sleep(LOCK_POLL_MS);
  try {
    const applied = await appliedMigration(connection);
    for (const migration of MIGRATIONS.filter(({ version }) => version > applied)) {
      await migration.up(db);
      await unlessThere(records(db).insertOne({ _id: migration.version, name: migration.name }));
    }
  } finally {
    await locks(db).deleteOne({ _id: 'lock', owner });
  }
}

/** The newest migration that this database has; 0 for a new one. */
export async function appliedMigration(connection: Connection): Promise<number> {
  const newest = await records(databaseOf(connection)).findOne({}, { sort: { _id: -1 } });
  return newest?._id ?? 0;
}

const databaseOf = (connection: Connection): Db => connection.getClient().db(connection.name);
const records = (db: Db) => db.collection<MigrationRecord>('migrations');
const locks = (db: Db) => db.collection<MigrationLock>('migrationLocks');

/** By the server's clock, so that processes with different clocks agree when a dead owner's lock has expired. */
async function takeLock(db: Db, owner: string): Promise<boolean> {
  // The epoch for a lock that nobody holds yet: an upsert cannot ask for `$$NOW`.
  await unlessThere(
    locks(db).updateOne({ _id: 'lock' }, { $setOnInsert: { owner: '', until: new Date(0) } }, { upsert: true }),
  );
  const taken = await locks(db).updateOne({ _id: 'lock', $expr: { $lt: ['$until', '$$NOW'] } }, [
    { $set: { owner, until: { $add: ['$$NOW', LOCK_MS] } } },
  ]);
  return taken.matchedCount === 1;
}

/** Where another process was faster, what it wrote is as good. */
const unlessThere = (written: Promise<unknown>): Promise<unknown> =>
  written.catch((error: unknown) => {
    if (codeOf(error) !== DUPLICATE_KEY) throw error;
  });

const codeOf = (error: unknown): unknown =>
  typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;

async function ensureCollections(db: Db): Promise<void> {
  for (const spec of COLLECTIONS) await ensureCollection(db, spec);
}

/** Creates the collection, or brings validator and indexes of an existing one up to the spec. Safe to repeat. */
async function ensureCollection(db: Db, spec: CollectionSpec): Promise<void> {
  const rules = { validator: spec.validator, validationLevel: 'strict', validationAction: 'error' } as const;
  try {
    await db.createCollection(spec.name, rules);
  } catch (error) {
    if (!(typeof error === 'object' && error !== null && 'code' in error && error.code === NAMESPACE_EXISTS))
      throw error;
    await db.command({ collMod: spec.name, ...rules });
  }
  if (spec.indexes.length === 0) return;
  await db
    .collection(spec.name)
    .createIndexes(spec.indexes.map(({ key, options }) => ({ key: { ...key }, ...options })));
}
