import type { Connection } from 'mongoose';
import { LATEST_MIGRATION, runMigrations } from '../../src/store/migrations';
import { checkArchive, openArchive } from './archive';

/** Why nothing was restored; nothing was written. */
export class RefusedToRestoreError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'RefusedToRestoreError';
  }
}

/**
 * Fills an empty database from a backup: first validators and indexes, then the documents, so that whatever breaks a
 * rule of the database is noticed here and not by a customer.
 *
 * @returns how many documents each collection got
 * @throws RefusedToRestoreError, BrokenArchiveError
 */
export async function restore(connection: Connection, path: string): Promise<ReadonlyMap<string, number>> {
  const archive = await openArchive(path);
  const { header } = archive;
  if (header.migration !== LATEST_MIGRATION) {
    throw new RefusedToRestoreError(
      `The backup has migration ${header.migration} and this version of the service ${LATEST_MIGRATION}: restore it with ` +
        'the version that made it, then start the newer one on it.',
    );
  }
  const db = connection.getClient().db(connection.name);
  const present = await db.listCollections({}, { nameOnly: true }).toArray();
  if (present.length > 0) {
    throw new RefusedToRestoreError(
      `The database ${connection.name} is not empty. A backup is restored into a new one.`,
    );
  }
  await checkArchive(path);
  await runMigrations(connection);
  const restored = new Map(header.collections.map((name) => [name, 0]));
  for await (const { collection, documents } of archive.portions()) {
    await db.collection(collection).insertMany([...documents], { ordered: true });
    restored.set(collection, (restored.get(collection) ?? 0) + documents.length);
  }
  return restored;
}
