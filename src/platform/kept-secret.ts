import { link, mkdir, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { newId } from './new-id';

/**
 * A development secret of a data folder, made when there is none yet, so that it outlives a restart. Processes that
 * start at once agree, because the file appears complete and under its name only once.
 */
export async function keptSecret(dataDir: string, fileName: string, make: () => string): Promise<string> {
  const path = join(dataDir, fileName);
  const kept = await readIfThere(path);
  if (kept !== null) return kept;
  await mkdir(dataDir, { recursive: true });
  const draft = join(dataDir, `.${fileName}.${newId()}`);
  try {
    await writeSecret(draft, make());
    await link(draft, path).catch((error: unknown) => {
      if (!hasCode(error, 'EEXIST')) throw error;
    });
  } finally {
    await rm(draft, { force: true });
  }
  return readFile(path, 'utf8');
}

/** Writes a new file that only its owner can read, and waits until it is on the disk. */
export async function writeSecret(path: string, content: string | Buffer): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

const readIfThere = (path: string): Promise<string | null> =>
  readFile(path, 'utf8').catch((error: unknown) => {
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  });

const hasCode = (error: unknown, code: string): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === code;
