import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import type { EventId, TenantId, UserId } from '../../../src/domain/ids';
import { SystemClock } from '../../../src/platform/clock';
import { newId } from '../../../src/platform/new-id';
import { encodeId } from '../../../src/graphql/global-id';
import { fromOccurrence } from '../../../src/store/occurrence.schema';
import { at, makeOccurrence } from '../../support/make';
import { startServer } from '../http/child';
import { People } from '../http/people';
import { HttpPool } from '../http/pool';
import { productionFor } from '../http/production';
import { interleave, type Measurement } from '../rounds';
import { quantile } from '../stats';
import { WrongOutcomeError } from '../verify';
import type { Bench, Workload } from './workload';

/** Seats taken in one measurement, one after the other. */
const SEATS = 50;
const MAX_MS = 1_000;

const WATCH = `subscription ($id: ID!) { occurrenceAvailability(occurrenceId: $id) { seatsTaken } }`;
const REGISTER = `mutation ($id: ID!) { registerForOccurrence(input: { occurrenceId: $id }) { __typename } }`;

const SUBJECT = { name: 'S', about: 'a socket to one process of the service, seats taken in another' };

/** How long after its answer a seat that was taken in another process is seen on a WebSocket. */
export const live: Workload = {
  id: 'live',
  run: async (bench) => {
    const people = new People(bench.database);
    const environment = productionFor(people);
    const watched = await startServer('service-process', bench.database, { environment });
    const other = await startServer('service-process', bench.database, { environment });
    try {
      const rounds = await interleave([SUBJECT], { ...bench, rounds: bench.options.rounds }, async () =>
        measured(bench, { people, watched: watched.url, other: other.url }),
      );
      return [
        {
          id: 'live',
          title: `${SEATS} seats, one after the other: from the answer in one process to the message from another, the longest`,
          unit: 'ms',
          subjects: [SUBJECT],
          rounds,
          aims: [{ subject: SUBJECT.name, kind: 'value', atMost: MAX_MS }],
          notes: ['Through the journal and a change stream, which tells what is on a majority.'],
        },
      ];
    } finally {
      await other.stop();
      await watched.stop();
    }
  },
};

interface Scene {
  readonly people: People;
  readonly watched: URL;
  readonly other: URL;
}

async function measured({ database }: Bench, { people, watched, other }: Scene): Promise<Measurement> {
  const tenantId = newId<TenantId>();
  const eventId = newId<EventId>();
  const startsAt = at(24 * 30, new SystemClock().now());
  const occurrence = makeOccurrence(tenantId, { eventId, startsAt, capacity: SEATS });
  await database.connection.collection('occurrences').insertOne({ ...fromOccurrence(occurrence) });
  const tokens = await people.enrol(Array.from({ length: SEATS }, () => ({ tenantId, userId: newId<UserId>() })));
  const id = encodeId('Occurrence', occurrence.id);
  const seen = watch(watched, tokens[0] ?? '', id);
  await seen.at(0);
  const pool = new HttpPool(other);
  await pool.open(1);
  const waits: number[] = [];
  for (const [taken, token] of tokens.entries()) {
    const { body } = await pool.post(JSON.stringify({ query: REGISTER, variables: { id } }), token);
    const answered = performance.now();
    if (!body.includes('RegisterForOccurrencePayload')) throw new WrongOutcomeError('S', [body.slice(0, 300)]);
    waits.push(Math.max(0, (await seen.at(taken + 1)) - answered));
  }
  pool.close();
  await seen.end();
  const none = { cpuUs: NaN, abortsPerSuccess: NaN };
  return { value: Math.max(...waits), p50Ms: quantile(waits, 0.5), p99Ms: quantile(waits, 0.99), ...none };
}

/** The moments at which numbers of taken seats were shown. */
function watch(url: URL, token: string, id: string) {
  const shown = new Map<number, number>();
  let wake = (): void => undefined;
  const client = createClient({
    url: url.href.replace('http', 'ws'),
    webSocketImpl: WebSocket,
    connectionParams: { accessToken: token },
    retryAttempts: 0,
  });
  let fault: Error | undefined;
  client.subscribe<{ occurrenceAvailability: { seatsTaken: number } }>(
    { query: WATCH, variables: { id } },
    {
      next: ({ data, errors }) => {
        if (!data) fault = new WrongOutcomeError('S', [JSON.stringify(errors)]);
        else shown.set(data.occurrenceAvailability.seatsTaken, performance.now());
        wake();
      },
      error: (error) => {
        fault = error instanceof Error ? error : new Error(JSON.stringify(error));
        wake();
      },
      complete: () => undefined,
    },
  );
  return {
    at: async (seats: number): Promise<number> => {
      for (;;) {
        const moment = [...shown].find(([taken]) => taken >= seats)?.[1];
        if (moment !== undefined) return moment;
        if (fault !== undefined) throw fault;
        await new Promise<void>((resolve) => (wake = resolve));
      }
    },
    end: async (): Promise<void> => client.dispose(),
  };
}
