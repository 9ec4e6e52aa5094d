import { quietRounds, type Measurement, type Round } from './rounds';
import { estimate, median, type Estimate } from './stats';
import type { Aim, Section } from './workloads/workload';

/** One subject's line: medians over the rounds that count. */
export interface Row extends Measurement {
  readonly workload: string;
  readonly subject: string;
  readonly unit: Section['unit'];
  /** Lowest and highest value of a round. */
  readonly from: number;
  readonly to: number;
}

/** An aim and what became of it. Reached only if the whole interval reaches it. */
export interface Verdict extends Aim {
  readonly workload: string;
  readonly found: Estimate;
  readonly verdict: 'reached' | 'missed' | 'open';
}

export interface Report {
  readonly machine: Readonly<Record<string, string>>;
  readonly rows: readonly Row[];
  readonly verdicts: readonly Verdict[];
  readonly notes: readonly string[];
  /** Every measurement of every round, for whoever wants to look closer. */
  readonly rounds: readonly { readonly workload: string; readonly rounds: readonly object[] }[];
}

export function makeReport(machine: Readonly<Record<string, string>>, sections: readonly Section[]): Report {
  return {
    machine,
    rows: sections.flatMap(rowsOf),
    verdicts: sections.flatMap(verdictsOf),
    notes: sections.flatMap(notesOf),
    rounds: sections.map(({ id, rounds }) => ({
      workload: id,
      rounds: rounds.map(({ probe, measurements }) => ({ probe, ...Object.fromEntries(measurements) })),
    })),
  };
}

function rowsOf({ id, unit, subjects, rounds }: Section): Row[] {
  const { used } = quietRounds(rounds);
  return subjects.map(({ name }) => {
    const all = used.flatMap(({ measurements }) => measurements.get(name) ?? []);
    const middle = (of: (one: Measurement) => number): number => median(all.map(of));
    const values = all.map(({ value }) => value);
    return {
      workload: id,
      subject: name,
      unit,
      value: middle(({ value }) => value),
      from: Math.min(...values),
      to: Math.max(...values),
      p50Ms: middle(({ p50Ms }) => p50Ms),
      p99Ms: middle(({ p99Ms }) => p99Ms),
      cpuUs: middle(({ cpuUs }) => cpuUs),
      abortsPerSuccess: middle(({ abortsPerSuccess }) => abortsPerSuccess),
    };
  });
}

function verdictsOf({ id, unit, rounds, aims }: Section): Verdict[] {
  const { used } = quietRounds(rounds);
  return aims.flatMap((aim) => {
    const figures = used.map((round) => figureOf(aim, round, unit)).filter((figure) => !Number.isNaN(figure));
    if (figures.length === 0) return [];
    const found = estimate(figures);
    return [{ ...aim, workload: id, found, verdict: judge(aim, found) }];
  });
}

/** Per round, so that what slows the whole machine for a while cancels out; NaN where somebody was left out. */
function figureOf({ subject, kind, against }: Aim, { measurements }: Round, unit: Section['unit']): number {
  const mine = measurements.get(subject);
  if (!mine) return NaN;
  if (kind === 'aborts') return mine.abortsPerSuccess;
  if (kind === 'value') return mine.value;
  const theirs = measurements.get(against ?? '');
  if (!theirs) return NaN;
  if (kind === 'cpu') return mine.cpuUs / theirs.cpuUs;
  const longer = unit === 'ms' ? mine.value / theirs.value : theirs.value / mine.value;
  return kind === 'time' ? longer : 1 / longer;
}

function judge({ atLeast = -Infinity, atMost = Infinity }: Aim, { low, high }: Estimate): Verdict['verdict'] {
  if (low >= atLeast && high <= atMost) return 'reached';
  return high < atLeast || low > atMost ? 'missed' : 'open';
}

function notesOf({ id, title, subjects, rounds, notes }: Section): string[] {
  const { used, noisy } = quietRounds(rounds);
  const counted = rounds.length === 0 ? '' : `; ${used.length} of ${rounds.length} rounds count`;
  return [
    `**${id}**: ${title}${counted}${noisy ? ', on a machine too noisy to choose' : ''}.`,
    ...(subjects.length === 0 ? [] : [subjects.map(({ name, about }) => `${name} = ${about}`).join('; ') + '.']),
    ...notes,
  ];
}

const figure = (value: number): string => {
  if (Number.isNaN(value)) return '–';
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
};

const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

/** The one table: what was measured, then what was aimed at. */
export function toMarkdown({ machine, rows, verdicts, notes }: Report): string {
  const head = [
    'Workload',
    'Subject',
    'Median',
    'Rounds from – to',
    'p50 ms',
    'p99 ms',
    'CPU µs',
    'Aborts per success',
  ];
  const measured = rows.map((row) => [
    row.workload,
    row.subject,
    `${figure(row.value)} ${row.unit}`,
    `${figure(row.from)} – ${figure(row.to)}`,
    ...[row.p50Ms, row.p99Ms, row.cpuUs, row.abortsPerSuccess].map(figure),
  ]);
  const judged = verdicts.map((one) => [
    one.workload,
    claim(one),
    figure(one.found.median),
    `95 %: ${figure(one.found.low)} – ${figure(one.found.high)}`,
    one.atLeast === undefined ? `aim ≤ ${one.atMost}` : `aim ≥ ${one.atLeast}`,
    one.verdict,
    '',
    '',
  ]);
  return [
    ...notes.map((note) => `- ${note}`),
    '',
    line(head),
    line(head.map(() => '---')),
    ...[...measured, ...judged].map(line),
    '',
    Object.entries(machine)
      .map(([name, value]) => `${name} ${value}`)
      .join(' · '),
  ].join('\n');
}

function claim({ subject, kind, against }: Aim): string {
  switch (kind) {
    case 'faster':
      return `${subject}: times as fast as ${against}`;
    case 'time':
      return `${subject}: times as long as ${against}`;
    case 'cpu':
      return `${subject}: times the CPU of ${against}`;
    case 'aborts':
      return `${subject}: aborts per success`;
    case 'value':
      return subject;
  }
}
