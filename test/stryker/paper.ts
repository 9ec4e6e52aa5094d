import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { EXPLAINED } from './explained';
import type { FileScore, MutationFigures, Survivor } from './report';

export const FIGURES = 'docs/mutation-testing.json';
export const PAPER = 'docs/mutation-testing.md';

/** What `npm run stryker` knows, whether it was run or not. */
const PARTS = ['domain', 'booking'] as const;

const row = (...cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;
const sum = (files: readonly FileScore[], of: (score: FileScore) => number): number =>
  files.reduce((total, score) => total + of(score), 0);
const triedOf = ({ killed, timedOut, survivors }: FileScore): number => killed + timedOut + survivors.length;
const share = (part: number, whole: number): string => (whole === 0 ? '–' : `${((100 * part) / whole).toFixed(1)} %`);
const code = (text: string): string => `\`${text.replace(/\|/g, '\\|')}\``;

const reasonOf = (file: string, survivor: Survivor): string =>
  EXPLAINED.find((one) => one.file === file && one.code === survivor.code && one.replacement === survivor.replacement)
    ?.why ?? (survivor.unreached ? 'no test reaches it' : 'not explained');

function scoreRow(name: string, scores: readonly FileScore[]): string {
  const tried = sum(scores, triedOf);
  const killed = sum(scores, (score) => score.killed + score.timedOut);
  const timedOut = sum(scores, (score) => score.timedOut);
  const ignored = sum(scores, (score) => score.ignored);
  return row(name, tried, killed, share(killed, tried), tried - killed, timedOut, ignored);
}

/** Data in, Markdown out: every figure is one that `npm run stryker` found. */
export function renderPaper({ mutants, files }: MutationFigures): string {
  const names = Object.keys(files).sort();
  const scores = names.flatMap((name) => files[name] ?? []);
  const all = Object.values(mutants).reduce((total, one) => total + one, 0);
  const counted = sum(scores, (score) => triedOf(score) + score.ignored);
  const survivors = names.flatMap((name) =>
    (files[name]?.survivors ?? []).map((one) =>
      row(code(name), code(one.code), code(one.replacement || '(removed)'), reasonOf(name, one)),
    ),
  );
  return [
    '# Mutation testing',
    '',
    'Stryker changes the source in one place at a time (a `<` into `<=`, a condition into `true`, a block into nothing) and runs the tests that reach the place.',
    'A change that no test notices is either a missing test or code that does not matter. `npm run stryker` does it for `src/domain` and for the files that decide',
    'and write bookings, and writes this page; `npm run stryker -- domain src/domain/bucket.ts` does some files and leaves the other rows as they are. The',
    'deliberate faults of `npm run test:mutants` are something else: few, chosen by hand, and run by every build.',
    '',
    `${all} mutants (${Object.entries(mutants)
      .map(([part, number]) => `${part} ${number}`)
      .join(', ')}); ${counted} of them are accounted for below${counted < all ? ', the rest has not been run' : ''}.`,
    ...PARTS.filter((part) => mutants[part] === undefined).map((part) => `Part ${part}: not counted and not run yet.`),
    '',
    'Left out by rule: mutants that run once, when a file is loaded (`ignoreStatic`; each would need every test), the texts of errors, and the list of time',
    'zones, which is data. A test that goes on for a minute more than it should counts as failed ("ended").',
    '',
    row('File', 'Tried', 'Killed', 'Score', 'Survived', 'of the killed: ended', 'Left out'),
    row('---', '---:', '---:', '---:', '---:', '---:', '---:'),
    ...names.map((name) => scoreRow(code(name), files[name] ? [files[name]] : [])),
    scoreRow('**all**', scores),
    '',
    '## Survivors',
    '',
    ...(survivors.length === 0
      ? ['None.']
      : [row('File', 'Code', 'Becomes', 'Why nobody notices'), row('---', '---', '---', '---'), ...survivors]),
    '',
  ].join('\n');
}

export const readFigures = (): MutationFigures => JSON.parse(readFileSync(FIGURES, 'utf8')) as MutationFigures;

export async function writePaper(): Promise<void> {
  await writeFile(PAPER, renderPaper(readFigures()));
}
