import 'reflect-metadata';
import { writeFileSync } from 'node:fs';
import { SystemClock } from '../../src/platform/clock';
import { startBenchDatabase, type BenchDatabase } from './bench-database';
import { BOARD, merge, readBoard, wholeOnes, writeBoard } from './board';
import { commit, describeMachine } from './machine';
import { toMarkdown, toOutcomes } from './markdown';
import { readOptions, type BenchOptions } from './options';
import { describePinning } from './pinning';
import { PostgresOnDemand } from './postgres/on-demand';
import { reportOf, type Circumstances, type SectionReport } from './report';
import { seededRandom } from './stats';
import { createSeries } from './workloads/create-series';
import { durations } from './workloads/durations';
import { fairness } from './workloads/fairness';
import { footprint } from './workloads/footprint';
import { limits } from './workloads/limits';
import { live } from './workloads/live';
import { mine } from './workloads/mine';
import { mix } from './workloads/mix';
import { negativeControl } from './workloads/negative-control';
import { oneClient } from './workloads/one-client';
import { overload } from './workloads/overload';
import { ranges } from './workloads/ranges';
import { recurrenceStall } from './workloads/recurrence-stall';
import { storm } from './workloads/storm';
import { uniform } from './workloads/uniform';
import type { Section, Workload } from './workloads/workload';

const WORKLOADS: readonly Workload[] = [
  negativeControl,
  storm,
  uniform,
  oneClient,
  durations,
  ranges,
  mine,
  createSeries,
  recurrenceStall,
  limits,
  live,
  footprint,
  fairness,
  overload,
  mix,
];

/** Whatever hangs: servers end with the process that started them. */
const MAX_MS = 180 * 60_000;
const IDS = WORKLOADS.map(({ id }) => id);

/** `npm run bench -- W1a W2 W3`: the figures on stdout, what is being done on stderr. */
async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2), IDS);
  // Now: the checkout may move on while this runs.
  const built = await commit();
  const database = await startBenchDatabase(options.disk);
  const postgres = new PostgresOnDemand(options.disk);
  const stop = (): void => void Promise.allSettled([postgres.stop(), database.stop()]).finally(() => process.exit(130));
  process.once('SIGINT', stop).once('SIGTERM', stop);
  setTimeout(() => process.exit(124), MAX_MS).unref();
  try {
    const random = seededRandom(options.seed);
    const measured: { readonly workload: string; readonly section: Section }[] = [];
    for (const workload of WORKLOADS.filter(({ id }) => options.workloads.includes(id))) {
      const { id } = workload;
      const progress = (text: string): void => void process.stderr.write(`${id}: ${text}\n`);
      const sections = await workload.run({ database, postgres: postgres.get, options, random, progress });
      measured.push(...sections.map((section) => ({ workload: id, section })));
    }
    if (options.quick) return console.log(toOutcomes(measured.map(({ section }) => section)));
    const circumstances = { commit: built, ...(await circumstancesOf(options, database, postgres)) };
    tell(
      options,
      measured.map(({ workload, section }) => reportOf(section, { ...circumstances, workload })),
    );
  } finally {
    await postgres.stop();
    await database.stop();
  }
}

function tell({ save, json }: BenchOptions, sections: readonly SectionReport[]): void {
  console.log(toMarkdown({ sections }));
  if (json !== undefined) writeFileSync(json, `${JSON.stringify({ sections }, null, 2)}\n`);
  if (!save) return;
  const { whole, unmeasured } = wholeOnes(sections);
  writeBoard(merge(readBoard(), whole, IDS));
  console.log(`Written to ${BOARD}: ${[...new Set(whole.map(({ workload }) => workload))].join(', ') || 'nothing'}.`);
  if (unmeasured.length === 0) return;
  console.error(`Not saved with their workloads, for somebody is missing:\n  ${unmeasured.join('\n  ')}`);
  process.exitCode = 1;
}

async function circumstancesOf(
  { seed, registrations, occurrences, without }: BenchOptions,
  database: BenchDatabase,
  postgres: PostgresOnDemand,
): Promise<Omit<Circumstances, 'workload' | 'commit'>> {
  const about = await postgres.about();
  return {
    storage: database.storage,
    date: new SystemClock().now().toISOString().slice(0, 10),
    machine: {
      ...describeMachine(),
      mongod: await database.describe(),
      ...(about === null ? {} : { PostgreSQL: about }),
      generator: describePinning(),
      run: [
        `seed ${seed}`,
        `W2 ${registrations}`,
        `W3 ${occurrences}`,
        ...without.map((name) => `without ${name}`),
      ].join(', '),
    },
  };
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
