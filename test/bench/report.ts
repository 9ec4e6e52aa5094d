import { quietRounds, type CountedRounds, type Measurement, type Round } from './rounds';
import { estimate, median, type Estimate } from './stats';
import type { Aim, Section } from './workloads/workload';

/** One subject's line: medians over the rounds that count. */
export interface Row extends Measurement {
  readonly subject: string;
  /** Lowest and highest value of a round. */
  readonly from: number;
  readonly to: number;
}

/** An aim and what became of it. Reached only if the whole interval reaches it. */
export interface Verdict extends Aim {
  /** NaN where somebody was not measured. */
  readonly found: Estimate;
  readonly verdict: 'reached' | 'missed' | 'open' | 'not measured';
}

/** Under which circumstances a section was measured: a figure without them means nothing. */
export interface Circumstances {
  /** The workload that it belongs to: measured again, it replaces all of its sections. */
  readonly workload: string;
  readonly storage: 'memory' | 'disk';
  readonly commit: string;
  readonly date: string;
  /** Processor, versions, settings. */
  readonly machine: Readonly<Record<string, string>>;
}

/** What was measured of one section, ready to be shown. */
export interface SectionReport extends Circumstances, Pick<Section, 'id' | 'title' | 'unit' | 'subjects' | 'notes'> {
  readonly counted: { readonly used: number; readonly of: number } & Pick<CountedRounds, 'noisy' | 'flushes'>;
  readonly rows: readonly Row[];
  readonly verdicts: readonly Verdict[];
  /** Every measurement of every round, for whoever wants to look closer. */
  readonly rounds: readonly object[];
}

export interface Report {
  readonly sections: readonly SectionReport[];
}

export function reportOf(section: Section, circumstances: Circumstances): SectionReport {
  const { id, title, unit, subjects, notes, rounds } = section;
  const { used, noisy, flushes } = quietRounds(rounds);
  return {
    ...circumstances,
    id,
    title,
    unit,
    subjects: subjects.map(({ name, about }) => ({ name, about })),
    notes,
    counted: { used: used.length, of: rounds.length, noisy, flushes },
    rows: rounds.length === 0 ? [] : rowsOf(section, used),
    verdicts: verdictsOf(section, used),
    rounds: rounds.map(({ probe, measurements }) => ({ probe, ...Object.fromEntries(measurements) })),
  };
}

function rowsOf({ subjects }: Section, used: readonly Round[]): Row[] {
  return subjects.map(({ name }) => {
    const all = used.flatMap(({ measurements }) => measurements.get(name) ?? []);
    const middle = (of: (one: Measurement) => number): number => median(all.map(of));
    const values = all.map(({ value }) => value);
    return {
      subject: name,
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

const UNKNOWN: Estimate = { median: NaN, low: NaN, high: NaN };

function verdictsOf({ unit, aims }: Section, used: readonly Round[]): Verdict[] {
  return aims.map((aim) => {
    const figures = used.map((round) => figureOf(aim, round, unit)).filter((figure) => !Number.isNaN(figure));
    if (figures.length === 0) return { ...aim, found: UNKNOWN, verdict: 'not measured' };
    const found = estimate(figures);
    return { ...aim, found, verdict: judge(aim, found) };
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

/** What an aim says, in words. */
export function claim({ subject, kind, against }: Aim): string {
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
