import type { RegistrationId } from '../../../src/domain/ids';
import { encodeId, parseId } from '../../../src/graphql/global-id';
import type { BenchDatabase } from '../bench-database';
import { startServer, type ServerProcess } from '../http/child';
import { People } from '../http/people';
import { productionFor } from '../http/production';
import { HttpPool, type Reply } from '../http/pool';
import { drive, type BookingLoad, type Outcome } from '../load';
import { pinned } from '../pinning';
import type { OpenSubject, Subject } from './subject';

export const MAX_CONNECTIONS = 256;

const REGISTER = `mutation Register($input: RegisterForOccurrenceInput!) {
  registerForOccurrence(input: $input) {
    __typename
    ... on RegisterForOccurrencePayload { registration { id status seats createdAt } }
    ... on UserError { code message }
  }
}`;

interface Registered {
  readonly data?: {
    readonly registerForOccurrence: { readonly code?: string; readonly registration?: { id: string } };
  };
}

/**
 * S and F, each in a process that lives as long as `use` runs.
 *
 * @param seats of each occurrence, for the floor, which reads none
 */
export async function withServices<T>(
  database: BenchDatabase,
  seats: number,
  use: (subjects: readonly Subject[]) => Promise<T>,
): Promise<T> {
  const people = new People(database);
  const environment = productionFor(people);
  const servers: ServerProcess[] = [];
  const start = async (...args: string[]): Promise<ServerProcess> => {
    const server = await startServer('service-process', database, { args, environment });
    servers.push(server);
    return server;
  };
  try {
    const about = 'the service over HTTP and GraphQL';
    const service = overHttp({ name: 'S', about, keeps: 'everything' }, await start(), people);
    const floorAbout = 'the same service, its engine replaced by answers from memory';
    const floor = overHttp({ name: 'F', about: floorAbout, keeps: 'nothing' }, await start(String(seats)), people);
    return await use([service, floor]);
  } finally {
    for (const server of servers) await server.stop();
  }
}

const overHttp = (is: Omit<Subject, 'open'>, server: ServerProcess, people: People): Subject => ({
  ...is,
  open: async (): Promise<OpenSubject> => {
    const pool = new HttpPool(server.url);
    let tokens: readonly string[] = [];
    let bodies: readonly string[] = [];
    return {
      pids: [server.pid],
      transactions: null,
      prepare: async (load) => {
        tokens = await people.enrol(load.requests.map(personOf));
        bodies = load.requests.map(bodyOf);
        await pool.open(Math.min(load.clients, MAX_CONNECTIONS));
      },
      drive: (load) =>
        pinned(() =>
          drive(load, async (_request, index) => toOutcome(await pool.post(bodies[index] ?? '', tokens[index] ?? ''))),
        ),
      close: async () => pool.close(),
    };
  },
});

type Request = BookingLoad['requests'][number];

function personOf({ scope: { tenantId }, command: { userId } }: Request): Parameters<People['enrol']>[0][number] {
  if (userId === null) throw new Error('only users sign in');
  return { tenantId, userId };
}

const bodyOf = ({ command: { occurrenceId, seats } }: Request): string =>
  JSON.stringify({
    query: REGISTER,
    variables: { input: { occurrenceId: encodeId('Occurrence', occurrenceId), seats } },
  });

function toOutcome({ status, body }: Reply): Outcome {
  const { data } = JSON.parse(body) as Registered;
  const result = data?.registerForOccurrence;
  if (status !== 200 || !result) throw new Error(`HTTP ${status}: ${body.slice(0, 500)}`);
  if (!result.registration) return { code: result.code ?? 'nothing', registrationId: null };
  return { code: 'CONFIRMED', registrationId: parseId(result.registration.id)?.id as RegistrationId };
}
