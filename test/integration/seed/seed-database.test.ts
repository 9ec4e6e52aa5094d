import { createHash } from 'node:crypto';
import { mongo, Types, type Connection } from 'mongoose';
import {
  DEMO,
  resetDatabase,
  seedDatabase,
  type ScenarioName,
  type SeedRequest,
  type SeedResult,
} from '../../../scripts/seed/seed-database';
import type { OccurrenceId } from '../../../src/domain/ids';
import { COLLECTIONS } from '../../../src/store/collections';
import { TestClock } from '../../support/clock';
import { makeEngine } from '../../support/engine';
import { brokenInvariants } from '../../support/invariants';
import { makeRegister, makeScope } from '../../support/make';
import { testDatabase, type TestDatabase } from '../../support/mongo';

const clock = new TestClock();
const first = testDatabase();
const second = testDatabase();

const request = (scenario: ScenarioName, given: Partial<SeedRequest> = {}): SeedRequest => ({
  ...DEMO,
  scenario,
  ...given,
});

const seed = ({ connection }: Pick<TestDatabase, 'connection'>, wanted: SeedRequest, at = clock): Promise<SeedResult> =>
  seedDatabase(connection, wanted, { clock: at, progress: () => undefined });

/** Everything in the database, byte for byte. */
async function digestOf(connection: Connection): Promise<string> {
  const digest = createHash('sha256');
  for (const { name } of COLLECTIONS) {
    const documents = await connection.collection(name).find().sort({ _id: 1 }).toArray();
    digest.update(name).update(mongo.BSON.EJSON.stringify(documents));
  }
  return digest.digest('hex');
}

beforeEach(async () => {
  await resetDatabase(first.connection);
  await resetDatabase(second.connection);
});

describe.each<[ScenarioName, Partial<SeedRequest>]>([
  ['demo', {}],
  ['load', { organizations: 2, users: 12 }],
  ['dst', {}],
  ['conflicts', { organizations: 2, users: 4 }],
])('the scenario %s', (scenario, given) => {
  const wanted = request(scenario, given);

  it('is the same data, to the byte, in two databases, and keeps every promise of the service', async () => {
    const { documentsWritten } = await seed(first, wanted);
    await seed(second, wanted);
    expect(await digestOf(second.connection)).toBe(await digestOf(first.connection));
    expect(documentsWritten).toBeGreaterThan(100);
    expect(await brokenInvariants(first.connection)).toEqual([]);
  });

  it('writes nothing the second time, and shows the same accounts and queries', async () => {
    const before = await seed(first, wanted);
    const digest = await digestOf(first.connection);
    const again = await seed(first, wanted);
    expect(again).toEqual({ ...before, documentsWritten: 0 });
    expect(await digestOf(first.connection)).toBe(digest);
  });

  it('is other data with another seed, next to the first', async () => {
    const one = await seed(first, wanted);
    const other = await seed(first, { ...wanted, seed: 7 });
    expect(other.documentsWritten).toBeGreaterThan(100);
    const ids = [...one.organizations, ...other.organizations].map(({ id }) => id);
    expect(new Set(ids).size).toBe(2 * one.organizations.length);
  });
});

describe('what people did since the first run', () => {
  it('is left as it is by the next one', async () => {
    const { organizations } = await seed(first, DEMO);
    const [harbour] = organizations;
    const uma = harbour?.people.find(({ user }) => user.name === 'Uma Keller');
    const free = await first.connection
      .collection('occurrences')
      .findOne(
        { tenantId: new Types.ObjectId(harbour?.id), startsAt: { $gt: clock.now() } },
        { sort: { startsAt: -1 } },
      );
    if (!uma || !free) throw new Error('the demo has nobody, or no date');
    const { engine } = makeEngine(first.connection, clock);
    const command = makeRegister({ id: free._id.toHexString() as OccurrenceId }, { userId: uma.user.id });
    expect(await engine.submit(makeScope(uma.user.tenantId), command)).toMatchObject({ kind: 'done' });
    const digest = await digestOf(first.connection);

    await seed(first, DEMO);

    expect(await digestOf(first.connection)).toBe(digest);
    expect(await brokenInvariants(first.connection)).toEqual([]);
  });

  it('survives a later week, in which the demo stays as of its first run', async () => {
    const before = await seed(first, DEMO);
    const digest = await digestOf(first.connection);
    const later = await seed(first, DEMO, new TestClock('2027-01-25T09:00:00Z'));
    expect(later.now).toEqual(before.now);
    expect(await digestOf(first.connection)).toBe(digest);
  });
});

describe('a run that was ended half-way', () => {
  it('is made good by the next one, whatever it left', async () => {
    await seed(second, DEMO);
    await seed(first, DEMO);
    const [harbour] = await first.connection.collection('organizations').find().sort({ slug: 1 }).toArray();
    const tenantId = harbour?._id;
    await first.connection.collection('organizations').deleteOne({ _id: tenantId });
    await first.connection.collection('timeLocks').deleteMany({ tenantId });
    await first.connection.collection('occurrences').updateMany({ tenantId }, { $set: { name: 'half-done' } });

    await seed(first, { ...DEMO, now: null });

    expect(await brokenInvariants(first.connection)).toEqual([]);
    const names = await first.connection.collection('occurrences').distinct('name');
    expect(names).toEqual([null]);
  });
});

describe('a database that does not fit', () => {
  it('is refused when the scenario is there as of another day, with three ways out', async () => {
    await seed(first, request('load', { organizations: 1, users: 5 }));
    const other = request('load', { organizations: 1, users: 5, now: new Date('2027-02-01T00:00:00Z') });
    await expect(seed(first, other)).rejects.toThrow(/as of 2027-01-04.*--now.*--seed.*--reset --yes/);
  });

  it('is refused when it has fewer people than are asked for', async () => {
    await seed(first, request('load', { organizations: 1, users: 5 }));
    await expect(seed(first, request('load', { organizations: 1, users: 6 }))).rejects.toThrow(/fewer people/);
  });

  it('is refused when somebody else has a slug of the scenario, before anything is written', async () => {
    await seed(second, DEMO);
    const [slug] = await second.connection.collection('organizations').find().sort({ slug: 1 }).toArray();
    await first.connection.collection('organizations').insertOne({ ...slug, _id: new Types.ObjectId() });
    await expect(seed(first, DEMO)).rejects.toThrow(/The slug of "Harbour Arts" is taken/);
    expect(await first.connection.collection('events').countDocuments()).toBe(0);
  });
});

describe('more organizations than the first time', () => {
  it('are added to those that are there', async () => {
    await seed(first, request('load', { organizations: 1, users: 5 }));
    const { documentsWritten } = await seed(first, request('load', { organizations: 2, users: 5 }));
    await seed(second, request('load', { organizations: 2, users: 5 }));
    expect(documentsWritten).toBeGreaterThan(0);
    expect(await digestOf(first.connection)).toBe(await digestOf(second.connection));
  });
});
