import type { BenchDatabase } from './bench-database';
import type { BookingLoad, Driven } from './load';
import { processorUs } from './machine';
import type { Measurement } from './rounds';
import { median, quantile } from './stats';
import type { Subject } from './subjects/subject';
import { verify } from './verify';

/** One load on one subject, set up afresh; verified. */
export interface Sample {
  readonly driven: Driven;
  readonly cpuUs: number;
  readonly confirmed: number;
  readonly aborted: number;
}

/** @throws WrongOutcomeError */
export async function sample(
  database: BenchDatabase,
  subject: Subject,
  { load, expected }: { readonly load: BookingLoad; readonly expected: Readonly<Record<string, number>> },
): Promise<Sample> {
  const open = await subject.open(database);
  try {
    await open.prepare?.(load);
    await database.settle();
    globalThis.gc?.();
    const pids = [...open.pids, ...(open.databasePids?.() ?? [database.pid])];
    const before = processorUs(pids);
    const driven = await open.drive(load);
    const cpuUs = processorUs(pids) - before;
    const found = (await open.faults?.(load, driven)) ?? [];
    await verify(database.connection, subject, { load, driven, expected, found });
    const confirmed = driven.answers.filter(({ code }) => code === 'CONFIRMED').length;
    return { driven, cpuUs, confirmed, aborted: open.transactions?.aborted ?? NaN };
  } finally {
    await open.close();
  }
}

/** Several samples of one round as one measurement. */
export function summarise(samples: readonly Sample[], unit: 'ms' | '/s'): Measurement {
  const sum = (of: (one: Sample) => number): number => samples.reduce((total, one) => total + of(one), 0);
  const latencies = samples.flatMap(({ driven }) => driven.latenciesMs);
  const values = samples.map(({ driven }) =>
    unit === 'ms' ? driven.elapsedMs : (driven.answers.length * 1_000) / driven.elapsedMs,
  );
  return {
    value: median(values),
    p50Ms: quantile(latencies, 0.5),
    p99Ms: quantile(latencies, 0.99),
    cpuUs: sum((one) => one.cpuUs) / sum((one) => one.driven.answers.length),
    abortsPerSuccess: sum((one) => one.aborted) / sum((one) => one.confirmed),
  };
}
