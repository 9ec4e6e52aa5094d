import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import type { Connection } from 'mongoose';
import { SystemClock } from '../../src/platform/clock';
import { mongoBinarySettings } from '../../src/platform/env';
import { resolveMongoBinary } from '../../src/platform/mongo-binary';
import { openConnection } from '../../src/platform/mongo-connection';
import { startReplicaSet } from '../../src/platform/mongo-server';
import { runMigrations } from '../../src/store/migrations';
import { newDataFolder } from '../support/data-folder';

/** A server of the bench's own, migrated: validators and indexes are those of production. */
export interface BenchDatabase {
  readonly connection: Connection;
  readonly uri: string;
  /** Process id of the mongod, whose processor time counts. */
  readonly pid: number;
  readonly version: string;
  readonly storage: 'memory' | 'disk';
  /** Where its files are: what flushing costs there is measured with every round. */
  readonly folder: string;
  /** Writes a checkpoint, so that the work of one subject is not done at the next one's expense. */
  settle(): Promise<void>;
  /** What the server says of itself, for the report. */
  describe(): Promise<string>;
  stop(): Promise<void>;
}

/** The driver's sockets, for every subject alike. */
export const POOL_SIZE = 64;

/** @param onDisk a temporary folder of the system in place of memory: what durability costs */
export async function startBenchDatabase(onDisk: boolean): Promise<BenchDatabase> {
  const folder = await newDataFolder('happening-bench-', onDisk ? tmpdir() : undefined);
  try {
    const binary = await resolveMongoBinary(mongoBinarySettings(), new SystemClock());
    const server = await startReplicaSet({ binary, dbPath: folder });
    const connection = await openConnection(server.uri, { maxPoolSize: POOL_SIZE, serverSelectionTimeoutMs: 10_000 });
    await runMigrations(connection);
    return {
      connection,
      uri: server.uri,
      pid: server.pid,
      version: binary.version,
      storage: folder.startsWith('/dev/shm') ? 'memory' : 'disk',
      folder,
      settle: async () => void (await connection.getClient().db('admin').command({ fsync: 1 })),
      describe: () => describe(connection),
      stop: async () => {
        await connection.close();
        await server.stop();
        await rm(folder, { recursive: true, force: true });
      },
    };
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

async function describe(connection: Connection): Promise<string> {
  const admin = connection.getClient().db('admin');
  const { version, storageEngine } = await admin.command({ serverStatus: 1 });
  const { defaultWriteConcern } = await admin.command({ getDefaultRWConcern: 1 });
  const engine = storageEngine as { name: string; persistent: boolean };
  const told = JSON.stringify(defaultWriteConcern);
  return `${version}, ${engine.name}${engine.persistent ? ', journalled' : ''}, default write concern ${told}, transactions w: majority, j: true`;
}
