import type { Interval } from '../../src/domain/interval';
import type { Occurrence } from '../../src/domain/occurrence';
import type { TenantId } from '../../src/domain/ids';
import { aroundEdge } from './booking-operations';
import { makeOccurrence } from './make';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** Every 31 minutes for 62: each meets its neighbours and touches the next but one, and two of them touch the bucket's edge. */
const chain = Array.from({ length: 17 }, (_, n) => ({ from: (n - 8) * 31 * MINUTE, to: (n - 6) * 31 * MINUTE }));

/** Twenty times that meet, touch, or meet by one millisecond, on both sides of a bucket's edge and over three buckets. */
const TIMES: readonly Interval[] = [
  ...chain.map(({ from, to }) => aroundEdge(from, to)),
  aroundEdge(-1, 1),
  aroundEdge(9 * 31 * MINUTE, 9 * 31 * MINUTE + 1),
  aroundEdge(-9 * DAY, 29 * DAY),
];

/** Twenty dates at those times, beginning with the nth, so that different ones are asked for first. */
export const overlappingDates = (tenantId: TenantId, first = 0): Occurrence[] =>
  TIMES.map((_, n) => makeOccurrence(tenantId, { ...timesAt(first + n) }));

const timesAt = (n: number): Interval => {
  const times = TIMES[n % TIMES.length];
  if (!times) throw new Error('there are twenty');
  return times;
};

/**
 * What is wrong about who won: two winners at the same time, or somebody refused whom no winner meets. Told by whether
 * the later start comes before the earlier end, not by the code under test.
 */
export function unjust(winners: readonly Interval[], refused: readonly Interval[]): string[] {
  const meet = (a: Interval, b: Interval): boolean =>
    Math.max(a.startsAt.getTime(), b.startsAt.getTime()) < Math.min(a.endsAt.getTime(), b.endsAt.getTime());
  const name = ({ startsAt, endsAt }: Interval): string => `${startsAt.toISOString()}/${endsAt.toISOString()}`;
  const both = winners.flatMap((one, n) =>
    winners.slice(n + 1).flatMap((other) => (meet(one, other) ? [`both won: ${name(one)} and ${name(other)}`] : [])),
  );
  const free = refused.filter((one) => !winners.some((winner) => meet(one, winner)));
  return [...both, ...free.map((one) => `refused though free: ${name(one)}`)];
}
