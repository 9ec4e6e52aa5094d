import 'reflect-metadata';
import { writeFile } from 'node:fs/promises';
import { startBenchDatabase } from './bench-database';
import { describeMachine } from './machine';
import { readOptions } from './options';
import { makeReport, toMarkdown } from './report';
import { seededRandom } from './stats';
import { footprint } from './workloads/footprint';
import { limits } from './workloads/limits';
import { live } from './workloads/live';
import { ranges } from './workloads/ranges';
import { recurrenceStall } from './workloads/recurrence-stall';
import { storm } from './workloads/storm';
import { uniform } from './workloads/uniform';
import type { Section, Workload } from './workloads/workload';

const WORKLOADS: readonly Workload[] = [storm, uniform, ranges, recurrenceStall, limits, live, footprint];

/** Whatever hangs: servers end with the process that started them. */
const MAX_MS = 90 * 60_000;

/** `npm run bench -- W1a W2 W3`: the figures on stdout, what is being done on stderr. */
async function main(): Promise<void> {
  const options = readOptions(
    process.argv.slice(2),
    WORKLOADS.map(({ id }) => id),
  );
  const database = await startBenchDatabase(options.disk);
  const stop = (): void => void database.stop().finally(() => process.exit(130));
  process.once('SIGINT', stop).once('SIGTERM', stop);
  setTimeout(() => process.exit(124), MAX_MS).unref();
  try {
    const random = seededRandom(options.seed);
    const sections: Section[] = [];
    for (const workload of WORKLOADS.filter(({ id }) => options.workloads.includes(id))) {
      const progress = (text: string): void => void process.stderr.write(`${workload.id}: ${text}\n`);
      sections.push(...(await workload.run({ database, options, random, progress })));
    }
    const machine = { ...(await describeMachine()), mongod: `${database.version}, data in ${database.storage}` };
    const report = makeReport(machine, sections);
    console.log(toMarkdown(report));
    if (options.json !== undefined)
      await writeFile(options.json, `${JSON.stringify({ options, ...report }, null, 2)}\n`);
  } finally {
    await database.stop();
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
