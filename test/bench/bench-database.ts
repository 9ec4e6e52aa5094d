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
