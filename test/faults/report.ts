import { INVARIANTS } from './findings';
import type { Row } from './row';

/** What `npm run faults` found, as it is kept in docs/faults.json. */
export interface FaultReport {
  readonly machine: Readonly<Record<string, string>>;
  readonly seed: number;
  readonly rows: readonly Row[];
  /** Broken promises once all work that was left is done. */
  readonly atRest: readonly string[];
}

export const isGood = ({ rows, atRest }: FaultReport): boolean =>
  atRest.length === 0 && rows.every(({ faults }) => faults.length === 0);

const line = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;
const seconds = (ms: number | null): string => (ms === null ? '–' : (ms / 1_000).toFixed(1));
const total = (rows: readonly Row[], of: (row: Row) => number): number => rows.reduce((sum, row) => sum + of(row), 0);
const errorsIn = ({ errors }: Row): number => Object.values(errors).reduce((sum, one) => sum + one, 0);

const HEAD = [
  'Fault',
  'Injected',
  'Operations',
  'Acknowledged',
  'Refused by a rule',
  'Definite errors',
  'Unknown → settled',
  'Lost',
  'Duplicates',
  'Overbooked',
  'Overlaps',
  'Other broken promises',
  'Longest unavailability, s',
  'Recovery, s',
];

const NUMBERS = (rows: readonly Row[]): (string | number)[] => [
  total(rows, ({ injections }) => injections),
  total(rows, ({ operations }) => operations),
  total(rows, ({ acknowledged }) => acknowledged),
  total(rows, ({ refused }) => refused),
  total(rows, errorsIn),
  `${total(rows, ({ unknown }) => unknown)} → ${total(rows, ({ settled }) => settled)}`,
  total(rows, ({ lost }) => lost),
  total(rows, ({ duplicates }) => duplicates),
  total(rows, ({ overbooked }) => overbooked),
  total(rows, ({ overlaps }) => overlaps),
  total(rows, ({ others }) => others),
];

/** The one table, and what each fault was expected to do. */
export function toMarkdown(report: FaultReport): string {
  const { machine, seed, rows, atRest } = report;
  const kinds = new Set(rows.map(({ kind }) => kind));
  const longest = Math.max(...rows.map(({ unavailableMs }) => unavailableMs));
  return [
    `${kinds.size} kinds of faults, seed ${seed}. ${isGood(report) ? 'Every promise was kept.' : 'PROMISES WERE BROKEN.'}`,
    '',
    line(HEAD),
    line(HEAD.map((_, index) => (index === 0 ? '---' : '--:'))),
    ...rows.map((row) =>
      line([`${row.kind} ${row.name}`, ...NUMBERS([row]), seconds(row.unavailableMs), seconds(row.recoveryMs)]),
    ),
    line(['**all**', ...NUMBERS(rows), seconds(longest), '']),
    '',
    line(['Fault', 'Expected', 'Errors', 'Run', 'Notes']),
    line(['---', '---', '---', '---', '---']),
    ...rows.map((row) =>
      line([`${row.kind} ${row.name}`, row.expected, errorsOf(row), ranOf(row), row.notes.join('; ')]),
    ),
    '',
    ...brokenPromises(rows, atRest),
    ...Object.entries(INVARIANTS).map(([id, text]) => `- **${id}** ${text}`),
    '',
    Object.entries(machine)
      .map(([name, value]) => `${name} ${value}`)
      .join(' · '),
  ].join('\n');
}

const ranOf = ({ ran }: Row): string => (ran === undefined ? '–' : `${ran.date}, ${ran.commit}`);

const errorsOf = ({ errors }: Row): string =>
  Object.entries(errors)
    .map(([code, times]) => `${code} ${times}`)
    .join(', ');

function brokenPromises(rows: readonly Row[], atRest: readonly string[]): string[] {
  const broken = rows.flatMap(({ kind, name, faults }) => faults.map((fault) => `- **${kind} ${name}**: ${fault}`));
  const late = atRest.map((fault) => `- **at rest**: ${fault}`);
  return broken.length + late.length === 0 ? [] : [...broken, ...late, ''];
}
