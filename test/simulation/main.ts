import { Command, InvalidArgumentError } from 'commander';
import { fork, type ChildProcess } from 'node:child_process';
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
  /** After how long no further block is begun: what was run until then is what counts. */
  readonly minutes: number;
  /** Hunts the mutants, too. */
  readonly mutants: boolean;
  /** Where the figures go as JSON. */
  readonly json?: string;
}

/** Seeds that a worker runs in one go. */
interface Block {
  readonly from: number;
  readonly count: number;
}

const BLOCK = 1_000;
/** More than any of the mutants needs. */
const MUTANT_LIMIT = 5_000;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

function whole(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) throw new InvalidArgumentError('must be a whole number from 1');
  return value;
}

/** Of a worker: runs the seeds it is handed, block by block, until there are no more. */
function runBlocks(): void {
  const simulator = new Simulator();
  const run = async ({ from, count }: Block): Promise<void> => {
    const before = process.cpuUsage();
    let tally = NOTHING_YET;
    for (let seed = from; seed < from + count; seed += 1) tally = together(tally, tallyOf(await simulator.run(seed)));
    const { user, system } = process.cpuUsage(before);
    process.send?.({ ...tally, cpuSeconds: (user + system) / 1e6 });
  };
  process.on('message', (block) => void run(block as Block));
}

/**
 * Several processes share the seeds: each has a time of its own to replace. Handed out a block at a time and every block run
 * to its end, so that a run that is cut short has run each seed from its first to its last.
 */
async function runAll({ schedules, seed, workers, minutes }: Options): Promise<Tally> {
  let total = NOTHING_YET;
  const began = performance.now();
  let handedOut = 0;
  const handOut = (child: ChildProcess): void => {
    const count = Math.min(BLOCK, schedules - handedOut);
    if (count === 0 || performance.now() - began > minutes * 60_000) return child.disconnect();
    child.send({ from: seed + handedOut, count } satisfies Block);
    handedOut += count;
  };
  const work = async (): Promise<void> => {
    const child = fork(__filename, ['blocks']);
    child.on('message', (tally) => {
      total = together(total, tally as Tally);
      const perSecond = Math.round(total.schedules / ((performance.now() - began) / 1_000));
      say(`${total.schedules} of ${schedules}, ${perSecond}/s, failed: ${total.failed.join(' ') || 'none'}`);
      handOut(child);
    });
    handOut(child);
    const [code] = (await once(child, 'exit')) as [number | null];
    if (code !== 0) throw new Error(`a worker ended with ${code}`);
  };
  await Promise.all(Array.from({ length: workers }, work));
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
  .option('--minutes <count>', 'begins no further thousand after so long', whole, 24 * 60)
  .option('--no-mutants', 'without the deliberate faults')
  .option('--json <file>', 'writes the figures there')
  .action((options: Options) => runAndReport(options));

program.command('blocks', { hidden: true }).action(runBlocks);

program
  .command('seed')
  .description('runs one seed and tells its story')
  .argument('<seed>', 'which', whole)
  .action(async (seed: number) => {
    const { story, violations } = await new Simulator().run(seed);
    for (const line of [...story(), ...violations.map((violation) => `WRONG: ${violation}`)]) say(line);
  });

void program.parseAsync();
