import 'reflect-metadata';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { SystemClock } from '../src/platform/clock';
import { type Env, loadEnv, readEnvFile } from '../src/platform/env';
import { explainError } from '../src/platform/explain-error';
import { openConnection } from '../src/platform/mongo-connection';
import { developmentKeyRing } from '../src/platform/signing-keys';
import { StopSignals } from '../src/platform/stop-signals';
import { SignedAccessTokens } from '../src/platform/token';
import { type Service, startService } from '../src/service';
import { buildExplorer } from './explorer/build-explorer';
import { welcomeOf } from './seed/report';
import { DEMO, isEmpty, isSeeded, seedDatabase } from './seed/seed-database';

const clock = new SystemClock();

/** `npm start`: the service, and on an empty database of its own the demo; then what to try first. */
async function main(): Promise<void> {
  readEnvFile();
  const env = loadEnv();
  const embedded = env.mongodbUri === undefined;
  if (embedded && !(await isThere(join(env.dataDir, 'mongo')))) {
    console.log('First start: where no mongod is installed, one is downloaded now (some 70 MB, once).');
  }
  const signals = new StopSignals();
  const service = await startService(env);
  signals.started(service);
  if (process.env['npm_lifecycle_event'] !== undefined) onOrphaned(signals.stop);
  try {
    await bundleExplorer(env);
    console.log(`\n${[addressesOf(service), ...(embedded ? await demo(env, service) : [])].join('\n\n')}`);
  } catch (error) {
    await service.stop();
    throw error;
  }
}

const ORPHAN_POLL_MS = 250;

/** npm passes SIGTERM on to its shell, and the shell ends without passing it on: that it is gone is all we hear. */
function onOrphaned(stop: () => void): void {
  const shell = process.ppid;
  const poll = setInterval(() => {
    if (process.ppid === shell) return;
    clearInterval(poll);
    stop();
  }, ORPHAN_POLL_MS).unref();
}

/** The page for browsers; where it cannot be made, the service is as good without it. */
async function bundleExplorer({ production }: Env): Promise<void> {
  if (production) return;
  await buildExplorer(process.cwd()).catch((error: unknown) =>
    console.error(`The explorer page could not be bundled. ${explainError(error)}`),
  );
}

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

const addressesOf = ({ url }: Service): string =>
  [
    `Happening serves GraphQL at ${url}`,
    `(a browser gets an explorer there) and tells how it is at ${new URL('/ready', url).href}. Ctrl+C stops it.`,
  ].join('\n');

/** Seeds the demo where nobody has an organization yet; where it is, says how to go on with it. */
async function demo(env: Env, { mongodbUri, url }: Service): Promise<string[]> {
  const connection = await openConnection(mongodbUri, env.mongodb);
  try {
    if (!(await isEmpty(connection)) && !(await isSeeded(connection, DEMO, clock))) return [];
    const result = await seedDatabase(connection, DEMO, { clock, progress: () => undefined });
    const tokens = new SignedAccessTokens(env.accessTokenKeys ?? (await developmentKeyRing(env.dataDir)), clock);
    return [await welcomeOf(result, tokens, url)];
  } finally {
    await connection.close();
  }
}

main().catch((error: unknown) => {
  console.error(explainError(error));
  process.exit(1);
});
