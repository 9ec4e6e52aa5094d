import { Command, InvalidArgumentError } from 'commander';

export interface FaultOptions {
  /** Kinds to inject, e.g. F5; all of them where none is named. */
  readonly kinds: readonly string[];
  readonly seed: number;
  /** Seconds of load before each fault, and of each fault that has no length of its own. */
  readonly seconds: number;
  /** The short run of CI: few faults, and times are told, not judged. */
  readonly quick: boolean;
  /** Write the papers. */
  readonly save: boolean;
  /** Where the log of every operation goes; left out: a temporary folder, which stays where a promise was broken. */
  readonly log?: string;
  /** How often each kind is run. */
  readonly repeat: number;
}

const DEFAULT_SECONDS = 5;
const QUICK_SECONDS = 2;

const count = (text: string): number => {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) throw new InvalidArgumentError('a whole number from 1.');
  return value;
};

interface Given {
  readonly seed: number;
  readonly seconds?: number;
  readonly quick?: true;
  readonly save?: true;
  readonly repeat: number;
  readonly log?: string;
}

/** Reads the command line; commander ends the process where it makes no sense. */
export function readOptions(argv: readonly string[], known: readonly string[]): FaultOptions {
  const program = new Command('faults')
    .description(
      'Breaks what the service stands on while people book, and compares what they were told with what is there.',
    )
    .argument('[kinds...]', `which of ${known.join(', ')}; none: all`)
    .option('--seed <n>', 'what is asked for, and in which order', count, 1)
    .option('--seconds <n>', `of load before each fault, and of most faults (${DEFAULT_SECONDS})`, count)
    .option('--quick', 'a few faults, times not judged: what CI runs')
    .option('--repeat <n>', 'each so often', count, 1)
    .option('--log <folder>', 'where every operation is written down, as JSONL')
    .option('--save', 'write docs/faults.md and docs/faults.json')
    .parse([...argv], { from: 'user' });
  const unknown = program.args.filter((kind) => !known.includes(kind));
  if (unknown.length > 0) program.error(`there is no fault ${unknown.join(', ')}; there are ${known.join(', ')}`);
  const { seed, seconds, quick = false, save = false, repeat, log } = program.opts<Given>();
  return {
    kinds: program.args,
    seed,
    seconds: seconds ?? (quick ? QUICK_SECONDS : DEFAULT_SECONDS),
    quick,
    save,
    repeat,
    ...(log === undefined ? {} : { log }),
  };
}
