import type { Connection } from 'mongoose';

/** One text for everything that a database holds, collection by collection, as the server computes it. */
export async function databaseHash(connection: Connection): Promise<string> {
  const { collections } = await connection.getClient().db(connection.name).command({ dbHash: 1 });
  return JSON.stringify(collections);
}
