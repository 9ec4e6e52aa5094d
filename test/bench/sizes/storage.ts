import type { Connection } from 'mongoose';
import { COLLECTIONS } from '../../../src/store/collections';
import type { CollectionFigures } from '../../support/scaling-figures';

interface Stats {
  readonly count: number;
  readonly size: number;
  readonly storageSize: number;
  readonly indexSizes: Readonly<Record<string, number>>;
}

/** What every collection that holds something takes, after a checkpoint: before it, files are larger or smaller. */
export async function measureStorage(connection: Connection): Promise<CollectionFigures[]> {
  const db = connection.getClient().db(connection.name);
  await connection.getClient().db('admin').command({ fsync: 1 });
  const sizes = await Promise.all(
    COLLECTIONS.map(async ({ name }): Promise<CollectionFigures> => {
      const [stats] = await db
        .collection(name)
        .aggregate<{ storageStats: Stats }>([{ $collStats: { storageStats: {} } }])
        .toArray();
      if (!stats) throw new Error(`${name} has no statistics`);
      const { count, size, storageSize, indexSizes } = stats.storageStats;
      const indexes = Object.entries(indexSizes).map(([key, bytes]) => ({ key: fieldsOf(key), bytes }));
      return { name, documents: count, documentBytes: size, storageBytes: storageSize, indexes };
    }),
  );
  return sizes.filter(({ documents }) => documents > 0);
}

/** The server names an index by its fields and directions: `tenantId_1_startsAt_1`. */
const fieldsOf = (name: string): string =>
  name === '_id_'
    ? '_id'
    : name
        .split(/_-?1_?/)
        .filter(Boolean)
        .join(', ');
