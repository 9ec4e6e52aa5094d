import { Types, type Connection } from 'mongoose';
import type { Clock } from '../../src/platform/clock';
import type { OrganizationDoc } from '../../src/store/organization.schema';
import { runMigrations } from '../../src/store/migrations';
import { RefusedToSeedError } from './refused-to-seed';
import type { FirstQuery, Scenario, Size } from './scenario';
import { SeedIds } from './seed-ids';
import { FOUNDED_BEFORE_MS, type SeededPerson, type SeedOrganization } from './seed-organization';
import { conflicts } from './scenarios/conflicts';
import { demo } from './scenarios/demo';
import { dst } from './scenarios/dst';
import { load } from './scenarios/load';
import { writeOrganization } from './write-organization';

export const SCENARIOS = { demo, load, dst, conflicts } as const satisfies Record<string, Scenario>;
export type ScenarioName = keyof typeof SCENARIOS;

export const DEFAULT_SEED = 42;

export interface SeedRequest {
  readonly scenario: ScenarioName;
  readonly seed: number;
  /** null: as of the first run, or the scenario's own. */
  readonly now: Date | null;
  readonly size: Size;
  /** null: as many as the size says. */
  readonly organizations: number | null;
  readonly users: number | null;
}

export const DEMO: SeedRequest = {
  scenario: 'demo',
  seed: DEFAULT_SEED,
  now: null,
  size: 'small',
  organizations: null,
  users: null,
};

export interface SeededOrganization {
  readonly name: string;
  readonly id: SeedOrganization['organization']['id'];
  readonly people: readonly SeededPerson[];
}

export interface SeedResult {
  /** The "now" of the data. */
  readonly now: Date;
  /** 0: everything was there already. */
  readonly documentsWritten: number;
  readonly organizations: readonly SeededOrganization[];
  readonly firstQueries: readonly FirstQuery[];
}

export interface SeedProgress {
  /** After each organization. */
  (done: number, of: number, documentsWritten: number): void;
}

/**
 * Makes a scenario and stores what of it is not there yet. An organization that is there is left as people have made
 * it since: a second run writes nothing.
 *
 * @throws RefusedToSeedError
 */
export async function seedDatabase(
  connection: Connection,
  request: SeedRequest,
  { clock, progress }: { readonly clock: Clock; readonly progress: SeedProgress },
): Promise<SeedResult> {
  await runMigrations(connection);
  const now = await nowOf(connection, request, clock);
  const plan = planOf(request, now, clock);
  const organizations: SeededOrganization[] = [];
  const firstQueries: FirstQuery[] = [];
  let documentsWritten = 0;
  for (let n = 0; n < plan.organizations; n += 1) {
    const { made, firstQueries: some } = plan.organization(n);
    if (await isThere(connection, made)) await requireItsPeople(connection, made);
    else documentsWritten += await writeOrganization(connection, made);
    const { id, name } = made.organization;
    organizations.push({ id, name, people: made.people });
    // Those of the first organization are enough to begin with.
    if (n === 0) firstQueries.push(...some);
    progress(n + 1, plan.organizations, documentsWritten);
  }
  return { now, documentsWritten, organizations, firstQueries };
}

/** Whether the request's scenario was seeded here before. */
export async function isSeeded(connection: Connection, request: SeedRequest, clock: Clock): Promise<boolean> {
  return (await firstOrganization(connection, request, clock)) !== null;
}

/** Whether nobody has an organization here. */
export const isEmpty = async (connection: Connection): Promise<boolean> =>
  (await connection.collection('organizations').findOne({})) === null;

/** Removes everything, and makes an empty database of the same name. */
export async function resetDatabase(connection: Connection): Promise<void> {
  await connection.dropDatabase();
  await runMigrations(connection);
}

function planOf({ scenario, seed, size, organizations, users }: SeedRequest, now: Date, clock: Clock) {
  const ids = SeedIds.of(seed, scenario);
  // Slugs and addresses are unique in a database: another seed's have its mark.
  const label = (name: string): string => (seed === DEFAULT_SEED ? name : `${name}-${ids.tag()}`);
  return SCENARIOS[scenario].plan({ ids, now, today: clock.now(), label, size, organizations, users });
}

/**
 * What was seeded keeps its "now": a demo of last week is a demo of last week, until it is reset.
 *
 * @throws RefusedToSeedError when another one is asked for
 */
async function nowOf(connection: Connection, request: SeedRequest, clock: Clock): Promise<Date> {
  const first = await firstOrganization(connection, request, clock);
  if (first === null) return request.now ?? SCENARIOS[request.scenario].defaultNow(clock);
  const now = new Date(first.createdAt.getTime() + FOUNDED_BEFORE_MS);
  if (request.now !== null && request.now.getTime() !== now.getTime()) {
    throw new RefusedToSeedError(
      `The scenario ${request.scenario} is there already, as of ${now.toISOString()}: leave --now out, choose another ` +
        '--seed, or empty the database with --reset --yes.',
    );
  }
  return now;
}

function firstOrganization(
  connection: Connection,
  request: SeedRequest,
  clock: Clock,
): Promise<OrganizationDoc | null> {
  const plan = planOf(request, SCENARIOS[request.scenario].defaultNow(clock), clock);
  return findOrganization(connection, plan.organization(0).made);
}

const findOrganization = (
  connection: Connection,
  { organization }: SeedOrganization,
): Promise<OrganizationDoc | null> =>
  connection.collection<OrganizationDoc>('organizations').findOne({ _id: new Types.ObjectId(organization.id) });

const isThere = async (connection: Connection, made: SeedOrganization): Promise<boolean> =>
  (await findOrganization(connection, made)) !== null;

/** Accounts and tokens are about to be shown: they have to be of people who are there. */
async function requireItsPeople(connection: Connection, { organization, people }: SeedOrganization): Promise<void> {
  const found = await connection.collection('users').countDocuments({
    tenantId: new Types.ObjectId(organization.id),
    _id: { $in: people.map(({ user }) => new Types.ObjectId(user.id)) },
  });
  if (found === people.length) return;
  throw new RefusedToSeedError(
    `"${organization.name}" is there already, with fewer people: ask for at most as many, choose another --seed, or ` +
      'empty the database with --reset --yes.',
  );
}
