import { Command, InvalidArgumentError } from 'commander';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import type { SimulationFigures } from '../support/simulation-paper';
import { MUTANTS } from './mutants';
import { shrink } from './shrink';
import { Simulator } from './simulation';
import { NOTHING_YET, tallyOf, together, type Tally } from './tally';

/*
 * Runs schedules by hand: `npm run simulate -- --schedules 100000 --seed 1`. Seeds that fail are printed, the first of them
 * with the smallest run that still does, and the exit code says so.
 */

interface Options {
  readonly schedules: number;
  readonly seed: number;
  readonly workers: number;
  /** After how long no further schedule is begun: what was run until then is what counts. */
  readonly minutes: number;
  /** Hunts the mutants, too. */
  readonly mutants: boolean;
  /** Where the figures go as JSON. */
  readonly json?: string;
}

const TOLD_EVERY = 1_000;
/** More than any of the mutants needs. */
const MUTANT_LIMIT = 5_000;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

function whole(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) throw new InvalidArgumentError('must be a whole number from 1');
  return value;
}

/** Of a worker: its share of the seeds, told bit by bit. */
async function runShare(from: number, count: number, minutes: number): Promise<void> {
  const until = performance.now() + minutes * 60_000;
  const simulator = new Simulator();
  let tally = NOTHING_YET;
  let cpu = process.cpuUsage();
  for (let seed = from; seed < from + count; seed += 1) {
    tally = together(tally, tallyOf(await simulator.run(seed)));
    const isLast = seed === from + count - 1 || performance.now() > until;
    if (tally.schedules < TOLD_EVERY && !isLast) continue;
    const { user, system } = process.cpuUsage(cpu);
    cpu = process.cpuUsage();
    process.send?.({ ...tally, cpuSeconds: (user + system) / 1e6 });
    tally = NOTHING_YET;
    if (isLast) break;
  }
  process.disconnect();
}

/** Several processes share the seeds: each has a time of its own to replace. */
async function runAll({ schedules, seed, workers, minutes }: Options): Promise<Tally> {
  let total = NOTHING_YET;
  const began = performance.now();
  const each = Math.ceil(schedules / workers);
  const work = async (worker: number): Promise<void> => {
    const count = Math.min(each, schedules - worker * each);
    if (count <= 0) return;
    const child = fork(__filename, ['share', String(seed + worker * each), String(count), String(minutes)]);
    child.on('message', (tally) => {
      total = together(total, tally as Tally);
      const perSecond = Math.round(total.schedules / ((performance.now() - began) / 1_000));
      say(`${total.schedules} of ${schedules}, ${perSecond}/s, failed: ${total.failed.join(' ') || 'none'}`);
    });
    const [code] = (await once(child, 'exit')) as [number | null];
    if (code !== 0) throw new Error(`a worker ended with ${code}`);
  };
  await Promise.all(Array.from({ length: workers }, (_, worker) => work(worker)));
  return total;
}

async function tellFailure(seed: number): Promise<void> {
  const simulator = new Simulator();
  const smallest = await shrink(simulator, await simulator.run(seed));
  say(`\nseed ${seed}: the smallest run that fails`);
  for (const call of smallest.program.calls) say(`  ${JSON.stringify(call)}`);
  say(`  faults ${JSON.stringify(smallest.rates)}`);
  for (const line of smallest.story()) say(`  ${line}`);
  for (const violation of smallest.violations) say(`  WRONG: ${violation}`);
}

type Hunted = SimulationFigures['mutants'][number];

async function huntMutants(from: number): Promise<Hunted[]> {
  const hunted: Hunted[] = [];
  for (const { name, found, slot } of MUTANTS) {
    const simulator = new Simulator(slot);
    let schedules: number | null = null;
    for (let run = 1; run <= MUTANT_LIMIT && schedules === null; run += 1) {
      const { violations } = await simulator.run(from + run - 1);
      if (violations.some((violation) => found.test(violation))) schedules = run;
    }
    say(`mutant noticed after ${schedules ?? 'never'}: ${name}`);
    hunted.push({ name, schedules });
  }
  return hunted;
}

async function runAndReport(options: Options): Promise<void> {
  const { failed, cpuSeconds, ...counted } = await runAll(options);
  const mutants = options.mutants ? await huntMutants(options.seed) : [];
  const cpuMsPerSchedule = Number(((cpuSeconds * 1_000) / counted.schedules).toFixed(2));
  const figures: SimulationFigures = {
    date: new Date().toISOString().slice(0, 10),
    firstSeed: options.seed,
    ...counted,
    failedSeeds: failed,
    cpuMsPerSchedule,
    mutants,
    node: process.version,
  };
  const text = JSON.stringify(figures, null, 2);
  say(text);
  if (options.json !== undefined) await writeFile(options.json, `${text}\n`);
  const [first] = failed;
  if (first !== undefined) await tellFailure(first);
  process.exitCode = first !== undefined || mutants.some(({ schedules }) => schedules === null) ? 1 : 0;
}

const program = new Command('simulate')
  .option('--schedules <count>', 'how many', whole, 10_000)
  .option('--seed <seed>', 'the first of them', whole, 1)
  .option('--workers <count>', 'processes that share them', whole, 1)
  .option('--minutes <count>', 'begins no further schedule after so long', whole, 24 * 60)
  .option('--no-mutants', 'without the deliberate faults')
  .option('--json <file>', 'writes the figures there')
  .action((options: Options) => runAndReport(options));

program
  .command('share', { hidden: true })
  .argument('<from>', '', whole)
  .argument('<count>', '', whole)
  .argument('<minutes>', '', whole)
  .action(runShare);

program
  .command('seed')
  .description('runs one seed and tells its story')
  .argument('<seed>', 'which', whole)
  .action(async (seed: number) => {
    const { story, violations } = await new Simulator().run(seed);
    for (const line of [...story(), ...violations.map((violation) => `WRONG: ${violation}`)]) say(line);
  });

void program.parseAsync();
