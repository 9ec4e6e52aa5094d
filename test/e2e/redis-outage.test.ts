import { RedisLink } from '../../src/platform/redis';
import { FAILURES_TO_OPEN, REST_MS } from '../../src/platform/redis-breaker';
import { type Answer, dataOf } from '../support/client';
import { testRedis } from '../support/redis';
import { testService } from '../support/service';
import { secondProcess } from '../support/second-process';
import { Organization } from '../support/walk/organization';
import { until } from '../support/until';

jest.setTimeout(20_000);

const CAPACITY = 5;
const redis = testRedis();
const environment = {
  get REDIS_URL() {
    return redis.url;
  },
  ...{ RATE_LIMIT_ADDRESS: '0', RATE_LIMIT_USER: '0', SECRETS_KEY: Buffer.alloc(32).toString('base64') },
};
const service = testService(environment);
const neighbour = secondProcess(service, environment);

const UPDATE = `mutation ($input: UpdateEventInput!) { updateEvent(input: $input) { __typename ... on UpdateEventPayload { event { name revision } } } }`;
const READ = `query ($id: ID!) { event(id: $id) { name revision } organization { id } }`;
const LIST = `query { occurrences(range: { next: { days: 60, timezone: "UTC" } }, first: 10) { edges { node { seatsTaken capacity event { id name } } } } }`;
const REGISTER = `mutation ($input: RegisterForOccurrenceInput!) { registerForOccurrence(input: $input) { __typename } }`;

interface Read {
  readonly event: { readonly name: string; readonly revision: number };
}
interface List {
  readonly occurrences: {
    readonly edges: readonly {
      readonly node: { seatsTaken: number; capacity: number; event: { id: string; name: string } };
    }[];
  };
}

/** What clients of the service see of one event that is edited, read and booked all the time. */
class Traffic {
  /** How often the event was renamed, as far as anybody was told. */
  acknowledged = 0;
  answered = 0;
  seatsGiven = 0;
  revision = 1;

  constructor(
    readonly house: Organization,
    private readonly eventId: string,
    private readonly occurrenceId: string,
  ) {}

  /** One who edits, several who read and register, here and at the neighbour. */
  async run(rounds: number): Promise<void> {
    for (let round = 0; round < rounds; round += 1) {
      await Promise.all([
        this.rename(),
        ...Array.from({ length: 4 }, () => this.read()),
        this.list(),
        this.register(),
        this.readAtNeighbour(),
      ]);
      await this.read();
    }
  }

  private async rename(): Promise<void> {
    const input = { eventId: this.eventId, expectedRevision: this.revision, name: `name ${this.acknowledged + 1}` };
    const { updateEvent } = this.fine(
      await service.ask<{ updateEvent: { event: { revision: number } } }>(UPDATE, { input }, this.house.admin.token),
    );
    this.revision = updateEvent.event.revision;
    this.acknowledged += 1;
  }

  /** Never older than what was acknowledged before it was asked. */
  private async read(): Promise<void> {
    const floor = this.acknowledged;
    const { event } = this.fine(await service.ask<Read>(READ, { id: this.eventId }, this.house.members.USER.token));
    this.expectName(event.name, floor);
  }

  private async list(): Promise<void> {
    const [floor, given] = [this.acknowledged, this.seatsGiven];
    const { occurrences } = this.fine(await service.ask<List>(LIST, {}, this.house.members.USER.token));
    const node = occurrences.edges.map((edge) => edge.node).find(({ event }) => event.id === this.eventId);
    this.expectName(node?.event.name, floor);
    // Seat numbers come from no cache.
    expect(node?.seatsTaken).toBeGreaterThanOrEqual(Math.min(given, 1));
    expect(node?.seatsTaken).toBeLessThanOrEqual(CAPACITY);
  }

  private async register(): Promise<void> {
    const input = { occurrenceId: this.occurrenceId };
    const answer = this.fine(
      await service.ask<{ registerForOccurrence: { __typename: string } }>(
        REGISTER,
        { input },
        this.house.members.USER.token,
      ),
    );
    if (answer.registerForOccurrence.__typename === 'RegisterForOccurrencePayload') this.seatsGiven += 1;
  }

  /** Behind, perhaps; never something that was not so. */
  private async readAtNeighbour(): Promise<void> {
    const answer = await neighbour.ask<Read>(READ, { id: this.eventId }, this.house.members.USER.token);
    this.expectName(this.fine(answer).event.name, 0);
  }

  private expectName(name: string | undefined, floor: number): void {
    const [, at] = /^name (\d+)$/.exec(name ?? '') ?? [];
    expect(Number(at)).toBeGreaterThanOrEqual(floor);
    // The one that is under way may be seen already.
    expect(Number(at)).toBeLessThanOrEqual(this.acknowledged + 1);
  }

  private fine<Data>(answer: Answer<Data>): Data {
    this.answered += 1;
    expect(answer.status).toBe(200);
    return dataOf(answer);
  }
}

const linkOf = (): RedisLink => service.running.app.get(RedisLink);
const commandsOfCache = () => {
  const spy = jest.spyOn(linkOf().client ?? never(), 'sendCommand');
  return () => spy.mock.calls.filter(([{ args }]) => args.some((arg) => String(arg).startsWith('t:'))).length;
};
const never = (): never => {
  throw new Error('there is a Redis');
};

let traffic: Traffic;
let eventId: string;

beforeAll(async () => {
  const house = await Organization.found(service, 'Outage');
  const event = await house.event({ name: 'name 0', capacity: CAPACITY, startsAtLocal: '2027-01-20T10:00:00' });
  eventId = event.id;
  traffic = new Traffic(house, event.id, event.occurrences[0]?.id ?? '');
  await until(() => linkOf().usable && linkOf().hears, 'Redis is in reach and heard');
});
afterEach(async () => {
  jest.restoreAllMocks();
  service.clock.advance(REST_MS);
  await until(() => linkOf().client?.status === 'ready', 'Redis is connected');
  // Whatever was, both processes end up with what is true.
  await traffic.run(1);
  await until(
    async () => (await nameAtNeighbour()) === `name ${traffic.acknowledged}`,
    'the neighbour tells the last name',
  );
});
const nameAtNeighbour = async (): Promise<string> => {
  service.clock.advance(REST_MS);
  return dataOf(await neighbour.ask<Read>(READ, { id: eventId }, traffic.house.admin.token)).event.name;
};

describe('requests that read, edit and register', () => {
  it('are answered from the cache where it can', async () => {
    const sent = commandsOfCache();
    await traffic.run(3);

    expect(sent()).toBeGreaterThan(0);
  });

  it('are answered right while Redis does not answer, and soon leave it alone', async () => {
    redis.pause();
    try {
      for (let n = 0; n < FAILURES_TO_OPEN && linkOf().usable; n += 1) await traffic.run(1);
      const sent = commandsOfCache();
      await traffic.run(5);
      expect(sent()).toBe(0);
    } finally {
      redis.resume();
    }
  });

  it('are answered right while Redis is killed, away and new again', async () => {
    const dying = traffic.run(3);
    await redis.kill();
    await dying;
    await traffic.run(2);
    const reviving = traffic.run(3);
    await redis.restart();
    await reviving;
  });

  it('are answered right while Redis is full', async () => {
    await redis.admin.config('SET', 'maxmemory', '1');
    await traffic.run(5);
    await redis.admin.config('SET', 'maxmemory', '0');
  });

  it('are answered right while Redis may only be read', async () => {
    await redis.admin.replicaof('127.0.0.1', 1);
    await traffic.run(5);
    await redis.admin.replicaof('NO', 'ONE');
  });

  it('are answered right while Redis loses everything again and again', async () => {
    const during = traffic.run(6);
    for (let n = 0; n < 20; n += 1) await redis.admin.flushall();
    await during;
  });

  it('are answered right while somebody else writes garbage under every key', async () => {
    const during = traffic.run(6);
    for (let n = 0; n < 20; n += 1) await spoil();
    await during;
  });

  it('were some hundred, and sold no seat twice', async () => {
    expect(traffic.answered).toBeGreaterThan(300);
    expect(traffic.seatsGiven).toBe(1);
    expect(service.log.filter(({ level }) => level === 'error')).toEqual([]);
  });
});

const SPOILERS: readonly ((key: string) => Promise<unknown>)[] = [
  (key) => redis.admin.set(key, 'garbage'),
  (key) => redis.admin.del(key).then(() => redis.admin.lpush(key, 'garbage')),
  (key) => redis.admin.set(key, 'x'.repeat(100_000)),
  async (key) => redis.admin.set(key, `${(await redis.admin.get(key))?.slice(0, 17)}{"name":"poison"}`),
];

async function spoil(): Promise<void> {
  const keys = await redis.admin.keys('t:*');
  // Some find what others, or the service, wrote meanwhile.
  await Promise.allSettled(keys.map(async (key, n) => SPOILERS[n % SPOILERS.length]?.(key)));
}
