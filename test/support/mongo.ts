import { randomBytes } from 'node:crypto';
import mongoose, { type Connection } from 'mongoose';
import { connectionOptions, setMongooseGlobals, uriOfDatabase } from '../../src/platform/mongo-connection';
import { TEST_URIS } from './global-setup';

/** The replica set of this Jest worker. */
export function serverUri(): string {
  const uris = JSON.parse(process.env[TEST_URIS] ?? '[]') as string[];
  const worker = Number(process.env['JEST_WORKER_ID'] ?? '1');
  const uri = uris[(worker - 1) % uris.length];
  if (uri === undefined) throw new Error('No test server: this test belongs into test/integration or test/e2e.');
  return uri;
}

export interface TestDatabase {
  /** URI with the database's name, e.g. for a process that the test starts. */
  readonly uri: string;
  /** Open from `beforeAll` to `afterAll`, with the options of production. */
  readonly connection: Connection;
  /** Removes everything in the database, collections included. */
  drop(): Promise<void>;
}

/** A database of its own for the calling test file (or `describe`): call it at the top, outside hooks and tests. */
export function testDatabase(): TestDatabase {
  setMongooseGlobals();
  const name = `h_${process.env['JEST_WORKER_ID'] ?? '1'}_${randomBytes(6).toString('hex')}`;
  const uri = uriOfDatabase(serverUri(), name);
  const connection = mongoose.createConnection();
  const drop = async (): Promise<void> => {
    await connection.dropDatabase();
  };
  beforeAll(async () => {
    await connection.openUri(uri, connectionOptions({ maxPoolSize: 20, serverSelectionTimeoutMs: 10_000 }));
  });
  afterAll(async () => {
    await drop();
    await connection.close();
  });
  return { uri, connection, drop };
}
