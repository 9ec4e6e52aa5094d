import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { commit } from '../bench/machine';
import { type FaultReport, toMarkdown } from './report';
import type { Row } from './row';

const DOCS = join(process.cwd(), 'docs');

/** The paper says nothing that the figures beside it do not. */
export const paperOf = (report: FaultReport): string =>
  [
    '# Under faults',
    '',
    'Written by `npm run faults -- --save`: people book, cancel, repeat themselves and race one another for the last seats at two service',
    'processes on a replica set of three, while something is broken on purpose. Every request and answer is written down, and compared with',
    'all that is in the database afterwards. Faults that are run by name replace their rows; the second table says when each was run, and of which commit.',
    '',
    toMarkdown(report),
    '',
  ].join('\n');

const nameOf = ({ kind, name }: Row): string => `${kind} ${name}`;

/** What was run stands in the places of its rows of before; what was not run stays as it was found. */
export function merged(before: FaultReport, now: FaultReport): FaultReport {
  const left = new Map(now.rows.map((row) => [nameOf(row), now.rows.filter((one) => nameOf(one) === nameOf(row))]));
  const isWhole = before.rows.every((row) => left.has(nameOf(row)));
  const take = (row: Row): readonly Row[] => {
    const again = left.get(nameOf(row));
    left.set(nameOf(row), []);
    return again ?? [row];
  };
  const rows = before.rows.flatMap(take);
  const atRest = isWhole ? now.atRest : [...before.atRest, ...now.atRest];
  return { ...now, rows: [...rows, ...[...left.values()].flat()], atRest };
}

export async function savePapers(found: FaultReport): Promise<void> {
  const ran = { date: new Date().toISOString().slice(0, 10), commit: await commit() };
  const now = { ...found, rows: found.rows.map((row) => ({ ...row, ran })) };
  const file = join(DOCS, 'faults.json');
  const report = existsSync(file) ? merged(JSON.parse(await readFile(file, 'utf8')) as FaultReport, now) : now;
  await writeFile(file, `${JSON.stringify(report, null, 2)}\n`);
  await writeFile(join(DOCS, 'faults.md'), paperOf(report));
}
