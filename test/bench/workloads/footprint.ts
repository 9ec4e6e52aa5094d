import { encodeId } from '../../../src/graphql/global-id';
import { closedLoop } from '../closed-loop';
import { startServer } from '../http/child';
import { People } from '../http/people';
import { HttpPool } from '../http/pool';
import { productionFor } from '../http/production';
import { processorUs, residentMiB } from '../machine';
import { RangeData } from '../range-data';
import { interleave, type Measurement } from '../rounds';
import { WrongOutcomeError } from '../verify';
import type { Bench, Section, Workload } from './workload';

const CONNECTIONS = 16;
const OCCURRENCES = 40_000;
const MAX_START_MS = 2_000;
const MAX_AFTER_START_MIB = 200;
const MAX_AFTER_LOAD_MIB = 400;

const PAGE = `query Range($from: DateTime!, $to: DateTime!) {
  occurrences(range: { between: { from: $from, to: $to } }, first: 20) {
    edges { node { id startsAt endsAt status seatsLeft } } pageInfo { hasNextPage endCursor }
  }
}`;
const REGISTER = `mutation Register($occurrenceId: ID!) {
  registerForOccurrence(input: { occurrenceId: $occurrenceId }) { __typename }
}`;
const ORGANIZATION = '{ organization { id name timezone } }';

const SERVICE = {
  name: 'S',
  about: 'the service in a process of its own, as in production; the database is another one',
};

/** What one process of the service takes: time until it listens on a prepared database, and memory (issue 5). */
export const footprint: Workload = {
  id: 'footprint',
  run: async (bench) => {
    const people = new People(bench.database);
    const environment = productionFor(people);
    const data = await RangeData.create(bench.database, people, OCCURRENCES);
    const fresh: number[] = [];
    const starts = await interleave([SERVICE], { ...bench, rounds: bench.options.rounds }, async () => {
      const started = performance.now();
      const service = await startServer('service-process', bench.database, { environment });
      const took = performance.now() - started;
      fresh.push(residentMiB(service.pid));
      await service.stop();
      return single(took);
    });
    return [
      section(
        { id: 'start', title: 'from the start of the process to listening', unit: 'ms', rounds: starts },
        MAX_START_MS,
      ),
      section(
        {
          id: 'memory',
          title: 'resident memory once it listens',
          unit: 'MiB',
          rounds: roundsOf(fresh.slice(1), starts),
        },
        MAX_AFTER_START_MIB,
      ),
      await underLoad(bench, { data, environment }),
    ];
  },
};

interface Load {
  readonly data: RangeData;
  readonly environment: Record<string, string>;
}

/** One long run: memory that is not given back shows in it and nowhere else. */
async function underLoad(bench: Bench, { data, environment }: Load): Promise<Section> {
  const { requests } = bench.options;
  const service = await startServer('service-process', bench.database, { environment });
  try {
    const pool = new HttpPool(service.url);
    await pool.open(CONNECTIONS);
    const rounds = await interleave([SERVICE], { ...bench, rounds: 1 }, async () => {
      const before = processorUs([service.pid]);
      const loop = await closedLoop({ requests, clients: CONNECTIONS }, async (index) => {
        const { body, token } = requestOf(index, data, bench.random);
        const answer = await pool.post(body, token);
        if (answer.status !== 200 || answer.body.includes('"errors"'))
          throw new WrongOutcomeError('S', [answer.body.slice(0, 300)]);
        return answer.status;
      });
      bench.progress(`${Math.round((requests * 1_000) / loop.elapsedMs)} requests per second`);
      return { ...single(residentMiB(service.pid, 'peak')), cpuUs: (processorUs([service.pid]) - before) / requests };
    });
    pool.close();
    // The warming round is as long as the one that counts: what it shows is after twice as many.
    // The peak, not the end: the collector makes a saw of it.
    const title = `most resident memory in ${2 * requests} requests: seven in ten read a page, two the organization, one registers`;
    return section({ id: 'memory under load', title, unit: 'MiB', rounds }, MAX_AFTER_LOAD_MIB);
  } finally {
    await service.stop();
  }
}

function requestOf(index: number, data: RangeData, random: () => number): { body: string; token: string } {
  const { from, to, token, ids } = data.request(random);
  const kind = index % 10;
  if (kind < 7) return { token, body: JSON.stringify({ query: PAGE, variables: { from, to } }) };
  if (kind < 9) return { token, body: JSON.stringify({ query: ORGANIZATION }) };
  const [first] = ids;
  const occurrenceId = first === undefined ? '' : encodeId('Occurrence', first);
  return { token, body: JSON.stringify({ query: REGISTER, variables: { occurrenceId } }) };
}

const single = (value: number): Measurement => ({
  value,
  p50Ms: NaN,
  p99Ms: NaN,
  cpuUs: NaN,
  abortsPerSuccess: NaN,
});

/** Other figures of the same rounds. */
const roundsOf = (values: readonly number[], rounds: Section['rounds']): Section['rounds'] =>
  rounds.map((round, index) => ({ ...round, measurements: new Map([[SERVICE.name, single(values[index] ?? NaN)]]) }));

type Shown = Pick<Section, 'id' | 'title' | 'unit' | 'rounds'>;

const section = (shown: Shown, atMost: number): Section => ({
  ...shown,
  subjects: [SERVICE],
  aims: [{ subject: SERVICE.name, kind: 'value', atMost }],
  notes: [],
});
