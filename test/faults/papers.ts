import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type FaultReport, toMarkdown } from './report';

const DOCS = join(process.cwd(), 'docs');

/** The paper says nothing that the figures beside it do not. */
export const paperOf = (report: FaultReport): string =>
  [
    '# Under faults',
    '',
    'Written by `npm run faults -- --save`: people book, cancel, repeat themselves and race one another for the last seats at two service',
    'processes on a replica set of three, while something is broken on purpose. Every request and answer is written down, and compared with',
    'all that is in the database afterwards.',
    '',
    toMarkdown(report),
    '',
  ].join('\n');

export async function savePapers(report: FaultReport): Promise<void> {
  await writeFile(join(DOCS, 'faults.json'), `${JSON.stringify(report, null, 2)}\n`);
  await writeFile(join(DOCS, 'faults.md'), paperOf(report));
}
