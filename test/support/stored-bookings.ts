import { bucketsOf } from '../../src/domain/bucket';
import type { Holder, TenantId } from '../../src/domain/ids';
import type { JournalType } from '../../src/domain/journal';
import type { OccurrenceDoc } from '../../src/store/occurrence.schema';
import type { RegistrationDoc } from '../../src/store/registration.schema';
import type { TimeLockDoc } from '../../src/store/time-lock.schema';

/** Where the journal is not whole any more: rows that are older may be gone [N8]. Null: not one is. */
export type KeptSince = Date | null;

/** What is in the database about bookings, as it was read. */
export interface StoredBookings {
  readonly occurrences: readonly OccurrenceDoc[];
  readonly registrations: readonly RegistrationDoc[];
}

/** A broken promise: which one of `reliability.md`, and where. */
export interface Broken {
  readonly invariant: 'I1' | 'I2' | 'I5' | 'I6' | 'I11' | 'I13';
  readonly what: string;
}

/** All that an invariant of booking can be read off. */
export interface StoredBookingsAndTraces extends StoredBookings {
  readonly locks: readonly TimeLockDoc[];
  /** In order of their version. */
  readonly journal: readonly (JournalStep & { readonly target: string })[];
}

/**
 * Every broken promise of `reliability.md` that the documents alone show: I1 overbooking, I2 counters, I5 overlaps, I6
 * duplicates, I11 journal, I13 transitions; and buckets that are not exactly the active registrations. Pure: reading is
 * the caller's. An empty list is the only good answer.
 */
export const brokenStored = (stored: StoredBookingsAndTraces, keptSince: KeptSince = null): Broken[] => [
  ...brokenBookings(stored),
  ...brokenLocks(stored),
  ...brokenJournal(stored, keptSince),
];

const activeOf = ({ registrations }: StoredBookings): RegistrationDoc[] =>
  registrations.filter(({ status }) => status !== 'CANCELLED');

/** The promises that hold however a service is built: nothing sold twice, nobody in two places, counters that agree. */
export function brokenBookings(stored: StoredBookings): Broken[] {
  const { occurrences } = stored;
  const active = activeOf(stored);
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

function brokenCounters(occurrence: OccurrenceDoc, seats: number): Broken[] {
  const { _id, capacity, confirmedSeats, heldSeats, seatsLeft } = occurrence;
  const broken: Broken[] = [];
  const id = _id.toHexString();
  if (seats !== confirmedSeats)
    broken.push({ invariant: 'I2', what: `${id}: ${seats} seats in registrations, counter says ${confirmedSeats}` });
  if (capacity !== null && seats + heldSeats > capacity)
    broken.push({ invariant: 'I1', what: `${id}: ${seats} seats of ${capacity} sold` });
  if (capacity !== null && seatsLeft !== capacity - confirmedSeats - heldSeats)
    broken.push({ invariant: 'I2', what: `${id}: seatsLeft drifted` });
  return broken;
}

function overlapping(active: readonly RegistrationDoc[], occurrences: readonly OccurrenceDoc[]): Broken[] {
  const blocking = new Set(
    occurrences.filter(({ rules }) => rules.conflictPolicy === 'BLOCK').map(({ _id }) => _id.toHexString()),
  );
  const locking = active.filter(({ occurrenceId, flagged }) => blocking.has(occurrenceId.toHexString()) && !flagged);
  const byHolder = new Map<string, RegistrationDoc[]>();
  for (const one of locking) {
    const key = `${one.tenantId.toHexString()}/${one.holder}`;
    byHolder.set(key, [...(byHolder.get(key) ?? []), one]);
  }
  const broken: Broken[] = [];
  for (const [holder, theirs] of byHolder) {
    const sorted = [...theirs].sort((a, b) => a.s.getTime() - b.s.getTime());
    sorted.forEach((one, index) => {
      const next = sorted[index + 1];
      if (next && next.s < one.e)
        broken.push({
          invariant: 'I5',
          what: `${holder}: ${one._id.toHexString()} and ${next._id.toHexString()} at the same time`,
        });
    });
  }
  return broken;
}

function duplicates(keys: readonly string[]): Broken[] {
  const seen = new Set<string>();
  return keys
    .filter((key) => seen.size === seen.add(key).size)
    .map((key) => ({ invariant: 'I6', what: `${key}: registered twice` }));
}

function brokenLocks(stored: StoredBookingsAndTraces): Broken[] {
  const { occurrences, locks } = stored;
  const allow = new Set(
    occurrences.filter(({ rules }) => rules.conflictPolicy === 'ALLOW').map(({ _id }) => _id.toHexString()),
  );
  // The full interval in every bucket that it touches.
  const expected = activeOf(stored)
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
  return [...extra, ...missing].map((what) => ({ invariant: 'I5', what }));
}

function stepsByTarget(journal: StoredBookingsAndTraces['journal']): Map<string, JournalStep[]> {
  const byTarget = new Map<string, JournalStep[]>();
  for (const { target, version, type } of journal) {
    const steps = byTarget.get(target);
    if (steps) steps.push({ version, type });
    else byTarget.set(target, [{ version, type }]);
  }
  return byTarget;
}

function brokenJournal({ registrations, journal }: StoredBookingsAndTraces, keptSince: KeptSince): Broken[] {
  const byTarget = stepsByTarget(journal);
  return registrations.flatMap((registration) => {
    const { _id, version, status } = registration;
    const target = `registration:${_id.toHexString()}`;
    const steps = byTarget.get(target) ?? [];
    const gone = version - steps.length;
    const whole = gone === 0 || mayBeGone(registration, gone, keptSince);
    const inOrder = steps.every((step, index) => step.version === gone + index + 1);
    const told = steps.map((step) => `${step.version} ${step.type}`).join(', ');
    return [
      ...(whole && inOrder
        ? []
        : [{ invariant: 'I11', what: `${target}: version ${version}, journal ${told}` } as const]),
      ...(isLegal(steps, status, gone)
        ? []
        : [{ invariant: 'I13', what: `${target}: is ${status} after ${told}` } as const]),
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
