/**
 * The same nouns with the same promises as our collections: counters that agree (CHECK), one active registration per
 * person and date (a partial unique index), no two at the same time (EXCLUDE), each transition once in the journal. And
 * an index for everything that we have one for.
 */
const TABLES = `
CREATE EXTENSION btree_gist;

CREATE TABLE occurrences (
  id uuid PRIMARY KEY,
  tenant_id uuid NOT NULL,
  event_id uuid NOT NULL,
  epoch int NOT NULL,
  recurrence_id text NOT NULL,
  timezone text NOT NULL,
  starts_at_local text NOT NULL,
  starts_at timestamptz NOT NULL,
  ends_at timestamptz NOT NULL,
  time_v int NOT NULL DEFAULT 1,
  dst_adjusted text,
  status text NOT NULL CHECK (status IN ('DRAFT', 'SCHEDULED', 'CANCELLED')),
  paused boolean NOT NULL DEFAULT false,
  max_seats int NOT NULL,
  conflict_policy text NOT NULL DEFAULT 'BLOCK',
  opens_at timestamptz NOT NULL DEFAULT '-infinity',
  closes_at timestamptz NOT NULL DEFAULT 'infinity',
  capacity int,
  confirmed_seats int NOT NULL DEFAULT 0,
  held_seats int NOT NULL DEFAULT 0,
  seats_left bigint NOT NULL,
  wait_count int NOT NULL DEFAULT 0,
  wait_seq int NOT NULL DEFAULT 0,
  rev int NOT NULL DEFAULT 0,
  revision int NOT NULL DEFAULT 1,
  name text,
  description text,
  overridden_fields text[] NOT NULL DEFAULT '{}',
  CHECK (seats_left >= 0 AND confirmed_seats >= 0 AND held_seats >= 0 AND starts_at < ends_at),
  CHECK (capacity IS NULL OR seats_left = capacity - confirmed_seats - held_seats),
  UNIQUE (tenant_id, event_id, epoch, recurrence_id)
) WITH (fillfactor = 80);
CREATE INDEX ON occurrences (tenant_id, starts_at, id) INCLUDE (ends_at, status, event_id);
CREATE INDEX ON occurrences (tenant_id, event_id, starts_at, id) INCLUDE (ends_at);

CREATE TABLE registrations (
  id uuid PRIMARY KEY,
  tenant_id uuid NOT NULL,
  occurrence_id uuid NOT NULL,
  event_id uuid NOT NULL,
  holder text NOT NULL,
  user_id uuid,
  during tstzrange NOT NULL,
  time_v int NOT NULL,
  seats int NOT NULL CHECK (seats > 0),
  status text NOT NULL DEFAULT 'CONFIRMED',
  registered_by text NOT NULL,
  at timestamptz NOT NULL,
  cancelled_at timestamptz,
  cancel_reason text,
  version int NOT NULL DEFAULT 1,
  EXCLUDE USING gist (tenant_id WITH =, holder WITH =, during WITH &&) WHERE (status <> 'CANCELLED')
);
CREATE UNIQUE INDEX ON registrations (tenant_id, occurrence_id, holder) WHERE status <> 'CANCELLED';
CREATE INDEX ON registrations (tenant_id, holder, lower(during), id);
CREATE INDEX ON registrations (tenant_id, occurrence_id, status, id);

CREATE TABLE journal (
  id uuid PRIMARY KEY,
  tenant_id uuid NOT NULL,
  type text NOT NULL,
  target text NOT NULL,
  version int NOT NULL,
  actor text NOT NULL,
  request_id text NOT NULL,
  p jsonb NOT NULL,
  at timestamptz NOT NULL,
  due timestamptz,
  UNIQUE (tenant_id, target, version)
);
CREATE INDEX ON journal (tenant_id, at, id);
CREATE INDEX ON journal (due) WHERE due IS NOT NULL;

CREATE TABLE events (
  id uuid PRIMARY KEY,
  tenant_id uuid NOT NULL,
  document jsonb NOT NULL
);
CREATE INDEX ON events (tenant_id, id);
`;

/** Names of values in a statement: `$1` for a client, a parameter's name inside of the function. */
interface Names {
  readonly occurrence: string;
  readonly tenant: string;
  readonly seats: string;
  readonly now: string;
}

/** Takes seats where every rule of admission holds, and locks the row until the end of the transaction. */
const takeSeats = ({ occurrence, tenant, seats, now }: Names): string => `
UPDATE occurrences
   SET confirmed_seats = confirmed_seats + ${seats}, seats_left = seats_left - ${seats}, rev = rev + 1
 WHERE id = ${occurrence} AND tenant_id = ${tenant} AND status = 'SCHEDULED' AND NOT paused AND wait_count = 0
   AND conflict_policy = 'BLOCK' AND seats_left >= ${seats} AND max_seats >= ${seats}
   AND starts_at > ${now} AND opens_at <= ${now} AND closes_at > ${now}
RETURNING event_id, starts_at, ends_at, time_v`;

const addRegistration = (values: string): string => `
INSERT INTO registrations
  (id, tenant_id, occurrence_id, event_id, holder, user_id, during, time_v, seats, registered_by, at)
VALUES (${values})`;

const addJournalRow = (values: string): string => `
INSERT INTO journal (id, tenant_id, type, target, version, actor, request_id, p, at)
VALUES (${values})`;

/** P1's statements, between BEGIN and COMMIT. */
export const TAKE_SEATS = takeSeats({ occurrence: '$1', tenant: '$2', seats: '$3', now: '$4' });
export const ADD_REGISTRATION = addRegistration('$1, $2, $3, $4, $5, $6, tstzrange($7, $8), $9, $10, $11, $12');
export const ADD_JOURNAL_ROW = addJournalRow('$1, $2, $3, $4, 1, $5, $6, $7, $8');
export const ADD_EVENT = 'INSERT INTO events (id, tenant_id, document) VALUES ($1, $2, $3)';

const PARAMETERS = { occurrence: 'p_occurrence', tenant: 'p_tenant', seats: 'p_seats', now: 'p_now' };

/** P2: all of it in one round trip. False: nothing was left. An overlap or a second registration is an error. */
const FUNCTION = `
CREATE FUNCTION register(
  p_registration uuid, p_tenant uuid, p_occurrence uuid, p_holder text, p_user uuid, p_seats int,
  p_row uuid, p_target text, p_request text, p_details jsonb, p_now timestamptz
) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  date record;
BEGIN
  ${takeSeats(PARAMETERS)} INTO date;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  ${addRegistration(`p_registration, p_tenant, p_occurrence, date.event_id, p_holder, p_user,
    tstzrange(date.starts_at, date.ends_at), date.time_v, p_seats, p_holder, p_now`)};
  ${addJournalRow(`p_row, p_tenant, 'REGISTERED', p_target, 1, p_holder, p_request, p_details, p_now`)};
  RETURN true;
END $$;
`;

export const REGISTER = 'SELECT register($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) AS done';

export const SCHEMA = `${TABLES}\n${FUNCTION}`;
