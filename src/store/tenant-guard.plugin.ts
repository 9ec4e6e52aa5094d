import type { Aggregate, Query, Schema } from 'mongoose';

const GUARDED_QUERIES = [
  'find',
  'findOne',
  'findOneAndUpdate',
  'findOneAndDelete',
  'findOneAndReplace',
  'countDocuments',
  'distinct',
  'updateOne',
  'updateMany',
  'replaceOne',
  'deleteOne',
  'deleteMany',
] as const;

export class UnscopedQueryError extends Error {
  constructor(collection: string, operation: string) {
    super(
      `${operation} on ${collection} without a tenantId: take a TenantScope and go through the repository's primitives`,
    );
    this.name = 'UnscopedQueryError';
  }
}

/** A tenant id is an ObjectId or its text; an operator object (`{$ne: …}`), null or '' would match more than one tenant. */
function isTenantId(value: unknown): boolean {
  if (typeof value === 'string') return /^[0-9a-f]{24}$/.test(value);
  return typeof value === 'object' && value !== null && '_bsontype' in value && value._bsontype === 'ObjectId';
}

const hasTenant = (filter: unknown): boolean =>
  typeof filter === 'object' && filter !== null && 'tenantId' in filter && isTenantId(filter.tenantId);

interface BulkOperation {
  readonly insertOne?: { document?: unknown };
  readonly [operation: string]: { filter?: unknown; document?: unknown } | undefined;
}

/**
 * Lock 3 of tenant isolation, the seat belt: on a tenant-owned schema every query, aggregation and bulk write whose
 * filter names no tenant throws before it reaches MongoDB. It does not see `save()`, `watch()`, commands or the native
 * collection: the first two are not used, the others only by the store's own primitives (`TenantCollection`).
 */
export function tenantGuard(schema: Schema): void {
  schema.pre([...GUARDED_QUERIES], function (this: Query<unknown, unknown>) {
    if (!hasTenant(this.getFilter())) throw new UnscopedQueryError(this.model.collection.name, opOf(this));
  });
  schema.pre('estimatedDocumentCount', function () {
    throw new UnscopedQueryError('a tenant-owned collection', 'estimatedDocumentCount');
  });
  schema.pre('aggregate', function (this: Aggregate<unknown>) {
    const first = this.pipeline()[0];
    const match = first && '$match' in first ? first.$match : undefined;
    if (!hasTenant(match)) throw new UnscopedQueryError('a tenant-owned collection', 'aggregate');
  });
  schema.pre('insertMany', function (docs: unknown) {
    const all: unknown[] = Array.isArray(docs) ? docs : [docs];
    if (!all.every(hasTenant)) throw new UnscopedQueryError(this.collection.name, 'insertMany');
  });
  schema.pre('bulkWrite', function (operations) {
    for (const operation of operations as unknown as BulkOperation[]) {
      const target = operation.insertOne ? operation.insertOne.document : Object.values(operation)[0]?.filter;
      if (!hasTenant(target)) throw new UnscopedQueryError(this.collection.name, 'bulkWrite');
    }
  });
}

const opOf = (query: Query<unknown, unknown>): string => ('op' in query ? String(query.op) : 'query');
