import fc from 'fast-check';
import type { BookingCommand, RegisterCommand } from '../../src/domain/booking/commands';
import { BUCKET_DAYS } from '../../src/domain/bucket';
import type { IdempotencyClaim } from '../../src/domain/idempotency';
import type { TenantId, UserId } from '../../src/domain/ids';
import type { Interval } from '../../src/domain/interval';
import type { Occurrence } from '../../src/domain/occurrence';
import { newId } from '../../src/platform/new-id';
import { makeOccurrence, makeRegister, NOW } from './make';

const DAY = 86_400_000;
const BUCKET = BUCKET_DAYS * DAY;
const GRID = 1_200_007;

/** The first edge between two buckets after `NOW`: ten days on. */
export const EDGE = new Date(Math.ceil(NOW.getTime() / BUCKET) * BUCKET);

/** Milliseconds around the edge. */
export const aroundEdge = (from: number, to: number): Interval => ({
  startsAt: new Date(EDGE.getTime() + from),
  endsAt: new Date(EDGE.getTime() + to),
});

/** Times that meet, touch, miss each other by a millisecond, end or begin at a bucket's edge, or span three buckets. */
export const times: fc.Arbitrary<Interval> = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      aroundEdge(-3_600_000, 0),
      aroundEdge(0, 3_600_000),
      aroundEdge(-1, 1),
      aroundEdge(-5_400_007, -1_800_011),
      aroundEdge(-1_800_011, 1_800_013),
      aroundEdge(1_800_013, 1_800_014),
      aroundEdge(-9 * DAY, BUCKET + DAY),
    ),
  },
  {
    weight: 3,
    // On a grid of odd width: one ends where the next begins as often as not.
    arbitrary: fc
      .tuple(fc.constantFrom(-3, -2, -1, 0, 1, 2), fc.constantFrom(1, 1, 1, 2, 3))
      .map(([from, length]) => aroundEdge(from * GRID, (from + length) * GRID)),
  },
);

/** Numbers stand for whatever the world has at that place, counted round. */
export type Operation =
  | {
      readonly type: 'register';
      readonly occurrence: number;
      readonly person: number;
      readonly seats: number;
      readonly key: number | null;
    }
  /** An earlier registration's command once more, with its key. */
  | { readonly type: 'repeat'; readonly command: number }
  | { readonly type: 'cancel'; readonly registration: number };

/** Evenly: `nat` prefers small numbers, and everybody would go to the first date. */
export const place = fc.constantFrom(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);

export const operation: fc.Arbitrary<Operation> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant('register' as const),
      occurrence: place,
      person: place,
      seats: fc.constantFrom(1, 1, 1, 1, 2, 2, 3),
      key: fc.option(fc.nat({ max: 7 })),
    }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('repeat' as const), command: place }) },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('cancel' as const), registration: place }) },
);

/** Small, so that dates fill up; now and then closed or without an end. */
export const capacity = fc.constantFrom(0, 1, 1, 1, 2, 2, 2, 3, 4, null);

/** What the occurrences of a world are: times, capacity, seats per registration. */
export const occurrenceShape = fc.record({
  times,
  capacity,
  maxSeats: fc.constantFrom(1, 2, 2, 3),
  policy: fc.constantFrom('BLOCK' as const, 'BLOCK' as const, 'BLOCK' as const, 'ALLOW' as const),
});
export type OccurrenceShape = typeof occurrenceShape extends fc.Arbitrary<infer Shape> ? Shape : never;

export function shapedOccurrence(
  tenantId: TenantId,
  { times, capacity, maxSeats, policy }: OccurrenceShape,
): Occurrence {
  const { rules } = makeOccurrence(tenantId);
  return makeOccurrence(tenantId, { ...times, capacity, rules: { ...rules, maxSeats, conflictPolicy: policy } });
}

/** The member of a list that a number stands for; null for an empty list. */
export const pick = <T>(list: readonly T[], place: number): T | null => list[place % list.length] ?? null;

export const PEOPLE = Array.from({ length: 2 }, () => newId<UserId>());

interface Known {
  readonly tenantId: TenantId;
  readonly occurrences: readonly Occurrence[];
  /** Registrations that were made, with the command that made them. */
  readonly made: readonly RegisterCommand[];
}

/** The command that an operation stands for; null where there is nothing yet to repeat or to cancel. */
export function commandOf(operation: Operation, { tenantId, occurrences, made }: Known): BookingCommand | null {
  const fresh = {
    registrationId: newId<RegisterCommand['registrationId']>(),
    journalId: newId<BookingCommand['journalId']>(),
  };
  if (operation.type === 'repeat') {
    const earlier = pick(made, operation.command);
    return earlier && { ...earlier, ...fresh };
  }
  if (operation.type === 'cancel') {
    const earlier = pick(made, operation.registration);
    if (!earlier) return null;
    const { occurrenceId, holder, actor, requestId, registrationId } = earlier;
    const common = { occurrenceId, holder, actor, requestId, registrationId, journalId: fresh.journalId };
    return { kind: 'cancel', ...common, asOrganizer: false, idempotency: null, reason: null };
  }
  const occurrence = pick(occurrences, operation.occurrence);
  const userId = pick(PEOPLE, operation.person);
  if (!occurrence || !userId) return null;
  const { seats, key } = operation;
  const idempotency = key === null ? null : claim(tenantId, userId, { key, input: `${occurrence.id} ${seats}` });
  return makeRegister(occurrence, { userId, seats, idempotency, ...fresh });
}

const claim = (
  tenantId: TenantId,
  userId: UserId,
  { key, input }: { key: number; input: string },
): IdempotencyClaim => ({
  id: `${tenantId}|u:${userId}|key-${key}`,
  hash: input,
  expiresAt: new Date(NOW.getTime() + DAY),
});
