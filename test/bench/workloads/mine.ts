import { People } from '../http/people';
import { productionFor } from '../http/production';
import { MINE_QUERY, type RawQuestion, REGISTRATIONS } from '../http/questions';
import { AIMS_BESIDE_PEERS, FASTIFY, overGraphql, RAW } from '../peers';
import { type MineRequest, RegistrationData } from '../registration-data';
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
import type { Aim, Workload } from './workload';

const REQUESTS = 3_000;
/** As many show whether pages are right. */
const FEW_REQUESTS = 200;

interface RegistrationRow {
  readonly id: string;
  readonly status: string;
  readonly seats: number;
  readonly createdAt: string;
  readonly revision: number;
}

interface StoredRow {
  readonly _id: string;
  readonly status: string;
  readonly seats: number;
  readonly at: string;
  readonly version: number;
}

const valuesOf = ({ status, seats, createdAt, revision }: RegistrationRow): unknown[] => [
  status,
  seats,
  createdAt,
  revision,
];

const READERS: readonly Reader<MineRequest>[] = [
  ...overGraphql<MineRequest>({
    ask: () => JSON.stringify({ query: MINE_QUERY }),
    pageOf: (body) => pageOfGraphql<RegistrationRow>(body, valuesOf),
  }),
  {
    ...FASTIFY,
    path: '/registrations',
    ask: () => JSON.stringify({ first: REGISTRATIONS }),
    pageOf: (body) => pageOf(JSON.parse(body) as Connection<RegistrationRow>, valuesOf),
  },
  {
    ...RAW,
    ask: ({ tenantId, userId }) => JSON.stringify({ tenantId, userId, first: REGISTRATIONS } satisfies RawQuestion),
    pageOf: (body) => {
      const stored = JSON.parse(body) as StoredRow[];
      return {
        rows: stored.map(({ _id, status, seats, at, version }) => rowOf([_id, status, seats, at, version])),
        info: null,
      };
    },
  },
];

const AIMS: readonly Aim[] = [...AIMS_BESIDE_PEERS, { subject: 'S', kind: 'cpu', against: 'R', atMost: 1.3 }];

/** W4: the first page of somebody's own registrations, of which there are many. */
export const mine: Workload = {
  id: 'W4',
  run: async (bench) => {
    const people = new People(bench.database);
    const data = await RegistrationData.create(bench.database, people);
    const plan = { readers: READERS, environment: productionFor(people) };
    return withReaders(bench, plan, async (subjects) => [
      {
        id: 'W4',
        title: `pages of ${REGISTRATIONS} out of 500 registrations of one's own, ${CONNECTIONS} connections: answers per second`,
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
