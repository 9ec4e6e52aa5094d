import type { Connection } from 'mongoose';
import type { OccurrenceDoc } from '../../src/store/occurrence.schema';
import type { RegistrationDoc } from '../../src/store/registration.schema';
import type { TimeLockDoc } from '../../src/store/time-lock.schema';

/**
 * Reads the whole database past all of the service's own code and lists every broken promise of `reliability.md`:
 * I1 overbooking, I2 counters, I5 overlaps, I6 duplicates, I11 journal; and buckets that are not exactly the active
 * registrations. An empty list is the only good answer.
 */
export async function brokenInvariants(connection: Connection): Promise<string[]> {
  const occurrences = (await connection.collection('occurrences').find({}).toArray()) as unknown as OccurrenceDoc[];
  const registrations = (await connection
    .collection('registrations')
    .find({})
    .toArray()) as unknown as RegistrationDoc[];
  const locks = (await connection.collection('timeLocks').find({}).toArray()) as unknown as TimeLockDoc[];
  const active = registrations.filter(({ status }) => status !== 'CANCELLED');
  return [
    ...occurrences.flatMap((occurrence) => brokenCounters(occurrence, active)),
    ...overlapping(active, occurrences),
    ...duplicates(active.map(({ tenantId, occurrenceId, holder }) => `${tenantId}/${occurrenceId}/${holder}`)),
    ...brokenLocks(active, locks, occurrences),
    ...(await brokenJournal(connection, registrations)),
  ];
}

function brokenCounters(occurrence: OccurrenceDoc, active: readonly RegistrationDoc[]): string[] {
  const { _id, capacity, confirmedSeats, heldSeats, seatsLeft } = occurrence;
  const seats = active.filter(({ occurrenceId }) => occurrenceId.equals(_id)).reduce((sum, one) => sum + one.seats, 0);
  const broken: string[] = [];
  if (seats !== confirmedSeats) broken.push(`${_id}: ${seats} seats in registrations, counter says ${confirmedSeats}`);
  if (capacity !== null && seats + heldSeats > capacity) broken.push(`${_id}: ${seats} seats of ${capacity} sold`);
  if (capacity !== null && seatsLeft !== capacity - confirmedSeats - heldSeats)
    broken.push(`${_id}: seatsLeft drifted`);
  return broken;
}

function overlapping(active: readonly RegistrationDoc[], occurrences: readonly OccurrenceDoc[]): string[] {
  const blocking = new Set(
    occurrences.filter(({ rules }) => rules.conflictPolicy === 'BLOCK').map(({ _id }) => _id.toHexString()),
  );
  const locking = active.filter(({ occurrenceId, flagged }) => blocking.has(occurrenceId.toHexString()) && !flagged);
  const byHolder = new Map<string, RegistrationDoc[]>();
  for (const one of locking) {
    const key = `${one.tenantId}/${one.holder}`;
    byHolder.set(key, [...(byHolder.get(key) ?? []), one]);
  }
  const broken: string[] = [];
  for (const [holder, theirs] of byHolder) {
    const sorted = [...theirs].sort((a, b) => a.s.getTime() - b.s.getTime());
    sorted.forEach((one, index) => {
      const next = sorted[index + 1];
      if (next && next.s < one.e) broken.push(`${holder}: ${one._id} and ${next._id} at the same time`);
    });
  }
  return broken;
}

function duplicates(keys: readonly string[]): string[] {
  return keys.filter((key, index) => keys.indexOf(key) !== index).map((key) => `${key}: registered twice`);
}

function brokenLocks(
  active: readonly RegistrationDoc[],
  locks: readonly TimeLockDoc[],
  occurrences: readonly OccurrenceDoc[],
): string[] {
  const allow = new Set(
    occurrences.filter(({ rules }) => rules.conflictPolicy === 'ALLOW').map(({ _id }) => _id.toHexString()),
  );
  const expected = active
    .filter(({ occurrenceId }) => !allow.has(occurrenceId.toHexString()))
    .map(({ tenantId, holder, _id, s, e }) => `${tenantId}/${holder}/${_id}/${s.toISOString()}/${e.toISOString()}`);
  const found = locks.flatMap(({ tenantId, holder, iv }) =>
    iv.map(({ r, s, e }) => `${tenantId}/${holder}/${r}/${s.toISOString()}/${e.toISOString()}`),
  );
  const extra = found.filter((one) => !expected.includes(one)).map((one) => `lock without registration: ${one}`);
  const missing = expected.filter((one) => !found.includes(one)).map((one) => `registration without lock: ${one}`);
  return [...extra, ...missing];
}

async function brokenJournal(connection: Connection, registrations: readonly RegistrationDoc[]): Promise<string[]> {
  const rows = await connection.collection('journal').find({}).sort({ version: 1 }).toArray();
  const byTarget = new Map<string, number[]>();
  for (const { target, version } of rows) {
    const key = String(target);
    byTarget.set(key, [...(byTarget.get(key) ?? []), Number(version)]);
  }
  return registrations.flatMap(({ _id, version }) => {
    const versions = byTarget.get(`registration:${_id}`) ?? [];
    const whole = versions.length === version && versions.every((one, index) => one === index + 1);
    return whole ? [] : [`registration ${_id}: version ${version}, journal ${versions.join(',')}`];
  });
}
