import type { BenchDatabase } from './bench-database';
import { probeMachine, type Probe } from './machine';
import { median, shuffled } from './stats';

/** What one subject showed in one round. */
export interface Measurement {
  /** What the workload is about, in its unit: milliseconds to drain, or answers per second. */
  readonly value: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Processor time of service and database per answer, microseconds. */
  readonly cpuUs: number;
  /** NaN: does not apply. */
  readonly abortsPerSuccess: number;
}

/** Every subject once, in random order. */
export interface Round {
  readonly probe: Probe;
  readonly measurements: ReadonlyMap<string, Measurement>;
}

export interface RoundPlan {
  readonly rounds: number;
  readonly random: () => number;
  readonly database: Pick<BenchDatabase, 'folder'>;
  /** Says what is being done, for whoever waits. */
  readonly progress: (text: string) => void;
}

/** The first round warms up compiler, caches and connections, and does not count. */
export async function interleave<S extends { readonly name: string }>(
  subjects: readonly S[],
  { rounds, random, progress, database }: RoundPlan,
  measure: (subject: S) => Promise<Measurement>,
): Promise<Round[]> {
  const counted: Round[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    const measurements = new Map<string, Measurement>();
    const before = probeMachine(database.folder);
    for (const subject of shuffled(subjects, random)) {
      progress(`round ${round} of ${rounds}: ${subject.name}`);
      measurements.set(subject.name, await measure(subject));
    }
    const after = probeMachine(database.folder);
    const probe = { ...after, loopMs: (before.loopMs + after.loopMs) / 2 };
    if (round > 0) counted.push({ probe, measurements });
  }
  return counted;
}

const MAX_DEVIATION = 0.15;
const MAX_STEAL = 0.05;
/** Disks of virtual machines have moods that differ tenfold: a round belongs to one of them. */
const FAST_FLUSH_MS = 1;

export interface CountedRounds {
  readonly used: readonly Round[];
  /** Too few rounds were quiet to choose by it. */
  readonly noisy: boolean;
  /** The disk's mood in the rounds that count. */
  readonly flushes: 'fast' | 'slow';
}

/**
 * The rounds in which the machine was ours, for all subjects alike: the probe within 15 % of its median, steal within
 * 5 %. Where fewer than half are, the machine is noisy as a whole, and all of them count. Of these, the ones in the
 * disk's more frequent mood: only like is compared with like.
 */
export function quietRounds(rounds: readonly Round[]): CountedRounds {
  const usual = median(rounds.map(({ probe }) => probe.loopMs));
  const quiet = rounds.filter(
    ({ probe }) => Math.abs(probe.loopMs / usual - 1) <= MAX_DEVIATION && probe.steal <= MAX_STEAL,
  );
  const noisy = quiet.length * 2 < rounds.length;
  const candidates = noisy ? rounds : quiet;
  const isFast = ({ probe }: Round): boolean => probe.flushP50Ms < FAST_FLUSH_MS;
  const mostlyFast = candidates.filter(isFast).length * 2 >= candidates.length;
  const used = candidates.filter((round) => isFast(round) === mostlyFast);
  return { used, noisy, flushes: mostlyFast ? 'fast' : 'slow' };
}
