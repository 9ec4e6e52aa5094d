import { SystemClock } from '../../src/platform/clock';
import { mongoBinarySettings } from '../../src/platform/env';
import { resolveMongoBinary } from '../../src/platform/mongo-binary';
import { openEmbeddedDatabase } from '../../src/platform/mongo-embedded';

/** A child process that opens the database of the folder it is given, says where, and stops on SIGTERM. */
async function main(): Promise<void> {
  const [dataDir] = process.argv.slice(2);
  if (dataDir === undefined) throw new Error('which folder?');
  const database = await openEmbeddedDatabase(dataDir, () =>
    resolveMongoBinary(mongoBinarySettings(), new SystemClock()),
  );
  process.stdout.write(`${JSON.stringify({ uri: database.uri, started: database.started })}\n`);
  const alive = setInterval(() => undefined, 60_000);
  process.once('SIGTERM', () => {
    clearInterval(alive);
    void database.stop().then(() => process.exit(0));
  });
}

void main();
