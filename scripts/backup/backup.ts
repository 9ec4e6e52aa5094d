import { type Connection, mongo } from 'mongoose';
import type { Clock } from '../../src/platform/clock';
import { COLLECTIONS } from '../../src/store/collections';
import { appliedMigration } from '../../src/store/migrations';
import { type CollectionFooter, type SourceCollection, writeArchive } from './archive';

export interface BackupTools {
  readonly clock: Clock;
  /** Told before each collection is read. */
  readonly onCollection?: (name: string) => Promise<void> | void;
}

/**
 * Copies every document as of one moment, in a snapshot session, beside a service that goes on booking. The server keeps
 * snapshots for five minutes (`minSnapshotHistoryWindowInSeconds`): what takes longer to read needs mongodump or
 * snapshots of the volume (docs/operations.md).
 */
export async function backUp(
  connection: Connection,
  path: string,
  { clock, onCollection }: BackupTools,
): Promise<readonly CollectionFooter[]> {
  const client = connection.getClient();
  // Said again here: the connection's own `local` would win over the session, and nobody would notice.
  const db = client.db(connection.name, { readConcern: new mongo.ReadConcern('snapshot') });
  const session = client.startSession({ snapshot: true });
  const names = COLLECTIONS.map(({ name }) => name);
  const collections = names.map((name): SourceCollection => {
    const found = db.collection(name).find({}, { session, raw: true, batchSize: 1_000 });
    async function* documents(): AsyncGenerator<Buffer> {
      await onCollection?.(name);
      yield* found as unknown as AsyncIterable<Buffer>;
    }
    return { name, documents: documents() };
  });
  try {
    const header = { migration: await appliedMigration(connection), at: clock.now(), collections: names };
    return await writeArchive(path, header, collections);
  } finally {
    await session.endSession();
  }
}
