import { Command } from 'commander';
import { DAY_MS } from '../src/domain/civil-date';
import { SystemClock } from '../src/platform/clock';
import { loadEnv, mongoBinarySettings, readEnvFile } from '../src/platform/env';
import { explainError } from '../src/platform/explain-error';
import { resolveMongoBinary } from '../src/platform/mongo-binary';
import { openConnection } from '../src/platform/mongo-connection';
import { openEmbeddedDatabase } from '../src/platform/mongo-embedded';
import { startReplicaSet } from '../src/platform/mongo-server';
import { BrokenArchiveError } from './backup/archive';
import { backUp } from './backup/backup';
import { RefusedToRestoreError, restore } from './backup/restore';
import { brokenInvariants } from '../test/support/invariants';

const clock = new SystemClock();
const settings = { maxPoolSize: 5, serverSelectionTimeoutMs: 10_000 };

/** The database of MONGODB_URI or, unset, the embedded one of DATA_DIR. */
async function onDatabase<T>(work: (uri: string) => Promise<T>): Promise<T> {
  const { mongodbUri, dataDir } = loadEnv();
  if (mongodbUri !== undefined) return work(mongodbUri);
  const embedded = await openEmbeddedDatabase(dataDir, () => resolveMongoBinary(mongoBinarySettings(), clock));
  try {
    return await work(embedded.uri);
  } finally {
    await embedded.stop();
  }
}

async function connected<T>(uri: string, work: (connection: Connected) => Promise<T>): Promise<T> {
  const connection = await openConnection(uri, settings);
  try {
    return await work(connection);
  } finally {
    await connection.close();
  }
}
type Connected = Awaited<ReturnType<typeof openConnection>>;

const program = new Command('backup').description('Copies of the database, and the proof that they can be restored.');

program
  .command('create <file>')
  .description('copy every document as of one moment into a file')
  .action(async (file: string) => {
    const footers = await onDatabase((uri) => connected(uri, (connection) => backUp(connection, file, { clock })));
    const documents = footers.reduce((sum, { count }) => sum + count, 0);
    console.log(`${documents} documents of ${footers.length} collections are in ${file}.`);
  });

program
  .command('restore <file>')
  .description('fill an empty database from a file, then check every promise that can be read off the data')
  .action(async (file: string) => {
    await onDatabase((uri) => connected(uri, (connection) => restoreAndCheck(connection, file)));
  });

program
  .command('drill <file>')
  .description('restore a file into a throw-away database and check it there')
  .action(async (file: string) => {
    const server = await startReplicaSet({ binary: await resolveMongoBinary(mongoBinarySettings(), clock) });
    try {
      await connected(server.uri, (connection) => restoreAndCheck(connection, file));
    } finally {
      await server.stop();
    }
  });

async function restoreAndCheck(connection: Connected, file: string): Promise<void> {
  const restored = await restore(connection, file);
  for (const [collection, count] of restored) console.log(`${String(count).padStart(9)} ${collection}`);
  const keptSince = new Date(clock.now().getTime() - loadEnv().journalRetentionDays * DAY_MS);
  const broken = await brokenInvariants(connection, {}, keptSince);
  if (broken.length > 0) throw new RestoredButBrokenError(broken);
  console.log('Restored; nothing is sold twice, nobody is in two places, and counters, locks and journal agree.');
}

/** The documents are there, and they break a promise: they did so when they were copied. */
class RestoredButBrokenError extends Error {
  constructor(broken: readonly string[]) {
    super(`Restored, but ${broken.length} promises are broken:\n${broken.slice(0, 20).join('\n')}`);
    this.name = 'RestoredButBrokenError';
  }
}

readEnvFile();
program.parseAsync().catch((error: unknown) => {
  console.error(explainError(error, [BrokenArchiveError, RefusedToRestoreError, RestoredButBrokenError]));
  process.exitCode = 1;
});
