import { COLLECTIONS } from '../../src/store/collections';
import { refusedUnder, servesShardKey, SHARDED, type ShardKey } from '../support/shard-keys';

const named = (name: string) => {
  const spec = COLLECTIONS.find((one) => one.name === name);
  if (!spec) throw new Error(`there is no collection ${name}`);
  return spec;
};

describe('a cluster of several shards takes the collections as they are', () => {
  it.each(SHARDED)('every unique index of $name begins with the shard key', (spec) => {
    expect(refusedUnder(spec, spec.shardKey)).toEqual([]);
  });

  it.each(SHARDED)('an index that is there already serves the shard key of $name', (spec) => {
    expect(servesShardKey(spec, spec.shardKey)).toBe(true);
  });
});

describe('a longer shard key', () => {
  it.each<[string, ShardKey]>([
    ['occurrences', ['tenantId', '_id']],
    ['journal', ['tenantId', '_id']],
    ['invitations', ['tenantId', 'hash']],
  ])('of %s would cost a unique index', (name, key) => {
    expect(refusedUnder(named(name), key)).not.toEqual([]);
  });

  it.each<[string, ShardKey]>([
    ['occurrences', ['tenantId', 'eventId']],
    ['registrations', ['tenantId', 'occurrenceId']],
    ['journal', ['tenantId', 'target']],
  ])('of %s is there for an organization that one shard does not hold', (name, key) => {
    expect(refusedUnder(named(name), key)).toEqual([]);
    expect(servesShardKey(named(name), key)).toBe(true);
  });
});
