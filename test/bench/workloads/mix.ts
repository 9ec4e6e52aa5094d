import { encodeId } from '../../../src/graphql/global-id';
import { closedLoop, type Loop } from '../closed-loop';
import { startServer } from '../http/child';
import { People } from '../http/people';
import { HttpPool } from '../http/pool';
import { productionFor } from '../http/production';
import { processorUs } from '../machine';
import { arrivals, openLoop } from '../open-loop';
import { DATES } from '../http/questions';
import { RangeData } from '../range-data';
import { interleave, type Measurement } from '../rounds';
import { quantile } from '../stats';
import { WrongOutcomeError } from '../verify';
import type { Workload } from './workload';

const CONNECTIONS = 64;
/** Clients of the closed loop that tells the capacity. */
const CLIENTS = 16;
const REQUESTS_AT_PEAK = 1_000;
const SHARE_OF_CAPACITY = 0.5;
const SECONDS = 8;
const MAX_P99_MS = { memory: 25, disk: 60 };
/** So many registrations are there before, over all people. */
const REGISTERED = 3_000;

const RANGE = `query Range($from: DateTime!, $to: DateTime!) {
  occurrences(range: { between: { from: $from, to: $to } }, first: ${DATES}) {
    edges { node { id startsAt endsAt startsAtLocal timezone status capacity seatsLeft } }
    pageInfo { hasNextPage endCursor }
  }
}`;
const MINE = `{ myRegistrations(first: 20) {
  edges { node { id status seats occurrence { id startsAt } } } pageInfo { hasNextPage }
} }`;
const REGISTER = `mutation Register($id: ID!) {
  registerForOccurrence(input: { occurrenceId: $id }) {
    __typename ... on RegisterForOccurrencePayload { registration { id status } }
  }
}`;
const CANCEL = `mutation Cancel($id: ID!) {
  cancelRegistration(input: { registrationId: $id }) { __typename }
}`;

const SUBJECT = { name: 'S', about: 'the service over HTTP and GraphQL' };

/** W7: what a service mostly does, at half of its capacity, whether it keeps up or not. */
export const mix: Workload = {
  id: 'W7',
  run: async (bench) => {
    const people = new People(bench.database);
    const data = await RangeData.create(bench.database, people, bench.options.occurrences);
    const service = await startServer('service-process', bench.database, { environment: productionFor(people) });
    const pool = new HttpPool(service.url);
    try {
      await pool.open(CONNECTIONS);
      const visitors = new Visitors(data, pool, bench.random);
      await closedLoop({ requests: REGISTERED, clients: CLIENTS }, () => visitors.register());
      const capacity = await capacityOf(visitors);
      const perSecond = capacity * SHARE_OF_CAPACITY;
      const all: number[] = [];
      const pids = [service.pid, bench.database.pid];
      const rounds = await interleave([SUBJECT], { ...bench, rounds: bench.options.rounds }, async () => {
        const due = arrivals(Math.round(perSecond * SECONDS), perSecond, bench.random);
        const before = processorUs(pids);
        const loop = await openLoop(due, () => visitors.ask());
        all.push(...loop.latenciesMs);
        return measurementOf(loop, processorUs(pids) - before);
      });
      const [p50, p99, p999, most] = [0.5, 0.99, 0.999, 1].map((share) => quantile(all, share).toFixed(1));
      return [
        {
          id: 'W7',
          title:
            'six of ten read a range page, two their registrations, 15 % register, 5 % cancel, in an open loop at ' +
            `${Math.round(perSecond)} per second, half of what ${CLIENTS} clients reach: p99 from the moment each was due`,
          unit: 'ms',
          subjects: [SUBJECT],
          rounds,
          aims: [{ subject: SUBJECT.name, kind: 'value', atMost: MAX_P99_MS[bench.database.storage] }],
          notes: [`W7, ${all.length} requests, no errors: p50 ${p50}, p99 ${p99}, p99.9 ${p999}, longest ${most} ms.`],
        },
      ];
    } finally {
      pool.close();
      await service.stop();
    }
  },
};

async function capacityOf(visitors: Visitors): Promise<number> {
  const plan = { requests: REQUESTS_AT_PEAK, clients: CLIENTS };
  // The first one warms up.
  await closedLoop(plan, () => visitors.ask());
  const { elapsedMs } = await closedLoop(plan, () => visitors.ask());
  return (REQUESTS_AT_PEAK * 1_000) / elapsedMs;
}

function measurementOf({ latenciesMs }: Loop<void>, cpuUs: number): Measurement {
  const [p50Ms = NaN, p99Ms = NaN] = [0.5, 0.99].map((share) => quantile(latenciesMs, share));
  return { value: p99Ms, p50Ms, p99Ms, cpuUs: cpuUs / latenciesMs.length, abortsPerSuccess: NaN };
}

/** People of 200 organizations, and what they have registered for. */
class Visitors {
  readonly #asked = new Set<string>();
  readonly #registered: { readonly id: string; readonly token: string }[] = [];

  constructor(
    private readonly data: RangeData,
    private readonly pool: HttpPool,
    private readonly random: () => number,
  ) {}

  ask(): Promise<void> {
    const dice = this.random();
    if (dice < 0.6) return this.readRange();
    if (dice < 0.8) return this.readMine();
    return dice < 0.95 ? this.register() : this.cancel();
  }

  /** For a date that this person has not asked for: two of a series never overlap. */
  async register(): Promise<void> {
    const { token, ids } = this.data.request(this.random);
    const free = ids.find((id) => !this.#asked.has(id));
    if (free === undefined) return this.register();
    this.#asked.add(free);
    const body = await this.send(REGISTER, { id: encodeId('Occurrence', free) }, token);
    const { registration } = (JSON.parse(body) as Registered).data.registerForOccurrence;
    if (registration?.status !== 'CONFIRMED') throw new WrongOutcomeError(SUBJECT.name, [body.slice(0, 300)]);
    this.#registered.push({ id: registration.id, token });
  }

  private async readRange(): Promise<void> {
    const { token, from, to, ids } = this.data.request(this.random);
    const body = await this.send(RANGE, { from, to }, token);
    const last = ids.at(-1);
    if (last === undefined || !body.includes(encodeId('Occurrence', last))) {
      throw new WrongOutcomeError(SUBJECT.name, ['a page without its last date']);
    }
  }

  private async readMine(): Promise<void> {
    const body = await this.send(MINE, {}, this.data.request(this.random).token);
    if (!body.includes('CONFIRMED')) throw new WrongOutcomeError(SUBJECT.name, [body.slice(0, 300)]);
  }

  private async cancel(): Promise<void> {
    const one = this.#registered.splice(Math.floor(this.random() * this.#registered.length), 1)[0];
    if (!one) return this.register();
    const body = await this.send(CANCEL, { id: one.id }, one.token);
    if (!body.includes('CancelRegistrationPayload')) throw new WrongOutcomeError(SUBJECT.name, [body.slice(0, 300)]);
  }

  /** @throws WrongOutcomeError where anything but a plain answer comes back */
  private async send(query: string, variables: object, token: string): Promise<string> {
    const { status, body } = await this.pool.post(JSON.stringify({ query, variables }), token);
    if (status !== 200 || body.includes('"errors"')) throw new WrongOutcomeError(SUBJECT.name, [body.slice(0, 300)]);
    return body;
  }
}

interface Registered {
  readonly data: {
    readonly registerForOccurrence: { readonly registration?: { readonly id: string; readonly status: string } };
  };
}
