import { mkdtemp, readdir, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isAlive } from '../../src/platform/mongod-process';

const ROOM = 2 * 1024 ** 3;

/** Memory in place of a disk where there is enough: journalled majority writes then cost no flush. */
async function fastDirectory(): Promise<string> {
  const memory = await statfs('/dev/shm').catch(() => null);
  return memory !== null && memory.bavail * memory.bsize > ROOM ? '/dev/shm' : tmpdir();
}

/** Data of a run that was killed before its teardown: memory that nobody else gives back. */
async function removeAbandoned(parent: string, prefix: string): Promise<void> {
  for (const name of await readdir(parent)) {
    const pid = new RegExp(`^${prefix}(\\d+)-`).exec(name)?.[1];
    if (pid !== undefined && !isAlive(Number(pid))) await rm(join(parent, name), { recursive: true, force: true });
  }
}

/**
 * A new folder for a database's files, named after this process; the caller removes it.
 *
 * @param parent left out: in memory where there is room, else the system's temporary folder
 */
export async function newDataFolder(prefix: string, parent?: string): Promise<string> {
  const where = parent ?? (await fastDirectory());
  await removeAbandoned(where, prefix);
  return mkdtemp(join(where, `${prefix}${process.pid}-`));
}
