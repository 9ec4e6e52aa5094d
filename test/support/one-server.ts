import { rm } from 'node:fs/promises';
import { SystemClock } from '../../src/platform/clock';
import { mongoBinarySettings } from '../../src/platform/env';
import { resolveMongoBinary } from '../../src/platform/mongo-binary';
import { startReplicaSet } from '../../src/platform/mongo-server';
import { newDataFolder } from './data-folder';

export interface OneServer {
  readonly uri: string;
  close(): Promise<void>;
}

/** A server for many runs of tests: the given one, or one of our own. */
export async function openServer(prefix: string): Promise<OneServer> {
  const given = process.env['MONGODB_URI'];
  if (given !== undefined && given !== '') return { uri: given, close: () => Promise.resolve() };
  const binary = await resolveMongoBinary(mongoBinarySettings(), new SystemClock());
  const dbPath = await newDataFolder(prefix);
  const server = await startReplicaSet({ binary, dbPath, testCommands: true });
  return {
    uri: server.uri,
    close: async () => {
      await server.stop();
      await rm(dbPath, { recursive: true, force: true });
    },
  };
}
