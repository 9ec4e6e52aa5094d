import { encodeId } from '../../../src/graphql/global-id';
import { closedLoop } from '../closed-loop';
import { startServer, type ServerProcess } from '../http/child';
import { People } from '../http/people';
import { HttpPool } from '../http/pool';
import { productionFor } from '../http/production';
import type { RangeQuestion } from '../http/raw-ranges-process';
import { processorUs } from '../machine';
import { PAGE, RangeData, type RangeRequest } from '../range-data';
import { interleave, type Measurement } from '../rounds';
import { quantile } from '../stats';
import { WrongOutcomeError } from '../verify';
import { chosen, type Bench, type Section, type Workload } from './workload';

const CONNECTIONS = 16;
const REQUESTS = 1_500;

const QUERY = `query Range($from: DateTime!, $to: DateTime!) {
  occurrences(range: { between: { from: $from, to: $to } }, first: ${PAGE}) {
    edges { node { id startsAt endsAt startsAtLocal timezone status capacity seatsLeft } }
    pageInfo { hasNextPage endCursor }
  }
}`;

/** One of those who answer ranges: how it is asked, and which ids its answer has. */
interface RangeSubject {
  readonly name: string;
  readonly about: string;
  readonly server: ServerProcess;
  ask(request: RangeRequest): string;
  idsOf(body: string): readonly string[];
  idOf(id: RangeRequest['expected'][number]): string;
}

/** W3: the next 30 days of some organization, from anywhere in its calendar. */
export const ranges: Workload = {
  id: 'W3',
  run: async (bench) => {
    const people = new People(bench.database);
    bench.progress(`${bench.options.occurrences} occurrences`);
    const data = await RangeData.create(bench.database, people, bench.options.occurrences);
    const environment = productionFor(people);
    const service = await startServer('service-process', bench.database, { environment });
    try {
      const raw = await startServer('raw-ranges-process', bench.database);
      try {
        return [await measured(bench, data, chosen(bench, [overGraphql(service), rawOf(raw)]))];
      } finally {
        await raw.stop();
      }
    } finally {
      await service.stop();
    }
  },
};

const measured = async (bench: Bench, data: RangeData, subjects: readonly RangeSubject[]): Promise<Section> => ({
  id: 'W3',
  title: `pages of ${PAGE} out of ${data.size} occurrences of 200 tenants, ${CONNECTIONS} connections: answers per second`,
  unit: '/s',
  subjects,
  rounds: await interleave(subjects, { ...bench, rounds: bench.options.rounds }, async (subject) => {
    const requests = Array.from({ length: REQUESTS }, () => data.request(bench.random));
    return measure(bench, subject, requests);
  }),
  aims: [{ subject: 'S', kind: 'cpu', against: 'R', atMost: 3 }],
  notes: ['CPU is that of server and database; S also authenticates, validates and looks for horizons.'],
});

const overGraphql = (server: ServerProcess): RangeSubject => ({
  name: 'S',
  about: 'the service over HTTP and GraphQL',
  server,
  ask: ({ from, to }) => JSON.stringify({ query: QUERY, variables: { from, to } }),
  idsOf: (body) => {
    const { data } = JSON.parse(body) as { data?: { occurrences: { edges: { node: { id: string } }[] } } };
    if (!data) throw new Error(body.slice(0, 500));
    return data.occurrences.edges.map(({ node }) => node.id);
  },
  idOf: (id) => encodeId('Occurrence', id),
});

const rawOf = (server: ServerProcess): RangeSubject => ({
  name: 'R',
  about: 'one raw find and JSON.stringify on node:http, nothing else',
  server,
  ask: ({ tenantId, from, to }) =>
    JSON.stringify({ tenantId, from: from.toISOString(), to: to.toISOString(), first: PAGE } satisfies RangeQuestion),
  idsOf: (body) => (JSON.parse(body) as { _id: string }[]).map(({ _id }) => _id),
  idOf: (id) => id,
});

async function measure(
  { database }: Bench,
  subject: RangeSubject,
  requests: readonly RangeRequest[],
): Promise<Measurement> {
  const pool = new HttpPool(subject.server.url);
  await pool.open(CONNECTIONS);
  const bodies = requests.map((request) => subject.ask(request));
  const pids = [subject.server.pid, database.pid];
  const before = processorUs(pids);
  const loop = await closedLoop({ requests: requests.length, clients: CONNECTIONS }, (index) =>
    pool.post(bodies[index] ?? '', requests[index]?.token ?? ''),
  );
  const cpuUs = (processorUs(pids) - before) / requests.length;
  pool.close();
  const pages = loop.answers.map(({ body }) => body);
  verifyPages(subject, requests, pages);
  return {
    value: (requests.length * 1_000) / loop.elapsedMs,
    p50Ms: quantile(loop.latenciesMs, 0.5),
    p99Ms: quantile(loop.latenciesMs, 0.99),
    cpuUs,
    abortsPerSuccess: NaN,
  };
}

/** Every page has to be the right one, date by date. */
function verifyPages(subject: RangeSubject, requests: readonly RangeRequest[], pages: readonly string[]): void {
  const faults = requests.flatMap(({ expected, from }, index) => {
    const ids = subject.idsOf(pages[index] ?? '');
    const right = ids.length === expected.length && expected.every((id, place) => subject.idOf(id) === ids[place]);
    return right ? [] : [`the page from ${from.toISOString()} has ${ids.length} dates, or others than expected`];
  });
  if (faults.length > 0) throw new WrongOutcomeError(subject.name, faults);
}
