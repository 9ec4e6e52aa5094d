import mongoose, { type Connection } from 'mongoose';
import { setMongooseGlobals } from '../../../src/platform/mongo-connection';
import { COLLECTIONS } from '../../../src/store/collections';
import { MemoryClient } from './memory-client';
import { MemoryStore } from './memory-store';

export interface MemoryConnection {
  readonly connection: Connection;
  readonly client: MemoryClient;
}

/** The collections, validators and indexes of production, and no documents. */
export const emptyStore = (): MemoryStore => new MemoryStore(COLLECTIONS);

/**
 * A Mongoose connection that takes itself for open and whose driver is the one in memory: repositories and models on it
 * are those of production, with their own filters and statements.
 */
export function memoryConnection(client = new MemoryClient(emptyStore())): MemoryConnection {
  setMongooseGlobals();
  const connection = mongoose.createConnection();
  Object.assign(connection, { client, db: client.db(), name: 'simulated', readyState: mongoose.STATES.connected });
  return { connection, client };
}
