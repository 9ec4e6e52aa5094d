import { People } from '../http/people';
import { productionFor } from '../http/production';
import { DATES, type DatesQuestion, RANGE_QUERY, type RawQuestion, SELECT } from '../http/questions';
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

const overGraphql = (given: Omit<Reader<RangeRequest>, 'ask' | 'pageOf'>): Reader<RangeRequest> => ({
  ...given,
  ask: ({ from, to }) => JSON.stringify({ query: RANGE_QUERY, variables: { from, to } }),
  pageOf: (body) => pageOfGraphql<DateNode>(body, valuesOf),
});

const READERS: readonly Reader<RangeRequest>[] = [
  overGraphql({ name: 'S', about: 'the service over HTTP and GraphQL', script: 'service-process' }),
  overGraphql({
    name: 'stock',
    about: 'Nest and Apollo with their defaults, Mongoose with lean reads of whole documents',
    script: 'nest-apollo-process',
  }),
  overGraphql({
    name: 'stock-select',
    about: 'the same with lean reads of the fields asked for',
    script: 'nest-apollo-process',
    args: [SELECT],
  }),
  overGraphql({
    name: 'graphql-js',
    about: "the service's data path and authentication under graphql-js alone, on node:http",
    script: 'graphql-js-process',
  }),
  overGraphql({ name: 'yoga', about: "GraphQL Yoga with the driver's toArray", script: 'yoga-process' }),
  {
    name: 'fastify',
    about: "REST on Fastify with the driver's toArray",
    script: 'fastify-process',
    path: '/occurrences',
    ask: (request) => JSON.stringify(questionOf(request)),
    pageOf: (body) => pageOf(JSON.parse(body) as Connection<DateNode>, valuesOf),
  },
  {
    name: 'R',
    about: 'one raw find and JSON.stringify on node:http, nothing else',
    script: 'raw-process',
    ask: (request) => JSON.stringify({ tenantId: request.tenantId, ...questionOf(request) } satisfies RawQuestion),
    pageOf: (body) => {
      const stored = JSON.parse(body) as (Omit<DateNode, 'id'> & { _id: string })[];
      return { rows: stored.map((row) => rowOf([row._id, ...valuesOf(row)])), info: null };
    },
  },
];

const AIMS: readonly Aim[] = [
  { subject: 'S', kind: 'cpu', against: 'stock', atMost: 0.55 },
  { subject: 'S', kind: 'cpu', against: 'stock-select', atMost: 0.55 },
  { subject: 'S', kind: 'cpu', against: 'graphql-js', atMost: 1.7 },
  { subject: 'S', kind: 'cpu', against: 'yoga', atMost: 1 },
  { subject: 'S', kind: 'cpu', against: 'R', atMost: 3 },
];

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
        notes: ['CPU is that of server and database; S also authenticates, validates and looks for horizons.'],
      },
    ]);
  },
};
