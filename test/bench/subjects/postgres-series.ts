import type { Pool } from 'pg';
import { insertOccurrences, uuidOf } from '../postgres/rows';
import { ADD_EVENT, ADD_JOURNAL_ROW } from '../postgres/schema';
import type { Postgres } from '../postgres/server';
import type { Series } from '../series';
import type { SeriesCount, SeriesSubject } from './series';

/** P of the series, where there is a PostgreSQL. */
export function postgresSeries(postgres: Postgres | null): SeriesSubject[] {
  if (postgres === null) return [];
  const pool = postgres.pool(1);
  return [
    {
      name: 'P',
      about: 'PostgreSQL: one INSERT of all rows, made beforehand, in one transaction',
      create: (series) => create(pool, series),
      stored: (series) => stored(pool, series),
      databasePids: () => postgres.pids(),
      close: () => pool.end(),
    },
  ];
}

async function create(pool: Pool, { event, dates, row }: Series): Promise<void> {
  const client = await pool.connect();
  const tenant = uuidOf(event.tenantId);
  try {
    await client.query('BEGIN');
    await client.query({
      name: 'add-event',
      text: ADD_EVENT,
      values: [uuidOf(event.id), tenant, JSON.stringify(event)],
    });
    await insertOccurrences(client, dates);
    await client.query({
      name: 'add-event-row',
      text: ADD_JOURNAL_ROW,
      values: [uuidOf(row.id), tenant, row.type, row.target, row.actor, row.requestId, JSON.stringify(row.p), row.at],
    });
    await client.query('COMMIT');
  } finally {
    client.release();
  }
}

async function stored(pool: Pool, { scope, dates }: Series): Promise<SeriesCount> {
  const { rows } = await pool.query<SeriesCount>(
    `SELECT (SELECT count(*)::int FROM events WHERE tenant_id = $1) AS events,
            (SELECT count(*)::int FROM occurrences WHERE tenant_id = $1) AS dates,
            (SELECT count(*)::int FROM occurrences WHERE tenant_id = $1 AND starts_at = ANY($2)) AS right,
            (SELECT count(*)::int FROM journal WHERE tenant_id = $1) AS rows`,
    [uuidOf(scope.tenantId), dates.map(({ startsAt }) => startsAt)],
  );
  const [counted] = rows;
  if (!counted) throw new Error('PostgreSQL counted nothing');
  return counted;
}
