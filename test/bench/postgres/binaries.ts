import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { installPackages } from '../../support/programs';

/** The environment variable that names another folder with `initdb` and `postgres`. */
const VARIABLE = 'POSTGRES_BIN';
/** Where Debian puts them: not on the PATH, a folder per version. */
const DEBIAN = '/usr/lib/postgresql';
const PACKAGE = 'postgresql';

const isComplete = (folder: string): boolean => ['initdb', 'postgres'].every((name) => existsSync(join(folder, name)));

function find(): string | undefined {
  const given = process.env[VARIABLE];
  if (given !== undefined && given !== '') return given;
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN) : [];
  const newestFirst = versions.sort((a, b) => Number(b) - Number(a)).map((version) => join(DEBIAN, version, 'bin'));
  return [...(process.env['PATH'] ?? '').split(delimiter), ...newestFirst].find(isComplete);
}

/** The folder of PostgreSQL's programs, installed where that is ours to do: as root on Debian. */
export function postgresFolder(): string | null {
  return find() ?? (installPackages([PACKAGE]) ? (find() ?? null) : null);
}

export const HOW_TO_GET_IT =
  `Debian and Ubuntu, as root: apt-get install ${PACKAGE}. One that is installed elsewhere: ` +
  `${VARIABLE}=/path/to/its/bin`;
