import type { Connection } from 'mongoose';
import { bucketsOf } from '../../src/domain/bucket';
import type { Holder, TenantId } from '../../src/domain/ids';
import type { JournalType } from '../../src/domain/journal';
import type { OccurrenceDoc } from '../../src/store/occurrence.schema';
import type { RegistrationDoc } from '../../src/store/registration.schema';
import type { TimeLockDoc } from '../../src/store/time-lock.schema';

/** Where the journal is not whole any more: rows that are older may be gone [N8]. Null: not one is. */
export type KeptSince = Date | null;

/** What is looked at: everything, or only some tenants' documents. */
export type Part = Readonly<Record<string, unknown>>;

/**
 * Reads the database past all of the service's own code and lists every broken promise of `reliability.md`: I1
 * overbooking, I2 counters, I5 overlaps, I6 duplicates, I11 journal, I13 transitions; and buckets that are not exactly
 * the active registrations. An empty list is the only good answer.
 */
export async function brokenInvariants(
  connection: Connection,
  part: Part = {},
  keptSince: KeptSince = null,
): Promise<string[]> {
  const stored = await readBookings(connection, part);
  const locks = (await connection.collection('timeLocks').find(part).toArray()) as unknown as TimeLockDoc[];
  return [
    ...brokenBookings(stored),
    ...brokenLocks(stored.active, locks, stored.occurrences),
    ...brokenJournal(stored.registrations, await journalSteps(connection, part), keptSince),
  ];
}

/** The promises that hold however a service is built: nothing sold twice, nobody in two places, counters that agree. */
export async function overbookings(connection: Connection, part: Part = {}): Promise<string[]> {
  return brokenBookings(await readBookings(connection, part));
}

interface Bookings {
  readonly occurrences: readonly OccurrenceDoc[];
  readonly registrations: readonly RegistrationDoc[];
  readonly active: readonly RegistrationDoc[];
}

async function readBookings(connection: Connection, part: Part): Promise<Bookings> {
  const occurrences = (await connection.collection('occurrences').find(part).toArray()) as unknown as OccurrenceDoc[];
  const found = await connection.collection('registrations').find(part).toArray();
  const registrations = found as unknown as RegistrationDoc[];
  return { occurrences, registrations, active: registrations.filter(({ status }) => status !== 'CANCELLED') };
}

function brokenBookings({ occurrences, active }: Bookings): string[] {
  const seats = new Map<string, number>();
  for (const one of active) {
    const occurrenceId = one.occurrenceId.toHexString();
    seats.set(occurrenceId, (seats.get(occurrenceId) ?? 0) + one.seats);
  }
  return [
    ...occurrences.flatMap((occurrence) => brokenCounters(occurrence, seats.get(occurrence._id.toHexString()) ?? 0)),
    ...overlapping(active, occurrences),
    ...duplicates(
      active.map(
        ({ tenantId, occurrenceId, holder }) => `${tenantId.toHexString()}/${occurrenceId.toHexString()}/${holder}`,
      ),
    ),
  ];
}

function brokenCounters(occurrence: OccurrenceDoc, seats: number): string[] {
  const { _id, capacity, confirmedSeats, heldSeats, seatsLeft } = occurrence;
  const broken: string[] = [];
  if (seats !== confirmedSeats)
    broken.push(`${_id.toHexString()}: ${seats} seats in registrations, counter says ${confirmedSeats}`);
  if (capacity !== null && seats + heldSeats > capacity)
    broken.push(`${_id.toHexString()}: ${seats} seats of ${capacity} sold`);
  if (capacity !== null && seatsLeft !== capacity - confirmedSeats - heldSeats)
    broken.push(`${_id.toHexString()}: seatsLeft drifted`);
  return broken;
}

function overlapping(active: readonly RegistrationDoc[], occurrences: readonly OccurrenceDoc[]): string[] {
  const blocking = new Set(
    occurrences.filter(({ rules }) => rules.conflictPolicy === 'BLOCK').map(({ _id }) => _id.toHexString()),
  );
  const locking = active.filter(({ occurrenceId, flagged }) => blocking.has(occurrenceId.toHexString()) && !flagged);
  const byHolder = new Map<string, RegistrationDoc[]>();
  for (const one of locking) {
    const key = `${one.tenantId.toHexString()}/${one.holder}`;
    byHolder.set(key, [...(byHolder.get(key) ?? []), one]);
  }
  const broken: string[] = [];
  for (const [holder, theirs] of byHolder) {
    const sorted = [...theirs].sort((a, b) => a.s.getTime() - b.s.getTime());
    sorted.forEach((one, index) => {
      const next = sorted[index + 1];
      if (next && next.s < one.e)
        broken.push(`${holder}: ${one._id.toHexString()} and ${next._id.toHexString()} at the same time`);
    });
  }
  return broken;
}

function duplicates(keys: readonly string[]): string[] {
  const seen = new Set<string>();
  return keys.filter((key) => seen.size === seen.add(key).size).map((key) => `${key}: registered twice`);
}

function brokenLocks(
  active: readonly RegistrationDoc[],
  locks: readonly TimeLockDoc[],
  occurrences: readonly OccurrenceDoc[],
): string[] {
  const allow = new Set(
    occurrences.filter(({ rules }) => rules.conflictPolicy === 'ALLOW').map(({ _id }) => _id.toHexString()),
  );
  // The full interval in every bucket that it touches.
  const expected = active
    .filter(({ occurrenceId }) => !allow.has(occurrenceId.toHexString()))
    .flatMap(({ tenantId, holder, _id, s: startsAt, e: endsAt }) =>
      bucketsOf(tenantId.toHexString() as TenantId, holder as Holder, { startsAt, endsAt }).map(
        ({ key }) => `${key}/${_id.toHexString()}/${startsAt.toISOString()}/${endsAt.toISOString()}`,
      ),
    );
  const found = locks.flatMap(({ _id, iv }) =>
    iv.map(({ r, s, e }) => `${_id}/${r.toHexString()}/${s.toISOString()}/${e.toISOString()}`),
  );
  const [wanted, there] = [new Set(expected), new Set(found)];
  const extra = found.filter((one) => !wanted.has(one)).map((one) => `lock without registration: ${one}`);
  const missing = expected.filter((one) => !there.has(one)).map((one) => `registration without lock: ${one}`);
  return [...extra, ...missing];
}

async function journalSteps(connection: Connection, part: Part): Promise<Map<string, JournalStep[]>> {
  const rows = await connection.collection('journal').find(part).sort({ version: 1 }).toArray();
  const byTarget = new Map<string, JournalStep[]>();
  for (const { target, version, type } of rows as unknown as (JournalStep & { target: string })[]) {
    byTarget.set(target, [...(byTarget.get(target) ?? []), { version, type }]);
  }
  return byTarget;
}

function brokenJournal(
  registrations: readonly RegistrationDoc[],
  byTarget: ReadonlyMap<string, readonly JournalStep[]>,
  keptSince: KeptSince,
): string[] {
  return registrations.flatMap((registration) => {
    const { _id, version, status } = registration;
    const steps = byTarget.get(`registration:${_id.toHexString()}`) ?? [];
    const gone = version - steps.length;
    const whole = gone === 0 || mayBeGone(registration, gone, keptSince);
    const inOrder = steps.every((step, index) => step.version === gone + index + 1);
    const told = steps.map((step) => `${step.version} ${step.type}`).join(', ');
    return [
      ...(whole && inOrder ? [] : [`registration ${_id.toHexString()}: version ${version}, journal ${told}`]),
      ...(isLegal(steps, status, gone) ? [] : [`registration ${_id.toHexString()}: is ${status} after ${told}`]),
    ];
  });
}

/**
 * Whether the first `gone` rows of a registration's journal may be past their time: the first one is as old as the
 * registration, the last one (of a registration that is cancelled) as its end. When it was moved only the journal knew.
 */
function mayBeGone({ version, at, cancelledAt }: RegistrationDoc, gone: number, keptSince: KeptSince): boolean {
  if (keptSince === null || gone < 0 || at >= keptSince) return false;
  return gone < version || cancelledAt === null || cancelledAt < keptSince;
}

interface JournalStep {
  readonly version: number;
  readonly type: JournalType;
}

/**
 * Made once, moved at will, cancelled at most once and last; and the status is what the history says.
 *
 * @param gone how many steps are not told any more
 */
function isLegal(steps: readonly JournalStep[], status: RegistrationDoc['status'], gone: number): boolean {
  const types = steps.map(({ type }) => type);
  if (types.length === 0) return gone > 0;
  const first = gone > 0 || types[0] === 'REGISTERED';
  const later = types.slice(gone > 0 ? 0 : 1, status === 'CANCELLED' ? -1 : undefined);
  const last = status === 'CANCELLED' ? types.at(-1) === 'REGISTRATION_CANCELLED' : true;
  return first && last && later.every((type) => type === 'REGISTRATION_MOVED');
}
