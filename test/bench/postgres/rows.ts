import type { Pool, PoolClient } from 'pg';
import type { Occurrence } from '../../../src/domain/occurrence';

/** Our 24 hexadecimal digits as the sixteen bytes that PostgreSQL has a type for. */
export const uuidOf = (id: string): string =>
  `00000000-${id.slice(0, 4)}-${id.slice(4, 8)}-${id.slice(8, 12)}-${id.slice(12)}`;

export const idOf = (uuid: string): string => uuid.replaceAll('-', '').slice(8);

/** An occurrence's columns: name, type, value. */
const COLUMNS: readonly (readonly [name: string, type: string, value: (one: Occurrence) => unknown])[] = [
  ['id', 'uuid', ({ id }) => uuidOf(id)],
  ['tenant_id', 'uuid', ({ tenantId }) => uuidOf(tenantId)],
  ['event_id', 'uuid', ({ eventId }) => uuidOf(eventId)],
  ['epoch', 'int', ({ epoch }) => epoch],
  ['recurrence_id', 'text', ({ recurrenceId }) => recurrenceId],
  ['timezone', 'text', ({ timezone }) => timezone],
  ['starts_at_local', 'text', ({ startsAtLocal }) => startsAtLocal],
  ['starts_at', 'timestamptz', ({ startsAt }) => startsAt],
  ['ends_at', 'timestamptz', ({ endsAt }) => endsAt],
  ['dst_adjusted', 'text', ({ dstAdjusted }) => dstAdjusted],
  ['status', 'text', ({ status }) => status],
  ['max_seats', 'int', ({ rules }) => rules.maxSeats],
  ['capacity', 'int', ({ capacity }) => capacity],
  ['seats_left', 'bigint', ({ seatsLeft }) => seatsLeft],
];

const NAMES = COLUMNS.map(([name]) => name).join(', ');
const ARRAYS = COLUMNS.map(([, type], index) => `$${index + 1}::${type}[]`).join(', ');

/** One statement for any number of rows: an array per column, which is planned faster than a long list of VALUES. */
export const INSERT_OCCURRENCES = `INSERT INTO occurrences (${NAMES}) SELECT * FROM unnest(${ARRAYS})`;

export const insertOccurrences = async (
  client: Pool | PoolClient,
  occurrences: readonly Occurrence[],
): Promise<unknown> =>
  client.query({
    name: 'insert-occurrences',
    text: INSERT_OCCURRENCES,
    values: COLUMNS.map(([, , value]) => occurrences.map(value)),
  });
