import { COLLECTIONS } from '../../src/store/collections';

/** A TTL index may have one field only; the work queue is read under the `SystemScope`, which belongs to no tenant. */
const isExempt = ({ key, options }: (typeof COLLECTIONS)[number]['indexes'][number]): boolean =>
  options?.expireAfterSeconds !== undefined || Object.keys(key).join() === 'due';

describe('the indexes of a collection that organizations share', () => {
  it.each(COLLECTIONS.filter(({ tenantOwned }) => tenantOwned))('start with the tenant [T8]: $name', ({ indexes }) => {
    for (const index of indexes.filter((one) => !isExempt(one))) expect(Object.keys(index.key)[0]).toBe('tenantId');
  });

  it.each(COLLECTIONS)('say what they are for, and none is the beginning of another: $name', ({ indexes }) => {
    for (const { serves } of indexes) expect(serves.length).toBeGreaterThan(10);
    // A partial or unique index is another index, whatever its key.
    const plain = indexes
      .filter(({ options }) => options === undefined)
      .map(({ key }) => JSON.stringify(key).slice(0, -1));
    for (const one of plain) expect(plain.filter((other) => other.startsWith(one))).toEqual([one]);
  });
});

/** And what belongs to no organization at all: which time zone data there is. */
describe('what every organization shares', () => {
  it('is the short list of what is needed before an organization is known', () => {
    expect(COLLECTIONS.filter(({ tenantOwned }) => !tenantOwned).map(({ name }) => name)).toEqual([
      'organizations',
      'accounts',
      'timeZoneData',
    ]);
  });
});
