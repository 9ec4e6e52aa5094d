import type { Pool } from 'pg';
import type { BookingLoad, Driven } from '../load';
import { idOf, uuidOf } from './rows';

/** Counters against registrations, as `brokenInvariants` compares them in MongoDB. */
const COUNTERS = `
SELECT o.id || ': ' || coalesce(r.seats, 0) || ' seats in registrations, counter says ' || o.confirmed_seats AS fault
  FROM occurrences o
  LEFT JOIN (SELECT occurrence_id, sum(seats) AS seats FROM registrations
              WHERE tenant_id = ANY($1) AND status <> 'CANCELLED' GROUP BY 1) r ON r.occurrence_id = o.id
 WHERE o.tenant_id = ANY($1)
   AND (coalesce(r.seats, 0) <> o.confirmed_seats OR o.confirmed_seats + o.held_seats > o.capacity
        OR o.seats_left <> o.capacity - o.confirmed_seats - o.held_seats)`;

const OVERLAPS = `
SELECT holder || ': two at the same time' AS fault
  FROM (SELECT tenant_id, holder, upper(during) AS ends,
               lead(lower(during)) OVER (PARTITION BY tenant_id, holder ORDER BY lower(during)) AS next
          FROM registrations WHERE tenant_id = ANY($1) AND status <> 'CANCELLED') r
 WHERE next < ends`;

const DUPLICATES = `
SELECT occurrence_id || '/' || holder || ': registered twice' AS fault
  FROM registrations WHERE tenant_id = ANY($1) AND status <> 'CANCELLED' GROUP BY occurrence_id, holder HAVING count(*) > 1`;

const JOURNAL = `
SELECT coalesce(j.target, r.holder) || ': journal and registrations differ' AS fault
  FROM (SELECT * FROM journal WHERE tenant_id = ANY($1)) j
  FULL JOIN (SELECT * FROM registrations WHERE tenant_id = ANY($1)) r
    ON j.target = 'registration:' || right(replace(r.id::text, '-', ''), 24) AND j.version = r.version
 WHERE j.id IS NULL OR r.id IS NULL`;

/** What is wrong in PostgreSQL after a load: the same promises, asked past the subject's own statements. */
export async function postgresFaults(pool: Pool, load: BookingLoad, { answers }: Driven): Promise<string[]> {
  const tenants = [[...new Set(load.requests.map(({ scope }) => uuidOf(scope.tenantId)))]];
  const faults: string[] = [];
  for (const question of [COUNTERS, OVERLAPS, DUPLICATES, JOURNAL]) {
    const { rows } = await pool.query<{ fault: string }>(question, tenants);
    faults.push(...rows.map(({ fault }) => fault));
  }
  const { rows } = await pool.query<{ id: string }>('SELECT id FROM registrations WHERE tenant_id = ANY($1)', tenants);
  const stored = new Set(rows.map(({ id }) => idOf(id)));
  const told = new Set<string>(answers.flatMap(({ registrationId }) => registrationId ?? []));
  return [
    ...faults,
    ...[...told].filter((id) => !stored.has(id)).map((id) => `confirmed and not stored: ${id}`),
    ...[...stored].filter((id) => !told.has(id)).map((id) => `stored and nobody was told: ${id}`),
  ];
}
