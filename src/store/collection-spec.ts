import type { CreateIndexesOptions } from './driver';

export interface IndexSpec {
  readonly key: Readonly<Record<string, 1 | -1>>;
  /** Which question this index answers, or which rule it enforces. */
  readonly serves: string;
  readonly options?: Pick<CreateIndexesOptions, 'unique' | 'partialFilterExpression' | 'expireAfterSeconds'>;
}

/**
 * What the database itself enforces on one collection: the CHECK constraints (validator) and the indexes. Migrations
 * create it; nothing else does (`autoIndex` is off).
 */
export interface CollectionSpec {
  readonly name: string;
  /** Tenant-owned: every index starts with tenantId (exempt: `_id`, TTL, the work queue `{due}`). */
  readonly tenantOwned: boolean;
  readonly validator: Record<string, unknown>;
  readonly indexes: readonly IndexSpec[];
}

/** `$jsonSchema` of a collection; a tenant-owned one always requires `tenantId`. */
export const jsonSchema = (
  required: readonly string[],
  properties: Record<string, unknown>,
): Record<string, unknown> => ({
  $jsonSchema: { bsonType: 'object', required, properties },
});

export const bson = {
  id: { bsonType: 'objectId' },
  text: { bsonType: 'string', minLength: 1 },
  textOrNull: { bsonType: ['string', 'null'] },
  date: { bsonType: 'date' },
  dateOrNull: { bsonType: ['date', 'null'] },
  flag: { bsonType: 'bool' },
  /** Doubles are admitted because the driver writes numbers beyond 32 bits as doubles. */
  wholeFrom: (minimum: number) => ({ bsonType: ['int', 'long', 'double'], minimum, multipleOf: 1 }),
  oneOf: (values: readonly string[]) => ({ enum: [...values] }),
};
