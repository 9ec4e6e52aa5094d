import { Command, InvalidArgumentError } from 'commander';

export interface BenchOptions {
  /** Ids of the workloads to run, in order. */
  readonly workloads: readonly string[];
  /** How many rounds count; one more warms up. */
  readonly rounds: number;
  readonly seed: number;
  /** Requests of one W2 measurement. */
  readonly registrations: number;
  /** Size of W3's data. */
  readonly occurrences: number;
  /** Requests of the long run that shows what memory is kept. */
  readonly requests: number;
  /** Names of subjects to leave out. */
  readonly without: readonly string[];
  readonly disk: boolean;
  /** Where the figures go as JSON. */
  readonly json?: string;
}

const DEFAULTS = { rounds: 9, registrations: 4_000, occurrences: 50_000, requests: 50_000 };
const QUICK = { rounds: 3, registrations: 1_000, occurrences: 10_000, requests: 5_000 };

const count = (text: string): number => {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) throw new InvalidArgumentError('a whole number from 1.');
  return value;
};

type Given = Partial<Omit<BenchOptions, 'workloads'>> & { readonly quick?: true };

/** Reads the command line; commander ends the process where it makes no sense. */
export function readOptions(argv: readonly string[], known: readonly string[]): BenchOptions {
  const program = new Command('bench')
    .description('Measures the booking engine and the service side by side with their floors and rivals.')
    .argument('[workloads...]', `which of ${known.join(', ')}; none: all`)
    .option('--rounds <n>', `rounds that count (${DEFAULTS.rounds})`, count)
    .option('--quick', `a first look: ${QUICK.rounds} rounds, less data`)
    .option('--registrations <n>', `requests of a W2 measurement (${DEFAULTS.registrations})`, count)
    .option('--occurrences <n>', `data of W3 (${DEFAULTS.occurrences})`, count)
    .option('--requests <n>', `of the footprint's long run, done twice (${DEFAULTS.requests})`, count)
    .option('--without <names...>', 'subjects to leave out, e.g. N')
    .option('--disk', 'the database on disk, not in memory: with the price of durability')
    .option('--seed <n>', 'order of subjects (1)', count)
    .option('--json <file>', 'write the figures there')
    .parse([...argv], { from: 'user' });
  const unknown = program.args.filter((id) => !known.includes(id));
  if (unknown.length > 0) program.error(`there is no workload ${unknown.join(', ')}; there are ${known.join(', ')}`);
  const { quick, ...given } = program.opts<Given>();
  return {
    seed: 1,
    without: [],
    disk: false,
    ...(quick ? QUICK : DEFAULTS),
    ...given,
    workloads: program.args.length > 0 ? program.args : known,
  };
}
