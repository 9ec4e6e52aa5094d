import { Command, InvalidArgumentError, Option } from 'commander';
import { parseInstant } from '../../src/graphql/scalars';
import { SIZES } from './scenario';
import { DEFAULT_SEED, SCENARIOS, type SeedRequest } from './seed-database';

export interface SeedOptions extends SeedRequest {
  /** Where the tokens go as JSON; null: nowhere. */
  readonly tokens: string | null;
  /** Empty the database first. */
  readonly reset: boolean;
  readonly allowRemote: boolean;
}

const MOST = 100_000;

const wholeFrom =
  (min: number) =>
  (text: string): number => {
    if (!/^\d{1,9}$/.test(text) || Number(text) < min || Number(text) > MOST)
      throw new InvalidArgumentError(`a whole number from ${min} to ${MOST}.`);
    return Number(text);
  };

function instant(text: string): Date {
  const parsed = parseInstant(text);
  if (parsed === null || parsed.getUTCFullYear() < 2000 || parsed.getUTCFullYear() > 2099)
    throw new InvalidArgumentError('an instant of this century, e.g. 2027-01-04T00:00:00Z.');
  return parsed;
}

const AFTERWORD = `
Works on MONGODB_URI or, unset, on the embedded database in DATA_DIR, whether or not the service runs on it.
The same arguments give the same data; what is there already is left alone.

  demo       two organizations to look around in; as of this week
  load       many tenants, people and registrations, for load tools; as of 2027-01-04
  dst        series over every clock change of a year, in zones that differ; as of 2027-01-04
  conflicts  people whose every attempt overlaps; as of 2027-01-04
`;

type Given = Omit<SeedOptions, 'now' | 'organizations' | 'users' | 'tokens'> &
  Partial<Pick<SeedOptions, 'now' | 'organizations' | 'users' | 'tokens'>> & { readonly yes: boolean };

/** Reads the command line; commander ends the process where it makes no sense. */
export function readOptions(argv: readonly string[]): SeedOptions {
  const program = new Command('npm run seed --')
    .description('Fills a database with sample data.')
    .addOption(new Option('--scenario <name>', 'which data').choices(Object.keys(SCENARIOS)).makeOptionMandatory())
    .addOption(new Option('--size <size>', 'how much, for load and conflicts').choices(SIZES).default('small'))
    .option('--organizations <n>', 'in place of what the size says', wholeFrom(1))
    .option('--users <n>', 'of each organization, in place of what the size says', wholeFrom(3))
    .option('--seed <n>', 'other data of the same kind', wholeFrom(0), DEFAULT_SEED)
    .option('--now <instant>', 'what the dates are counted from', instant)
    .option('--tokens <file>', 'write everybody with an access token there, as JSON')
    .option('--reset', 'remove everything from the database first (with --yes)', false)
    .option('--yes', 'yes, remove everything', false)
    .option('--allow-remote', 'MONGODB_URI may name another machine: it is no production database', false)
    .addHelpText('after', AFTERWORD)
    .parse([...argv], { from: 'user' });
  const { yes, ...given } = program.opts<Given>();
  if (given.reset && !yes) program.error('--reset removes everything from the database: say --yes as well');
  const { sized } = SCENARIOS[given.scenario];
  if (!sized && (given.organizations !== undefined || given.users !== undefined))
    program.error(
      `the scenario ${given.scenario} has one size: --organizations and --users are for load and conflicts`,
    );
  return { now: null, organizations: null, users: null, tokens: null, ...given };
}
