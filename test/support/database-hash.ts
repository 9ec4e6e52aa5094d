import type { Connection } from 'mongoose';
import { settled } from './settled';

/** One text for everything that a database holds, collection by collection, as the server computes it, once nothing goes on in it. */
export async function databaseHash(connection: Connection): Promise<string> {
  await settled(connection);
  const { collections } = await connection.getClient().db(connection.name).command({ dbHash: 1 });
  return JSON.stringify(collections);
}
