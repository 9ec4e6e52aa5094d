import { getConnectionToken } from '@nestjs/mongoose';
import type { Connection, Types } from 'mongoose';
import type { Document } from '../../src/store/driver';
import { rawPost } from '../support/raw-post';
import { testService } from '../support/service';
import { ACROSS_SHARDS, SHARDED } from '../support/shard-keys';
import { succeeded } from '../support/walk/answer';
import { furnished, type Furnished } from '../support/walk/mirrored';
import { sampleOf } from '../support/walk/samples';
import { operations } from '../support/wire';

jest.setTimeout(120_000);

const service = testService();
let world: Furnished;
beforeAll(async () => {
  world = await furnished(service, 'A');
});

/** A statement as the server's profiler tells it. */
interface Profiled {
  readonly op: string;
  readonly ns: string;
  readonly command: Document;
}

const running = (): Connection => service.running.app.get<Connection>(getConnectionToken());

/** Everything that the service asks for while `work` runs, and by which filter; what is inserted has its shard key. */
async function statements(work: () => Promise<unknown>): Promise<Profiled[]> {
  const connection = running();
  const database = connection.getClient().db(connection.name);
  await database.command({ profile: 2 });
  await work();
  await database.command({ profile: 0 });
  const rows = await database.collection<Profiled & Document>('system.profile').find().toArray();
  await database.collection('system.profile').drop();
  return rows.filter(({ op }) => ['query', 'update', 'remove', 'command'].includes(op));
}

const collectionOf = ({ ns }: Profiled): string => ns.slice(running().name.length + 1);

const filterOf = ({ command }: Profiled): Document => {
  const pipeline = command['pipeline'] as readonly Document[] | undefined;
  return (command['filter'] ?? command['query'] ?? command['q'] ?? pipeline?.[0]?.['$match'] ?? {}) as Document;
};

/** One value, or a list of them: what a router can send to the shards that have it, and to no others. */
const isNamed = (value: unknown): boolean => {
  if (value === undefined || value === null) return false;
  const operators = Object.keys(value).filter((key) => key.startsWith('$'));
  return operators.length === 0 || operators.join() === '$in' || operators.join() === '$eq';
};

/** The work queues are read across organizations: by ids that are due, every few seconds, from every shard. */
const isWorkQueue = (statement: Profiled): boolean =>
  ['journal', 'deliveries'].includes(collectionOf(statement)) &&
  'due' in filterOf(statement) &&
  statement.op === 'query';

const isSharded = (name: string): boolean => SHARDED.some((spec) => spec.name === name);

const missesItsShard = (statement: Profiled): boolean => {
  const spec = SHARDED.find(({ name }) => name === collectionOf(statement));
  if (!spec || isWorkQueue(statement)) return false;
  return !spec.shardKey.every((field) => isNamed(filterOf(statement)[field]));
};

/** The collections that each transaction wrote while `work` ran: the log of operations has one entry for each. */
async function transactions(work: () => Promise<unknown>): Promise<string[][]> {
  const client = running().getClient();
  const log = client.db('local').collection<LogEntry & Document>('oplog.rs');
  const [newest] = await log.find().sort({ $natural: -1 }).limit(1).toArray();
  await work();
  const inDatabase = { 'o.applyOps.ns': new RegExp(`^${running().name}\\.`) };
  const entries = await log.find({ ts: { $gt: newest?.ts }, ...inDatabase }).toArray();
  return entries.map(({ o }) => o.applyOps.map(({ ns }) => ns.slice(running().name.length + 1)));
}

interface LogEntry {
  readonly ts: unknown;
  readonly o: { readonly applyOps: readonly { readonly ns: string }[] };
}

/** Whether one transaction writes both to an organization's shard and to what all organizations share. */
const crossesShards = (written: readonly (readonly string[])[]): boolean =>
  written.some((names) => names.some(isSharded) && !names.every(isSharded));

it.each(operations)(
  '$name names the shard in every statement, and writes to one unless it is said to write to two',
  async ({ name, document: query }) => {
    const { organization } = world;
    const variables = await sampleOf(name).args(organization, organization.admin);
    let answered = false;
    let sent: readonly Profiled[] = [];
    const written = await transactions(async () => {
      sent = await statements(async () => {
        answered = succeeded(await rawPost(service.url, { query, variables, token: organization.admin.token }), name);
      });
    });
    expect(answered).toBe(true);
    expect(sent.filter(missesItsShard)).toEqual([]);
    expect(crossesShards(written)).toBe(ACROSS_SHARDS.includes(name));
  },
);

it('would notice one that does not', async () => {
  const sent = await statements(() => service.connection.collection('registrations').findOne({ holder: 'u:1' }));
  expect(sent.filter(missesItsShard).map(collectionOf)).toEqual(['registrations']);
});

it.each(SHARDED.filter(({ shardKey: [field] }) => field === '_id'))(
  'the ids of $name begin with the organization, so that one boundary divides them as it does everything else',
  async ({ name }) => {
    const docs = await service.connection.collection<{ _id: string; tenantId: Types.ObjectId }>(name).find().toArray();
    expect(docs.length).toBeGreaterThan(0);
    expect(docs.filter(({ _id, tenantId }) => !_id.startsWith(`${tenantId.toHexString()}|`))).toEqual([]);
  },
);
