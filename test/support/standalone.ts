import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SystemClock } from '../../src/platform/clock';
import { mongoBinarySettings } from '../../src/platform/env';
import { resolveMongoBinary } from '../../src/platform/mongo-binary';
import { endMongod, startMongod } from '../../src/platform/mongod-process';

/** A server outside any replica set: what the service must refuse to work with. */
export async function startStandalone(): Promise<{ uri: string; stop(): Promise<void> }> {
  const binary = await resolveMongoBinary(mongoBinarySettings(), new SystemClock());
  const folder = await mkdtemp(join(tmpdir(), 'happening-standalone-'));
  const mongod = await startMongod(binary.path, folder, ['--wiredTigerCacheSizeGB', '0.25']);
  return {
    uri: `mongodb://127.0.0.1:${mongod.port}/`,
    stop: async () => {
      await endMongod(mongod);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
