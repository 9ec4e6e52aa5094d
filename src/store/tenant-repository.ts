import { Types, type Model, type PipelineStage, type QueryFilter, type UpdateQuery } from 'mongoose';
import type { SystemScope } from '../domain/scope';
import { TenantCollection, tenantIdOf, type ReadScope, type TenantsId } from './tenant-collection';
import { Tx } from './unit-of-work';
import type { Document } from './driver';

export interface TenantDoc {
  _id: Types.ObjectId;
  tenantId: Types.ObjectId;
}

interface FindOptions {
  readonly sort?: Record<string, 1 | -1>;
  readonly limit?: number;
}

/**
 * Lock 2 of tenant isolation: the model is out of a subclass's reach, and the few primitives it gets spread the caller's
 * filter first and `tenantId` last. Reads are lean; writes need a `Tx`. What goes through Mongoose, the guard plugin looks at,
 * and `sanitizeFilter` takes every operator for a value that somebody sent, so a filter's own operators are marked as ours:
 * `trusted({ $gt: … })`. Single reads and reads by id go past both: `TenantCollection` puts the tenant into them, and their
 * filters take ids and texts only.
 */
export abstract class TenantRepository<Doc extends TenantDoc> {
  readonly #model: Model<Doc>;
  readonly #commands: TenantCollection<Doc>;

  /** @param idsPerFind where documents are so large that a find of many would not end in one batch */
  constructor(model: Model<Doc>, idsPerFind?: number) {
    this.#model = model;
    this.#commands = new TenantCollection(model.db, model.collection.name, idsPerFind);
  }

  /** In command form, as `findDocsById`: every request reads who asks, and a Mongoose query costs more. */
  protected async findOneDoc(scope: ReadScope, filter: Document): Promise<Doc | null> {
    return this.#commands.findOne(scope, equalities(filter));
  }

  protected async findDocs(scope: ReadScope, filter: Document, { sort, limit }: FindOptions = {}): Promise<Doc[]> {
    const query = this.#model.find(scoped<Doc>(scope, filter)).session(sessionOf(scope)).lean();
    if (sort) query.sort(sort);
    if (limit !== undefined) query.limit(limit);
    return await query.exec();
  }

  /** The documents of many ids, in the order asked, null where there is none for this tenant. */
  protected async findDocsById(scope: ReadScope, ids: readonly string[]): Promise<(Doc | null)[]> {
    const docs = await this.#commands.findByIds(
      scope,
      ids.map((id) => new Types.ObjectId(id)),
    );
    const byId = new Map(docs.map((doc) => [doc._id.toHexString(), doc]));
    return ids.map((id) => byId.get(id) ?? null);
  }

  /** See `TenantCollection.findOfTenants`. */
  protected findDocsOfTenants(
    system: SystemScope,
    wanted: readonly TenantsId[],
    fields: readonly (keyof Doc & string)[],
  ): Promise<(Doc | null)[]> {
    return this.#commands.findOfTenants(system, wanted, fields);
  }

  protected async countDocs(scope: ReadScope, filter: Document): Promise<number> {
    return this.#model.countDocuments(scoped<Doc>(scope, filter)).session(sessionOf(scope)).exec();
  }

  /** `$match` on the tenant comes first; a sub-pipeline has to bring its own (`inTenant`). */
  protected async aggregateDocs<Row>(scope: ReadScope, pipeline: PipelineStage[]): Promise<Row[]> {
    const match: PipelineStage = { $match: { tenantId: tenantIdOf(scope) } };
    return this.#model
      .aggregate<Row>([match, ...pipeline])
      .session(sessionOf(scope))
      .exec();
  }

  protected async insertDocs(tx: Tx, docs: readonly Doc[]): Promise<void> {
    if (docs.length === 0) return;
    tx.wroteTo(this.#model.collection.name);
    const mine = docs.map((doc) => ({ ...doc, tenantId: tenantIdOf(tx) }));
    await this.#model.insertMany(mine, { session: tx.session, ordered: true, lean: true });
  }

  /** Whether a document matched. */
  protected async updateDoc(tx: Tx, filter: Document, update: Document): Promise<boolean> {
    tx.wroteTo(this.#model.collection.name);
    const result = await this.#model
      .updateOne(scoped<Doc>(tx, filter), update as UpdateQuery<Doc>, { session: tx.session })
      .exec();
    return result.matchedCount === 1;
  }

  protected async deleteDocs(tx: Tx, filter: Document): Promise<number> {
    tx.wroteTo(this.#model.collection.name);
    const result = await this.#model.deleteMany(scoped<Doc>(tx, filter), { session: tx.session }).exec();
    return result.deletedCount;
  }
}

/** Nothing on the way of a command takes an operator for what somebody sent, so none is let through. */
function equalities(filter: Document): Document {
  for (const [field, value] of Object.entries(filter)) {
    const isValue = typeof value === 'string' || value instanceof Types.ObjectId;
    if (field.startsWith('$') || !isValue) throw new Error(`${field}: a single read compares with an id or a text`);
  }
  return filter;
}

const scoped = <Doc>(scope: ReadScope, filter: Document): QueryFilter<Doc> => ({
  ...filter,
  tenantId: tenantIdOf(scope),
});

const sessionOf = (scope: ReadScope) => (scope instanceof Tx ? scope.session : null);
