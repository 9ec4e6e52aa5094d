import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** A program that tests start and npm does not bring. */
export interface Program {
  readonly names: readonly string[];
  /** The environment variable that names another one. */
  readonly variable: string;
  /** Debian's package. */
  readonly package: string;
}

export const REDIS_SERVER: Program = {
  names: ['redis-server'],
  variable: 'REDIS_SERVER_BINARY',
  package: 'redis-server',
};
export const BROWSER: Program = {
  names: ['chromium', 'chromium-browser', 'google-chrome'],
  variable: 'CHROMIUM_BINARY',
  package: 'chromium',
};
/** For `npm run faults` alone: nothing installs these by itself. */
export const FAKETIME: Program = { names: ['faketime'], variable: 'FAKETIME_BINARY', package: 'faketime' };
export const BUBBLEWRAP: Program = { names: ['bwrap'], variable: 'BWRAP_BINARY', package: 'bubblewrap' };

const isExecutable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

const find = ({ names, variable }: Program): string | undefined => {
  const given = process.env[variable];
  if (given !== undefined && given !== '') return given;
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return folders.flatMap((folder) => names.map((name) => join(folder, name))).find(isExecutable);
};

/** @throws Error with what to type */
export function pathOf(program: Program): string {
  const found = find(program);
  if (found !== undefined) return found;
  throw new Error(
    `These tests need ${program.names.join(' or ')}. Debian and Ubuntu, as root: apt-get install ${program.package}. One that ` +
      `is installed elsewhere: ${program.variable}=/path/to/it.`,
  );
}

/** For machines that can have no browser; says so. */
export function skipsBrowserTests(): boolean {
  const skips = process.env['SKIP_BROWSER_TESTS'] === '1';
  if (skips) process.stderr.write('SKIP_BROWSER_TESTS=1: the tests in a browser are left out.\n');
  return skips;
}

/** Installs what is missing where that is ours to do: as root on Debian. Elsewhere the tests that need it say what to type. */
export function installMissingPrograms(): void {
  const wanted = process.env['SKIP_BROWSER_TESTS'] === '1' ? [REDIS_SERVER] : [REDIS_SERVER, BROWSER];
  const missing = wanted.filter((program) => find(program) === undefined).map((program) => program.package);
  if (missing.length > 0) installPackages(missing);
}

/** Whether Debian's packages are there now; says what it does. Only root may install, and others are not asked to. */
export function installPackages(packages: readonly string[]): boolean {
  if (process.getuid?.() !== 0) return false;
  process.stderr.write(`Installing ${packages.join(' and ')}.\n`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const aptGet = (...args: string[]): boolean =>
    spawnSync('apt-get', ['-qq', '-o', 'DPkg::Lock::Timeout=60', ...args], { env, stdio: 'ignore' }).status === 0;
  const installed = aptGet('update') && aptGet('install', '-y', '--no-install-recommends', ...packages);
  if (!installed) process.stderr.write(`That did not work: apt-get install ${packages.join(' ')} says why.\n`);
  return installed;
}
