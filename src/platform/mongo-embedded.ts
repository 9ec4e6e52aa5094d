import { mkdir, readFile, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { z } from 'zod';
import type { MongoBinary } from './mongo-binary';
import { startReplicaSet, type MongoServer } from './mongo-server';
import { DataFolderInUseError, endMongod, isAlive, isListening, withAdmin } from './mongod-process';

/** What the small file in the data folder says, so that the CLI and a second start find the server that runs. */
const Running = z.object({
  uri: z.string(),
  port: z.int().min(1).max(65_535),
  /** The mongod. */
  pid: z.int().positive(),
  /** The process that started it and will stop it. */
  ownerPid: z.int().positive(),
});
type Running = z.infer<typeof Running>;

export interface EmbeddedDatabase {
  readonly uri: string;
  /** False when another process on the same data folder runs the server: then `stop` leaves it alone. */
  readonly started: boolean;
  stop(): Promise<void>;
}

const RUNNING_FILE = 'mongo.json';
/** Another process is starting a server here, or its orphan is just going away: tries, and milliseconds between. */
const BUSY_TRIES = 40;
const BUSY_WAIT = 250;

/** A missing, half-written or foreign file says nothing, which is what it is worth. */
async function readRunning(dataDir: string): Promise<Running | null> {
  try {
    return Running.parse(JSON.parse(await readFile(join(dataDir, RUNNING_FILE), 'utf8')));
  } catch {
    return null;
  }
}

async function writeRunning(dataDir: string, running: Running): Promise<void> {
  const file = join(dataDir, RUNNING_FILE);
  const half = `${file}.${process.pid}`;
  await writeFile(half, `${JSON.stringify(running, null, 2)}\n`, { mode: 0o600 });
  await rename(half, file);
}

/** Process ids and ports are reused: the server itself must say that it is this process and works on this folder. */
async function answersAsOurs(running: Running, dbPath: string): Promise<boolean> {
  if (!isAlive(running.pid) || !(await isListening(running.port))) return false;
  try {
    return await withAdmin(running.port, async (admin) => {
      const { pid } = await admin.command({ serverStatus: 1, repl: 0, metrics: 0, locks: 0 });
      const options = (await admin.command({ getCmdLineOpts: 1 })) as { parsed?: { storage?: { dbPath?: string } } };
      return pid === running.pid && options.parsed?.storage?.dbPath === dbPath;
    });
  } catch {
    return false;
  }
}

/** The server on this folder that somebody alive takes care of, if there is one; an orphan is ended. */
async function findRunning(dataDir: string, dbPath: string): Promise<EmbeddedDatabase | null> {
  const running = await readRunning(dataDir);
  if (running === null || !(await answersAsOurs(running, dbPath))) return null;
  if (isAlive(running.ownerPid)) return { uri: running.uri, started: false, stop: async () => undefined };
  await endMongod(running);
  return null;
}

function owned(server: MongoServer, dataDir: string): EmbeddedDatabase {
  return {
    uri: server.uri,
    started: true,
    stop: async () => {
      await server.stop();
      if ((await readRunning(dataDir))?.pid === server.pid) await rm(join(dataDir, RUNNING_FILE), { force: true });
    },
  };
}

/**
 * The database inside the data folder: the server that already runs on it, or one that is started now and that
 * `stop` ends. The data survives both, and a `kill -9` of whoever started it.
 *
 * @param binary asked only when a server must be started
 */
export async function openEmbeddedDatabase(
  dataDir: string,
  binary: () => Promise<MongoBinary>,
): Promise<EmbeddedDatabase> {
  await mkdir(join(dataDir, 'mongo'), { recursive: true });
  const dbPath = await realpath(join(dataDir, 'mongo'));
  for (let attempt = 1; ; attempt += 1) {
    const found = await findRunning(dataDir, dbPath);
    if (found !== null) return found;
    try {
      const server = await startReplicaSet({ binary: await binary(), dbPath });
      const { uri, port, pid } = server;
      await writeRunning(dataDir, { uri, port, pid, ownerPid: process.pid });
      return owned(server, dataDir);
    } catch (error) {
      if (!(error instanceof DataFolderInUseError) || attempt === BUSY_TRIES) throw error;
      await setTimeout(BUSY_WAIT);
    }
  }
}
