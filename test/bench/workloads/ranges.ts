import { People } from '../http/people';
import { productionFor } from '../http/production';
import { DATES, type DatesQuestion, RANGE_QUERY, type RawQuestion } from '../http/questions';
import { AIMS_BESIDE_PEERS, FASTIFY, overGraphql, RAW } from '../peers';
import { RangeData, type RangeRequest } from '../range-data';
import {
  type Connection,
  CONNECTIONS,
  measureReader,
  pageOf,
  pageOfGraphql,
  type Reader,
  rowOf,
  withReaders,
} from '../reading';
import { interleave } from '../rounds';
import type { Aim, Bench, Workload } from './workload';

const REQUESTS = 1_500;
/** As many show whether pages are right. */
const FEW_REQUESTS = 200;

interface DateNode {
  readonly id: string;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly startsAtLocal: string;
  readonly timezone: string;
  readonly status: string;
  readonly capacity: number | null;
  readonly seatsLeft: number | null;
}

const valuesOf = (node: Omit<DateNode, 'id'>): unknown[] => [
  node.startsAt,
  node.endsAt,
  node.startsAtLocal,
  node.timezone,
  node.status,
  node.capacity,
  node.seatsLeft,
];

const questionOf = ({ from, to }: RangeRequest): DatesQuestion => ({
  from: from.toISOString(),
  to: to.toISOString(),
  first: DATES,
});

const READERS: readonly Reader<RangeRequest>[] = [
  ...overGraphql<RangeRequest>({
    ask: ({ from, to }) => JSON.stringify({ query: RANGE_QUERY, variables: { from, to } }),
    pageOf: (body) => pageOfGraphql<DateNode>(body, valuesOf),
  }),
  {
    ...FASTIFY,
    path: '/occurrences',
    ask: (request) => JSON.stringify(questionOf(request)),
    pageOf: (body) => pageOf(JSON.parse(body) as Connection<DateNode>, valuesOf),
  },
  {
    ...RAW,
    ask: (request) => JSON.stringify({ tenantId: request.tenantId, ...questionOf(request) } satisfies RawQuestion),
    pageOf: (body) => {
      const stored = JSON.parse(body) as (Omit<DateNode, 'id'> & { _id: string })[];
      return { rows: stored.map((row) => rowOf([row._id, ...valuesOf(row)])), info: null };
    },
  },
];

const AIMS: readonly Aim[] = [...AIMS_BESIDE_PEERS, { subject: 'S', kind: 'cpu', against: 'R', atMost: 3 }];

/** W3: the next 30 days of some organization, from anywhere in its calendar. */
export const ranges: Workload = {
  id: 'W3',
  run: async (bench: Bench) => {
    const people = new People(bench.database);
    bench.progress(`${bench.options.occurrences} occurrences`);
    const data = await RangeData.create(bench.database, people, bench.options.occurrences);
    const plan = { readers: READERS, environment: productionFor(people) };
    return withReaders(bench, plan, async (subjects) => [
      {
        id: 'W3',
        title: `pages of ${DATES} out of ${data.size} occurrences of 200 tenants, ${CONNECTIONS} connections: answers per second`,
        unit: '/s',
        subjects,
        rounds: await interleave(subjects, { ...bench, rounds: bench.options.rounds }, async (subject) => {
          const length = bench.options.quick ? FEW_REQUESTS : REQUESTS;
          const requests = Array.from({ length }, () => data.request(bench.random));
          return measureReader(bench.database, subject, requests);
        }),
        aims: AIMS,
        notes: ['CPU is that of server and database; all but R authenticate, and S validates its limits, too.'],
      },
    ]);
  },
};
