import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TEST_URIS } from '../support/global-setup';
import { openServer } from '../support/one-server';
import { FIGURES, writePaper } from './paper';
import { scoresOf, type MutationFigures, type StrykerReport } from './report';

/**
 * `npm run stryker`: every mutant of the domain and of the booking store. `npm run stryker -- domain src/domain/bucket.ts`:
 * those of some files. `npm run stryker -- count`: how many there are. What is found goes into the paper.
 */

const PARTS = ['domain', 'booking'];

/** Ends with what Stryker wrote, which went to this process's output as well. */
async function stryker(part: string, more: readonly string[], env: NodeJS.ProcessEnv): Promise<string> {
  const command = join('node_modules', '@stryker-mutator', 'core', 'bin', 'stryker.js');
  const options = ['run', `test/stryker/${part}.mjs`, ...more];
  const child = spawn(process.execPath, [command, ...options], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  let written = '';
  child.stdout.on('data', (text: Buffer) => {
    written += text.toString();
    process.stdout.write(text);
  });
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`Stryker ended with ${code}`);
  return written;
}

/** The booking store's tests find one server that is there already: starting one for each mutant would be most of the work. */
async function run(part: string, more: readonly string[]): Promise<string> {
  if (part !== 'booking') return stryker(part, more, process.env);
  const server = await openServer('happening-stryker-');
  try {
    return await stryker(part, more, { ...process.env, [TEST_URIS]: JSON.stringify([server.uri]) });
  } finally {
    await server.close();
  }
}

async function count(part: string): Promise<number> {
  const written = await run(part, ['--dryRunOnly']);
  // Not the line before it, which tells how many an earlier run has kept.
  return Number(/Instrumented .* with (\d+) mutant/.exec(written)?.[1]);
}

async function main(): Promise<void> {
  const [word, ...files] = process.argv.slice(2);
  if (word !== undefined && word !== 'count' && !PARTS.includes(word))
    throw new Error(`there is no part ${word}; there are ${PARTS.join(' and ')}, and count`);
  const old = existsSync(FIGURES)
    ? (JSON.parse(await readFile(FIGURES, 'utf8')) as MutationFigures)
    : { mutants: {}, files: {} };
  const figures = { mutants: { ...old.mutants }, files: { ...old.files } };
  for (const part of PARTS) {
    if (word === 'count') figures.mutants[part] = await count(part);
    else if (word === undefined || word === part) {
      await run(part, files.length > 0 ? ['--mutate', files.join(',')] : []);
      const report = JSON.parse(await readFile(`build/stryker/${part}.json`, 'utf8')) as StrykerReport;
      Object.assign(figures.files, scoresOf(report));
    }
  }
  await writeFile(FIGURES, `${JSON.stringify(figures, null, 2)}\n`);
  await writePaper();
}

main().catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exitCode = 1;
});
