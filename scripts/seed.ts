import 'reflect-metadata';
import { writeFile } from 'node:fs/promises';
import { SystemClock } from '../src/platform/clock';
import { type Env, loadEnv, mongoBinarySettings, readEnvFile } from '../src/platform/env';
import { explainError } from '../src/platform/explain-error';
import { resolveMongoBinary } from '../src/platform/mongo-binary';
import { openConnection } from '../src/platform/mongo-connection';
import { openEmbeddedDatabase } from '../src/platform/mongo-embedded';
import { developmentKeyRing } from '../src/platform/signing-keys';
import { SignedAccessTokens } from '../src/platform/token';
import { readOptions, type SeedOptions } from './seed/options';
import { requireLocal, requireNoProduction } from './seed/production-guard';
import { progressOn } from './seed/progress';
import { RefusedToSeedError } from './seed/refused-to-seed';
import { reportOf } from './seed/report';
import { resetDatabase, seedDatabase } from './seed/seed-database';
import { tokenEntries } from './seed/tokens';

const clock = new SystemClock();

/** `npm run seed -- --scenario demo`: what was done on stderr, whom to be and what to try on stdout. */
async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  readEnvFile();
  // Before the environment is checked: what production lacks besides is not the point.
  requireNoProduction(process.env['NODE_ENV']);
  const env = loadEnv();
  if (env.mongodbUri !== undefined && !options.allowRemote) requireLocal(env.mongodbUri);
  const database =
    env.mongodbUri === undefined
      ? await openEmbeddedDatabase(env.dataDir, () => resolveMongoBinary(mongoBinarySettings(), clock))
      : null;
  try {
    await seed(env, database?.uri ?? env.mongodbUri ?? '', options);
  } finally {
    await database?.stop();
  }
}

async function seed(env: Env, mongodbUri: string, options: SeedOptions): Promise<void> {
  const connection = await openConnection(mongodbUri, env.mongodb);
  try {
    if (options.reset) await resetDatabase(connection);
    const result = await seedDatabase(connection, options, { clock, progress: progressOn(process.stderr) });
    const tokens = new SignedAccessTokens(env.accessTokenKeys ?? (await developmentKeyRing(env.dataDir)), clock);
    if (options.tokens !== null) {
      const entries = await tokenEntries(tokens, result.organizations);
      await writeFile(options.tokens, `${JSON.stringify(entries, null, 2)}\n`, { mode: 0o600 });
      console.error(`${entries.length} access tokens are in ${options.tokens}.`);
    }
    console.log(await reportOf(result, tokens, `http://127.0.0.1:${env.port}/graphql`));
  } finally {
    await connection.close();
  }
}

main().catch((error: unknown) => {
  console.error(explainError(error, [RefusedToSeedError]));
  process.exitCode = 1;
});
