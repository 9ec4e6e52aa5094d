import { DAY_MS } from '../../../src/domain/civil-date';
import { holderOfUser } from '../../../src/domain/ids';
import { SystemClock } from '../../../src/platform/clock';
import { fromOccurrence } from '../../../src/store/occurrence.schema';
import { makeEngine } from '../../support/engine';
import { at, makeOccurrence, makeRegister, makeScope } from '../../support/make';
import { storeOn } from '../../support/store';
import type { BenchDatabase } from '../bench-database';
import { closedLoop } from '../closed-loop';
import { processorUs } from '../machine';
import { median } from '../stats';
import type { TenantData } from './tenant-data';

/** Processor time of one operation, microseconds. */
export interface OperationCost {
  readonly operation: string;
  readonly mongodUs: number;
  readonly serviceUs: number;
}

export interface CostSetting {
  readonly database: BenchDatabase;
  readonly tenants: readonly TenantData[];
  /** When the stored dates begin and end. */
  readonly from: Date;
  readonly to: Date;
}

const TURNS = 5;
const PER_TURN = 400;
/** No more than the engine has transactions under way: nobody waits, and nothing is shared. */
const CLIENTS = 16;
const PAGE = 100;

type Operation = (turn: number) => Promise<(index: number) => Promise<void>>;

/** What the operations cost over the data as it stands: the median of five turns, without HTTP and GraphQL. */
export async function measureOperations(setting: CostSetting): Promise<OperationCost[]> {
  const operations: readonly (readonly [string, Operation])[] = [
    ['a registration, each for a date of its own', registrations(setting)],
    ['100 dates of 30 days', dateLists(setting)],
    ["20 of a person's registrations", ownLists(setting)],
  ];
  const costs: OperationCost[] = [];
  for (const [operation, prepare] of operations) costs.push({ operation, ...(await cost(setting.database, prepare)) });
  return costs;
}

async function cost({ pid }: BenchDatabase, prepare: Operation): Promise<Omit<OperationCost, 'operation'>> {
  const turns: { mongod: number; service: number }[] = [];
  // The first warms up.
  for (let turn = 0; turn <= TURNS; turn += 1) {
    const send = await prepare(turn);
    const before = { mongod: processorUs([pid]), service: processorUs([process.pid]) };
    await closedLoop({ requests: PER_TURN, clients: CLIENTS }, send);
    const spent = { mongod: processorUs([pid]) - before.mongod, service: processorUs([process.pid]) - before.service };
    if (turn > 0) turns.push(spent);
  }
  const perOperation = (of: (turn: (typeof turns)[number]) => number): number =>
    Math.round(median(turns.map(of)) / PER_TURN);
  return { mongodUs: perOperation(({ mongod }) => mongod), serviceUs: perOperation(({ service }) => service) };
}

function registrations({ database, tenants }: CostSetting): Operation {
  const { connection } = database;
  const { engine } = makeEngine(connection, new SystemClock());
  return async () => {
    const startsAt = at(24, new SystemClock().now());
    const dates = Array.from({ length: PER_TURN }, (_, n) =>
      makeOccurrence(pick(tenants, n).tenantId, { startsAt, capacity: 10 }),
    );
    await connection.collection('occurrences').insertMany(dates.map(fromOccurrence));
    return async (index) => {
      const date = pick(dates, index);
      const answer = await engine.submit(makeScope(date.tenantId), makeRegister(date));
      if (answer.kind !== 'done') throw new Error(`a registration ended as ${JSON.stringify(answer)}`);
    };
  };
}

function dateLists({ database, tenants, from, to }: CostSetting): Operation {
  const { occurrences } = storeOn(database.connection);
  return async (turn) => async (index) => {
    const n = turn * PER_TURN + index;
    const begin = new Date(from.getTime() + spread(n) * Math.max(0, to.getTime() - from.getTime() - 30 * DAY_MS));
    const range = { from: begin, to: new Date(begin.getTime() + 30 * DAY_MS) };
    const scope = makeScope(pick(tenants, n).tenantId);
    const query = { range, seesDrafts: false, now: from, first: PAGE, after: null };
    const { items } = await occurrences.pageInRange(scope, query);
    if (items.length !== PAGE) throw new Error(`a page of dates has ${items.length}`);
  };
}

function ownLists({ database, tenants }: CostSetting): Operation {
  const { registrations: stored } = storeOn(database.connection);
  return async (turn) => async (index) => {
    const tenant = pick(tenants, turn * PER_TURN + index);
    const holder = holderOfUser(pick(tenant.users, index));
    await stored.pageOfHolder(makeScope(tenant.tenantId), holder, { first: 20, after: null });
  };
}

/** Evenly over 0 to 1, in an order that jumps. */
const spread = (n: number): number => (n * 0.618_033_988_75) % 1;

function pick<T>(list: readonly T[], n: number): T {
  const one = list[n % list.length];
  if (one === undefined) throw new Error('there is nothing to pick from');
  return one;
}
