import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describeMachine } from '../bench/machine';
import { seededRandom } from '../bench/stats';
import { pathOf } from '../support/programs';
import type { Fault } from './fault';
import type { Finding } from './findings';
import { FAULTS } from './kinds/all';
import { Lab } from './lab';
import { type FaultOptions, readOptions } from './options';
import { type FaultReport, isGood, toMarkdown } from './report';
import { savePapers } from './papers';
import { checkAtRest, notRun, type Ran, runFault, type RunSettings } from './run-fault';

/** Whatever hangs: servers end with the process that started them. */
const MAX_MS = 45 * 60_000;
const QUICK_MAX_MS = 4 * 60_000;
/** A removal is looked at once more after 30 s: then nothing is left to be done. */
const REST_LIMIT_MS = 60_000;
const REST_POLL_MS = 1_000;

/** `npm run faults -- F1 F5`: the table on stdout, what is being done on stderr. */
async function main(): Promise<void> {
  const kinds = [...new Set(FAULTS.map(({ kind }) => kind))];
  const options = readOptions(process.argv.slice(2), kinds);
  setTimeout(() => process.exit(124), options.quick ? QUICK_MAX_MS : MAX_MS).unref();
  const faults = chosen(options);
  // Before anything is started: what is missing is told at once, and not after twenty rows.
  for (const program of new Set(faults.flatMap(({ needs }) => needs ?? []))) pathOf(program);
  const random = seededRandom(options.seed);
  const lab = await Lab.open(random);
  const stop = (): void => void lab.close().finally(() => process.exit(130));
  process.once('SIGINT', stop).once('SIGTERM', stop);
  const folder = options.log ?? (await mkdtemp(join(tmpdir(), 'happening-faults-log-')));
  await mkdir(folder, { recursive: true });
  try {
    await lab.startServices();
    const found = await run(lab, faults, { ...settingsOf(options, random), folder });
    const report = { ...found, seed: options.seed };
    console.log(toMarkdown(report));
    if (options.save) await savePapers(report);
    if (!isGood(report)) process.exitCode = 1;
    if (isGood(report) && options.log === undefined) await rm(folder, { recursive: true });
    else progress(`every operation is written down in ${folder}`);
  } finally {
    await lab.close();
  }
}

function chosen({ kinds, quick, repeat }: FaultOptions): Fault[] {
  const those = FAULTS.filter((fault) => (kinds.length === 0 ? !quick || fault.quick : kinds.includes(fault.kind)));
  return those.flatMap((fault) => Array.from({ length: repeat }, () => fault));
}

const settingsOf = ({ seconds, quick }: FaultOptions, random: () => number): Omit<RunSettings, 'folder'> => ({
  random,
  clients: quick ? 8 : 16,
  size: { tenants: quick ? 2 : 3, people: quick ? 10 : 20 },
  warmMs: seconds * 1_000,
  holdMs: seconds * 1_000,
  timed: !quick,
});

async function run(lab: Lab, faults: readonly Fault[], settings: RunSettings): Promise<Omit<FaultReport, 'seed'>> {
  const runs: Ran[] = [];
  for (const fault of faults) {
    progress(`${fault.kind}: ${fault.name}`);
    const ran = await runFault(lab, fault, settings).catch((error: unknown) => notRun(fault, error));
    runs.push(ran);
    const { acknowledged, operations, unavailableMs, faults: broken } = ran.row;
    progress(
      `  ${acknowledged} of ${operations} acknowledged, ${unavailableMs} ms unavailable; ${broken.length} faults`,
    );
    broken.forEach((one) => progress(`  ${one}`));
    // What the processes are in now, nobody knows; the rows so far are told.
    if (ran.history.length === 0) break;
  }
  const late = await atRest(lab, runs);
  const machine = { ...describeMachine(), mongod: `${lab.version}, three nodes` };
  return {
    machine,
    rows: runs.map(({ row }) => row),
    atRest: late.map(({ invariant, what }) => `${invariant}: ${what}`),
  };
}

async function atRest(lab: Lab, runs: readonly Ran[]): Promise<Finding[]> {
  for (let waited = 0; waited < REST_LIMIT_MS; waited += REST_POLL_MS) {
    if ((await lab.database.collection('journal').countDocuments({ due: { $exists: true } })) === 0) break;
    await sleep(REST_POLL_MS);
  }
  return checkAtRest(lab, runs);
}

const progress = (text: string): void => void process.stderr.write(`${text}\n`);

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
