import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { SystemClock } from '../../src/platform/clock';
import { mongoBinarySettings } from '../../src/platform/env';
import { resolveMongoBinary } from '../../src/platform/mongo-binary';
import { startReplicaSet, type MongoServer } from '../../src/platform/mongo-server';
import { newDataFolder } from './data-folder';
import { installMissingPrograms } from './programs';

/** JSON array of URIs; Jest's worker n takes the nth. */
export const TEST_URIS = 'HAPPENING_TEST_MONGODB_URIS';

export interface TestServers {
  readonly servers: readonly MongoServer[];
  readonly dataDir: string;
}

/** Setup and teardown run in one process and share nothing else. */
export const held = globalThis as typeof globalThis & { happeningTestServers?: TestServers };

/** One replica set per worker, so that fail points and slow queries of one file never meet another file. */
export default async function startTestServers({ maxWorkers }: { maxWorkers: number }): Promise<void> {
  installMissingPrograms();
  const given = process.env['MONGODB_URI'];
  if (given !== undefined && given !== '') {
    process.env[TEST_URIS] = JSON.stringify([given]);
    return;
  }
  const binary = await resolveMongoBinary(mongoBinarySettings(), new SystemClock());
  const dataDir = await newDataFolder('happening-test-');
  try {
    const servers = await Promise.all(
      Array.from({ length: maxWorkers }, (_, n) =>
        startReplicaSet({ binary, dbPath: join(dataDir, String(n)), testCommands: true }),
      ),
    );
    held.happeningTestServers = { servers, dataDir };
    process.env[TEST_URIS] = JSON.stringify(servers.map((server) => server.uri));
  } catch (error) {
    await rm(dataDir, { recursive: true, force: true });
    throw error;
  }
}
