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
  /** Only whether the answers are right, on less data: nothing is said about speed. */
  readonly quick: boolean;
  /** Whether the figures go into the papers. */
  readonly save: boolean;
  /** Where the figures go as JSON, besides. */
  readonly json?: string;
  /** A folder for CPU profiles of the service and its peers over HTTP. */
  readonly profile?: string;
}

/** What is measured by itself. */
export const DEFAULTS = { rounds: 9, registrations: 4_000, occurrences: 50_000, requests: 50_000 };
/** The round that warms up is enough to be right or wrong. */
const QUICK = { rounds: 0, registrations: 300, occurrences: 40_000, requests: 1_000 };

const count = (text: string): number => {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) throw new InvalidArgumentError('a whole number from 1.');
  return value;
};

type Given = Partial<Omit<BenchOptions, 'workloads'>>;

/** Reads the command line; commander ends the process where it makes no sense. */
export function readOptions(argv: readonly string[], known: readonly string[]): BenchOptions {
  const program = new Command('bench')
    .description('Measures the booking engine and the service side by side with their floors and rivals.')
    .argument('[workloads...]', `which of ${known.join(', ')}; none: all`)
    .option('--rounds <n>', `rounds that count (${DEFAULTS.rounds})`, count)
    .option('--quick', 'only whether every answer is right, on less data; no figures')
    .option('--registrations <n>', `requests of a W2 measurement (${DEFAULTS.registrations})`, count)
    .option('--occurrences <n>', `data of W3 (${DEFAULTS.occurrences})`, count)
    .option('--requests <n>', `of the footprint's long run, done twice (${DEFAULTS.requests})`, count)
    .option('--without <names...>', 'subjects to leave out, e.g. N')
    .option('--disk', 'the database on disk, not in memory: with the price of durability')
    .option('--seed <n>', 'order of subjects (1)', count)
    .option('--save', 'put the figures into docs/benchmarks, as a run of all workloads and subjects does by itself')
    .option('--json <file>', 'write the figures there')
    .option('--profile <folder>', 'CPU profiles of the servers, for `npm run bench:shares`; of one workload at a time')
    .parse([...argv], { from: 'user' });
  const unknown = program.args.filter((id) => !known.includes(id));
  if (unknown.length > 0) program.error(`there is no workload ${unknown.join(', ')}; there are ${known.join(', ')}`);
  const { quick = false, without = [], ...given } = program.opts<Given>();
  const everything = program.args.length === 0 && without.length === 0;
  return {
    seed: 1,
    disk: false,
    save: everything && !quick,
    ...(quick ? QUICK : DEFAULTS),
    ...given,
    quick,
    without,
    workloads: program.args.length > 0 ? program.args : known,
  };
}
