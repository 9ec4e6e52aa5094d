import { COLLECTIONS } from '../../src/store/collections';
import type { CollectionSpec, IndexSpec } from '../../src/store/collection-spec';

/** The fields of a ranged shard key, in order. */
export type ShardKey = readonly [string, ...string[]];

/**
 * Where the `_id` is a text that begins with the tenant, it is the shard key: it is then unique in the whole cluster, an
 * index for it is there, and every statement names it. Everything else of a tenant goes by the tenant.
 */
const BY_ID: ReadonlySet<string> = new Set(['timeLocks', 'idempotency']);

/** null: what every organization shares stays together, unsharded. */
export const shardKeyOf = ({ name, tenantOwned }: Pick<CollectionSpec, 'name' | 'tenantOwned'>): ShardKey | null =>
  tenantOwned ? [BY_ID.has(name) ? '_id' : 'tenantId'] : null;

export const SHARDED: readonly (CollectionSpec & { readonly shardKey: ShardKey })[] = COLLECTIONS.flatMap((spec) => {
  const shardKey = shardKeyOf(spec);
  return shardKey ? [{ ...spec, shardKey }] : [];
});

const startsWith = ({ key }: IndexSpec, fields: ShardKey): boolean =>
  fields.every((field, place) => Object.keys(key)[place] === field);

/** The unique indexes that a cluster would refuse under a shard key: those of which it is not the beginning. */
export const refusedUnder = ({ indexes }: CollectionSpec, shardKey: ShardKey): readonly IndexSpec[] =>
  indexes.filter((index) => index.options?.unique === true && !startsWith(index, shardKey));

/** Whether a collection that holds documents can be sharded as it is: the key itself needs an index. */
export const servesShardKey = ({ indexes }: CollectionSpec, shardKey: ShardKey): boolean =>
  shardKey[0] === '_id' ||
  indexes.some((index) => startsWith(index, shardKey) && index.options?.partialFilterExpression === undefined);

/**
 * The operations whose transaction also writes an organization or an account, which no shard key divides: a commit on two
 * shards, where the organization is not on the database's first one. None of them books, cancels or edits.
 */
export const ACROSS_SHARDS: readonly string[] = [
  'acceptInvitation',
  'acceptInvitationWithProvider',
  'archiveOrganization',
  'changeRole',
  'createOrganization',
  'linkIdentity',
  'removeUser',
  'requestEmailVerification',
  'signUp',
  'signUpWithProvider',
  'transferOwnership',
  'updateOrganization',
  'verifyEmail',
];
