import { SELECT } from './http/questions';
import type { Asked, Reader } from './reading';
import type { Aim } from './workloads/workload';

/** Those who answer the same GraphQL query over HTTP: the service, and what others would have built. */
export const overGraphql = <Request extends Asked>(
  how: Pick<Reader<Request>, 'ask' | 'pageOf'>,
): readonly Reader<Request>[] => [
  { ...how, name: 'S', about: 'the service over HTTP and GraphQL', script: 'service-process' },
  {
    ...how,
    name: 'stock',
    about: 'Nest and Apollo with their defaults, Mongoose with lean reads of whole documents',
    script: 'nest-apollo-process',
  },
  {
    ...how,
    name: 'stock-select',
    about: 'the same with lean reads of the fields asked for',
    script: 'nest-apollo-process',
    args: [SELECT],
  },
  {
    ...how,
    name: 'graphql-js',
    about: "the service's data path and authentication under graphql-js alone, on node:http",
    script: 'graphql-js-process',
  },
  { ...how, name: 'yoga', about: "GraphQL Yoga with the driver's toArray", script: 'yoga-process' },
];

/** REST in place of GraphQL. */
export const FASTIFY = {
  name: 'fastify',
  about: "REST on Fastify with the driver's toArray",
  script: 'fastify-process',
} as const;

/** The floor: no authentication, no validation, no layer. */
export const RAW = {
  name: 'R',
  about: 'one raw find and JSON.stringify on node:http, nothing else',
  script: 'raw-process',
} as const;

/** What processor time a read may take beside them (`scoreboard.md` §9.3). */
export const AIMS_BESIDE_PEERS: readonly Aim[] = [
  { subject: 'S', kind: 'cpu', against: 'stock', atMost: 0.55 },
  { subject: 'S', kind: 'cpu', against: 'stock-select', atMost: 0.55 },
  { subject: 'S', kind: 'cpu', against: 'graphql-js', atMost: 1.7 },
  { subject: 'S', kind: 'cpu', against: 'yoga', atMost: 1 },
];
