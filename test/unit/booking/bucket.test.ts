import { bucketsOf, BUCKET_DAYS } from '../../../src/domain/bucket';
import { holderOfUser, type TenantId, type UserId } from '../../../src/domain/ids';
import { newId } from '../../../src/platform/new-id';
import { aroundEdge, EDGE } from '../../support/booking-operations';

const tenantId = newId<TenantId>();
const holder = holderOfUser(newId<UserId>());
const BUCKET = BUCKET_DAYS * 86_400_000;
const nth = EDGE.getTime() / BUCKET;
const numbersOf = (from: number, to: number): number[] =>
  bucketsOf(tenantId, holder, aroundEdge(from, to)).map(({ key }) => Number(key.split('|').at(-1)) - nth);

describe('the buckets of an interval', () => {
  it.each([
    ['ends at the edge: only the bucket before it', -3_600_000, 0, [-1]],
    ['begins at the edge: only the bucket after it', 0, 3_600_000, [0]],
    ['one millisecond on either side: both', -1, 1, [-1, 0]],
    ['longer than a bucket: every one it touches, ascending', -1, BUCKET + 1, [-1, 0, 1]],
    ['exactly one bucket: that one', 0, BUCKET, [0]],
    ['a single millisecond', 0, 1, [0]],
  ])('%s', (_name, from, to, expected) => {
    expect(numbersOf(from, to)).toEqual(expected);
  });

  it('also count before 1970', () => {
    const interval = { startsAt: new Date(-1), endsAt: new Date(1) };
    expect(bucketsOf(tenantId, holder, interval).map(({ key }) => key.split('|').at(-1))).toEqual(['-1', '0']);
  });

  it('belong to one tenant and one holder, and expire with their period', () => {
    const [bucket] = bucketsOf(tenantId, holder, aroundEdge(0, 1));
    expect(bucket).toEqual({
      key: `${tenantId}|${holder}|${BUCKET_DAYS}|${nth}`,
      expiresAt: new Date(EDGE.getTime() + BUCKET),
    });
  });
});
