import { mkdtemp, readdir, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SystemClock } from '../../src/platform/clock';
import { mongoBinarySettings } from '../../src/platform/env';
import { resolveMongoBinary } from '../../src/platform/mongo-binary';
import { startReplicaSet, type MongoServer } from '../../src/platform/mongo-server';
import { isAlive } from '../../src/platform/mongod-process';

/** JSON array of URIs; Jest's worker n takes the nth. */
export const TEST_URIS = 'HAPPENING_TEST_MONGODB_URIS';

export interface TestServers {
  readonly servers: readonly MongoServer[];
  readonly dataDir: string;
}

/** Setup and teardown run in one process and share nothing else. */
export const held = globalThis as typeof globalThis & { happeningTestServers?: TestServers };

const ROOM = 2 * 1024 ** 3;

/** Memory in place of a disk where there is enough: journalled majority writes then cost no flush. */
async function fastDirectory(): Promise<string> {
  const memory = await statfs('/dev/shm').catch(() => null);
  return memory !== null && memory.bavail * memory.bsize > ROOM ? '/dev/shm' : tmpdir();
}

const PREFIX = 'happening-test-';

/** Data of a run that was killed before its teardown: memory that nobody else gives back. */
async function removeAbandoned(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    const pid = new RegExp(`^${PREFIX}(\\d+)-`).exec(name)?.[1];
    if (pid !== undefined && !isAlive(Number(pid))) await rm(join(parent, name), { recursive: true, force: true });
  }
}

/** One replica set per worker, so that fail points and slow queries of one file never meet another file. */
export default async function startTestServers({ maxWorkers }: { maxWorkers: number }): Promise<void> {
  const given = process.env['MONGODB_URI'];
  if (given !== undefined && given !== '') {
    process.env[TEST_URIS] = JSON.stringify([given]);
    return;
  }
  const binary = await resolveMongoBinary(mongoBinarySettings(), new SystemClock());
  const parent = await fastDirectory();
  await removeAbandoned(parent);
  const dataDir = await mkdtemp(join(parent, `${PREFIX}${process.pid}-`));
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
