import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { openServer } from '../support/one-server';
import { type Edit, type Mutant, MUTANTS as OTHERS, type NamedTest } from './mutants';
import { SECURITY_MUTANTS } from './security-mutants';

/**
 * Proves that the tests would notice: copies the project into a temporary folder, runs the named tests as they are, and
 * then breaks the source in one place at a time. Each test must pass before, and fail then. A word on the command line
 * leaves the mutants whose names have it.
 */

const word = process.argv[2] ?? '';
const MUTANTS = [...OTHERS, ...SECURITY_MUTANTS].filter(({ name }) => name.includes(word));

const PARTS = ['src', 'test', 'jest.config.cjs', 'package.json', '.env.example'];
const say = (line: string): void => void process.stdout.write(`${line}\n`);

async function copyProject(): Promise<string> {
  const copy = await mkdtemp(join(tmpdir(), 'happening-mutants-'));
  for (const part of PARTS) await cp(part, join(copy, part), { recursive: true });
  await symlink(resolve('node_modules'), join(copy, 'node_modules'), 'junction');
  return copy;
}

interface JestReport {
  readonly testResults: readonly {
    readonly name: string;
    readonly message: string;
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
  }[];
}

type Verdict = (test: NamedTest) => string;

/** Runs these tests in the copy, and tells of each what became of it: `passed`, `failed`, or why it did not run. */
async function runTests(copy: string, uri: string, tests: readonly NamedTest[]): Promise<Verdict> {
  const report = join(copy, 'report.json');
  await rm(report, { force: true });
  const pattern = `^(${tests.map(({ name }) => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|')})$`;
  const files = [...new Set(tests.map(({ file }) => file))];
  const options = ['--runInBand', '--silent', '--json', '--outputFile', report];
  const child = spawn(
    process.execPath,
    [join('node_modules', 'jest', 'bin', 'jest.js'), ...options, '-t', pattern, '--runTestsByPath', ...files],
    { cwd: copy, env: { ...process.env, MONGODB_URI: uri }, stdio: 'ignore' },
  );
  await once(child, 'exit');
  const { testResults } = JSON.parse(await readFile(report, 'utf8')) as JestReport;
  return ({ file, name }) => {
    const suite = testResults.find((result) => result.name.endsWith(file));
    const one = suite?.assertionResults.find(({ fullName }) => fullName === name);
    return one?.status ?? `not run: ${suite?.message ?? 'no such file'}`;
  };
}

/** Runs `work` while the copy has the fault. */
async function whileBroken<T>(copy: string, { file, find, replace }: Edit, work: () => Promise<T>): Promise<T> {
  const path = join(copy, file);
  const source = await readFile(path, 'utf8');
  const found = source.split(find).length - 1;
  if (found !== 1) throw new Error(`${file} has ${found} times: ${find}`);
  await writeFile(
    path,
    source.replace(find, () => replace),
  );
  try {
    return await work();
  } finally {
    await writeFile(path, source);
  }
}

async function survivors(copy: string, uri: string, mutants: readonly Mutant[]): Promise<number> {
  const healthy = await runTests(
    copy,
    uri,
    mutants.flatMap(({ killedBy }) => killedBy),
  );
  let survived = 0;
  for (const mutant of mutants) {
    const { also, killedBy } = mutant;
    const run = (): Promise<Verdict> => runTests(copy, uri, killedBy);
    const broken = await whileBroken(copy, mutant, also ? () => whileBroken(copy, also, run) : run);
    const misses = mutant.killedBy.flatMap((test) => [
      ...(healthy(test) === 'passed' ? [] : [`without the fault: ${healthy(test)}: ${test.name}`]),
      ...(broken(test) === 'failed' ? [] : [`with the fault: ${broken(test)}: ${test.name}`]),
    ]);
    say(`${misses.length === 0 ? 'killed  ' : 'SURVIVED'}  ${mutant.name}`);
    for (const test of mutant.killedBy) say(`            by: ${test.name}`);
    for (const miss of misses) say(`            ${miss}`);
    if (misses.length > 0) survived += 1;
  }
  return survived;
}

/** Some of the mutants, in a copy and on a server of their own: a test may set the whole server up to fail. */
async function survivorsAmong(mutants: readonly Mutant[]): Promise<number> {
  const copy = await copyProject();
  const server = await openServer('happening-mutants-');
  try {
    return await survivors(copy, server.uri, mutants);
  } finally {
    await server.close();
    await rm(copy, { recursive: true, force: true });
  }
}

/** Two processors, two halves; on a server that was given all take turns. */
async function main(): Promise<void> {
  const lanes = process.env['MONGODB_URI'] ? 1 : 2;
  const shares = Array.from({ length: lanes }, (_, lane) =>
    MUTANTS.filter((_mutant, index) => index % lanes === lane),
  ).filter((share) => share.length > 0);
  const survived = (await Promise.all(shares.map(survivorsAmong))).reduce((sum, one) => sum + one, 0);
  say(`mutants killed ${MUTANTS.length - survived}/${MUTANTS.length}`);
  process.exitCode = survived === 0 ? 0 : 1;
}

void main();
