import { bucketsOf } from '../../src/domain/bucket';
import type { BookedInterval, BucketChange, NewBucket } from '../../src/domain/booking/view';
import { holderOfUser, type Holder, type TenantId, type UserId } from '../../src/domain/ids';
import { newId } from '../../src/platform/new-id';
import { bucketStatement } from '../../src/store/booking-statements';
import type { Statement } from '../../src/store/tenant-collection';
import { at } from './make';

export const newHolder = (): Holder => holderOfUser(newId<UserId>());

/** Hours since NOW, as `at` has them. */
export const booked = (from: number, to: number): BookedInterval => ({
  startsAt: at(from),
  endsAt: at(to),
  registrationId: newId(),
  occurrenceId: newId(),
});

/** The bucket that one holder's first hours lie in. */
export function firstBucket(tenantId: TenantId, holder: Holder): Omit<NewBucket, 'booked'> {
  const [bucket] = bucketsOf(tenantId, holder, { startsAt: at(1), endsAt: at(2) });
  if (!bucket) throw new Error('an interval touches a bucket');
  return { ...bucket, tenantId, holder };
}

/** A change of that bucket. */
export const bucketChange = (tenantId: TenantId, holder: Holder, given: Partial<BucketChange>): Statement =>
  bucketStatement({ ...firstBucket(tenantId, holder), remove: [], add: [], force: [], ...given });
