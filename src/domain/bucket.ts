import type { Holder, TenantId } from './ids';
import type { Interval } from './interval';

/**
 * A holder's booked time is kept in buckets of 28 days (`booking-engine.md` §2): wide, so that crossing an edge is
 * rare (0.3 % of one-hour bookings); the width is part of the key, so it can change later.
 */
export const BUCKET_DAYS = 28;
const BUCKET_MS = BUCKET_DAYS * 86_400_000;

export type BucketKey = string & { readonly bucketKey: never };

export interface Bucket {
  readonly key: BucketKey;
  /** The bucket's own end; the document lives on for the TTL after it. */
  readonly expiresAt: Date;
}

/** Every bucket that an interval touches, ascending [D4]. The full interval is written into each. */
export function bucketsOf(tenantId: TenantId, holder: Holder, { startsAt, endsAt }: Interval): Bucket[] {
  const first = Math.floor(startsAt.getTime() / BUCKET_MS);
  const last = Math.floor((endsAt.getTime() - 1) / BUCKET_MS);
  const buckets: Bucket[] = [];
  for (let n = first; n <= last; n += 1) {
    buckets.push({
      key: `${tenantId}|${holder}|${BUCKET_DAYS}|${n}` as BucketKey,
      expiresAt: new Date((n + 1) * BUCKET_MS),
    });
  }
  return buckets;
}
