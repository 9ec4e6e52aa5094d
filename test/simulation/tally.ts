import type { RunResult } from './simulation';

type Counts = Readonly<Record<string, number>>;

/** What many runs come to. */
export interface Tally {
  readonly schedules: number;
  /** Requests, answers and timers, in the order that the seed gave them. */
  readonly steps: number;
  readonly commits: number;
  /** Schedules without any fault: two processes and the calls, nothing else. */
  readonly faultless: number;
  readonly cpuSeconds: number;
  readonly outcomes: Counts;
  readonly faults: Counts;
  readonly failed: readonly number[];
}

export const NOTHING_YET: Tally = {
  schedules: 0,
  steps: 0,
  commits: 0,
  faultless: 0,
  cpuSeconds: 0,
  outcomes: {},
  faults: {},
  failed: [],
};

export const tallyOf = ({ seed, steps, commits, rates, outcomes, faults, violations }: RunResult): Tally => ({
  schedules: 1,
  steps,
  commits,
  faultless: Object.keys(rates).length === 0 ? 1 : 0,
  cpuSeconds: 0,
  outcomes,
  faults,
  failed: violations.length > 0 ? [seed] : [],
});

export const together = (a: Tally, b: Tally): Tally => ({
  schedules: a.schedules + b.schedules,
  steps: a.steps + b.steps,
  commits: a.commits + b.commits,
  faultless: a.faultless + b.faultless,
  cpuSeconds: a.cpuSeconds + b.cpuSeconds,
  outcomes: summed(a.outcomes, b.outcomes),
  faults: summed(a.faults, b.faults),
  failed: [...a.failed, ...b.failed],
});

function summed(a: Counts, b: Counts): Counts {
  const sum: Record<string, number> = { ...a };
  for (const [name, count] of Object.entries(b)) sum[name] = (sum[name] ?? 0) + count;
  return sum;
}
