import type { Pool, PoolClient } from 'pg';
import { SystemClock } from '../../../src/platform/clock';
import type { TransactionStats } from '../../../src/store/unit-of-work';
import { drive, type BookingRequest, type Outcome } from '../load';
import { postgresFaults } from '../postgres/faults';
import { insertOccurrences, uuidOf } from '../postgres/rows';
import { ADD_JOURNAL_ROW, ADD_REGISTRATION, REGISTER, TAKE_SEATS } from '../postgres/schema';
import type { Postgres } from '../postgres/server';
import type { Subject } from './subject';

/** More only wait for each other: two processors, and a row lock in a storm. */
const CONNECTIONS = 16;
const PER_INSERT = 5_000;

/** P1 and P2, where there is a PostgreSQL. */
export const postgresSubjects = (postgres: Postgres | null): readonly Subject[] =>
  postgres === null
    ? []
    : [
        on(postgres, 'P1', 'PostgreSQL: five prepared statements in a transaction', byStatements),
        on(postgres, 'P2', 'PostgreSQL: one call of a PL/pgSQL function', byFunction),
      ];

type Register = (pool: Pool, request: BookingRequest) => Promise<boolean>;

const on = (postgres: Postgres, name: string, about: string, register: Register): Subject => ({
  name,
  about: `${about}; exclusion constraint, pool of ${CONNECTIONS}`,
  keeps: 'its own',
  open: async () => {
    const pool = postgres.pool(CONNECTIONS);
    const transactions: TransactionStats = { committed: 0, aborted: 0, conflicts: 0 };
    return {
      pids: [process.pid],
      databasePids: () => postgres.pids(),
      transactions,
      prepare: async ({ occurrences }) => {
        for (let from = 0; from < occurrences.length; from += PER_INSERT)
          await insertOccurrences(pool, occurrences.slice(from, from + PER_INSERT));
        await connectAll(pool);
        await pool.query('CHECKPOINT');
      },
      drive: (load) => drive(load, (request) => outcomeOf(pool, request, { register, transactions })),
      faults: (load, driven) => postgresFaults(pool, load, driven),
      close: () => pool.end(),
    };
  },
});

/** Before the clock runs, as the driver of the others does. */
async function connectAll(pool: Pool): Promise<void> {
  const clients = await Promise.all(Array.from({ length: CONNECTIONS }, () => pool.connect()));
  clients.forEach((client) => client.release());
}

const REFUSALS: Readonly<Record<string, string>> = {
  '23P01': 'OVERLAPPING_REGISTRATION',
  '23505': 'ALREADY_REGISTERED',
};

/** Two that insert what excludes each other at the same moment wait for one another: one of them has to try again. */
const RETRIED = new Set(['40P01', '40001']);

async function outcomeOf(
  pool: Pool,
  request: BookingRequest,
  { register, transactions }: { readonly register: Register; readonly transactions: TransactionStats },
): Promise<Outcome> {
  for (;;) {
    try {
      const done = await register(pool, request);
      transactions.committed += 1;
      if (!done) return { code: 'OCCURRENCE_FULL', registrationId: null };
      return { code: 'CONFIRMED', registrationId: request.command.registrationId };
    } catch (error) {
      const { code = '' } = error as { code?: string };
      transactions.aborted += 1;
      const refusal = REFUSALS[code];
      if (refusal !== undefined) return { code: refusal, registrationId: null };
      if (!RETRIED.has(code)) throw error;
    }
  }
}

interface Taken {
  readonly event_id: string;
  readonly starts_at: Date;
  readonly ends_at: Date;
  readonly time_v: number;
}

async function byStatements(pool: Pool, request: BookingRequest): Promise<boolean> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    const done = await write(client, request);
    await client.query(done ? 'COMMIT' : 'ROLLBACK');
    return done;
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  } finally {
    client.release();
  }
}

/** The counter first: whoever comes too late learns it from the first statement. */
async function write(client: PoolClient, request: BookingRequest): Promise<boolean> {
  const { scope, command } = request;
  const { occurrenceId, registrationId, holder, userId, seats, actor, requestId, journalId } = command;
  const now = new SystemClock().now();
  const [tenant, occurrence, registration] = [scope.tenantId, occurrenceId, registrationId].map(uuidOf);
  const { rows } = await client.query<Taken>({
    name: 'take-seats',
    text: TAKE_SEATS,
    values: [occurrence, tenant, seats, now],
  });
  const [taken] = rows;
  if (!taken) return false;
  const { event_id: event, starts_at: from, ends_at: to, time_v: version } = taken;
  const user = userId === null ? null : uuidOf(userId);
  await client.query({
    name: 'add-registration',
    text: ADD_REGISTRATION,
    values: [registration, tenant, occurrence, event, holder, user, from, to, version, seats, actor, now],
  });
  const target = `registration:${registrationId}`;
  await client.query({
    name: 'add-journal-row',
    text: ADD_JOURNAL_ROW,
    values: [uuidOf(journalId), tenant, 'REGISTERED', target, actor, requestId, detailsOf(request), now],
  });
  return true;
}

async function byFunction(pool: Pool, request: BookingRequest): Promise<boolean> {
  const { occurrenceId, registrationId, holder, userId, seats, requestId, journalId } = request.command;
  const { rows } = await pool.query<{ done: boolean }>({
    name: 'register',
    text: REGISTER,
    values: [
      ...[registrationId, request.scope.tenantId, occurrenceId].map(uuidOf),
      holder,
      userId === null ? null : uuidOf(userId),
      seats,
      uuidOf(journalId),
      `registration:${registrationId}`,
      requestId,
      detailsOf(request),
      new SystemClock().now(),
    ],
  });
  return rows[0]?.done === true;
}

/** What the journal row of a registration tells. */
const detailsOf = ({ command: { occurrenceId, holder, seats } }: BookingRequest): string =>
  JSON.stringify({ occurrenceId, holder, seats });
