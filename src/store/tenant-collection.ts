import { Types, type Connection } from 'mongoose';
import type { TenantId } from '../domain/ids';
import type { SystemScope, TenantScope } from '../domain/scope';
import { isRetryableRead } from './database-error';
import { Tx } from './unit-of-work';
import type { ClientSession, Document } from './driver';

/** Reads take a scope or a transaction (which carries one): architecture lock 1. */
export type ReadScope = TenantScope | Tx;

export interface Statement {
  readonly filter: Document & { readonly _id: unknown };
  readonly update: Document | Document[];
  readonly upsert?: boolean;
  /** A statement that may match nothing (a release from a bucket that has expired) is not counted. */
  readonly optional?: boolean;
}

/** Something of a tenant, by its `_id`. */
export interface TenantsId {
  readonly tenantId: TenantId;
  readonly id: string;
}

interface CommandReply {
  readonly n: number;
  readonly upserted?: readonly unknown[];
  readonly writeErrors?: readonly { index: number; code: number; errmsg: string; keyPattern?: Document }[];
}

/** A statement the database refused inside a command that itself said `ok: 1` (unique key, validator). */
export class StatementError extends Error {
  constructor(
    readonly code: number,
    readonly collection: string,
    readonly keyPattern: Document | undefined,
  ) {
    super(`${collection}: statement refused with ${code}`);
    this.name = 'StatementError';
  }
}

/** Fewer documents were touched than statements sent: the world is not what the code decided on. */
export class StaleStatementError extends Error {
  constructor(collection: string, sent: number, touched: number) {
    super(`${collection}: ${sent} statements, ${touched} documents touched`);
    this.name = 'StaleStatementError';
  }
}

/** A find with `$in` and many ids is cut so that no reply nears 16 MB: for documents of up to some 20 KB. */
const IDS_PER_FIND = 500;

/** Where the `_id` is known no other index is weighed, statement for statement: every one of them begins with the tenant. */
const BY_ID = { _id: 1 } as const;

/**
 * One tenant-owned collection in command form, for the booking path, lists and reads by id: no hydration, no casting.
 * The guard plugin and `sanitizeFilter` do not see these commands, so every filter gets the tenant here, last, and a
 * caller's cannot replace it; operators in a filter are obeyed, so no value of one comes from outside as an object.
 */
export class TenantCollection<Doc extends Document> {
  constructor(
    private readonly connection: Connection,
    private readonly name: string,
    private readonly idsPerFind = IDS_PER_FIND,
  ) {}

  /** All documents that match, in one batch. `expected` bounds them (a list's limit, or the number of ids asked for). */
  async find(
    scope: ReadScope,
    query: {
      filter: Document;
      expected: number;
      sort?: Document;
      limit?: number;
      projection?: Document;
      hint?: Document;
    },
  ): Promise<Doc[]> {
    const { filter, expected, ...rest } = query;
    const reply = await this.read(scope instanceof Tx ? scope : null, {
      find: this.name,
      filter: { ...filter, tenantId: tenantIdOf(scope) },
      // The default is 101 documents, silently; one more than expected makes the cursor end in the first batch.
      batchSize: expected + 1,
      ...(query.sort ? { limit: expected } : {}),
      ...rest,
    });
    const cursor = reply['cursor'] as { id: { isZero(): boolean } | number | bigint; firstBatch: Doc[] };
    const complete = typeof cursor.id === 'object' ? cursor.id.isZero() : Number(cursor.id) === 0;
    if (!complete) throw new Error(`${this.name}: a bounded find came back incomplete`);
    return cursor.firstBatch;
  }

  async findOne(scope: ReadScope, filter: Document): Promise<Doc | null> {
    const [doc] = await this.find(scope, { filter, expected: 1, limit: 1 });
    return doc ?? null;
  }

  /** The one read that knows no tenant: finding whose work is due [I2]. The first `limit` in order. */
  async findAcrossTenants(
    _system: SystemScope,
    { limit, ...query }: { filter: Document; sort: Document; projection: Document; limit: number },
  ): Promise<Doc[]> {
    const reply = await this.read(null, { find: this.name, ...query, limit, batchSize: limit + 1 });
    return (reply['cursor'] as { firstBatch: Doc[] }).firstBatch;
  }

  /** The documents of many `_id`s, in chunks. */
  async findByIds(scope: ReadScope, ids: readonly unknown[], projection?: Document): Promise<Doc[]> {
    const found: Doc[] = [];
    for (let from = 0; from < ids.length; from += this.idsPerFind) {
      const some = ids.slice(from, from + this.idsPerFind);
      const query = { filter: { _id: { $in: some } }, expected: some.length, hint: BY_ID };
      found.push(...(await this.find(scope, projection ? { ...query, projection } : query)));
    }
    return found;
  }

  /**
   * For whoever finds out which scope a request has: documents of several tenants in one round trip, in the order asked.
   * null: that tenant has none of that id. At most as many as `findByIds` reads at once.
   */
  async findOfTenants(
    _system: SystemScope,
    wanted: readonly TenantsId[],
    fields: readonly (keyof Doc & string)[],
  ): Promise<(Doc | null)[]> {
    const reply = await this.read(null, {
      find: this.name,
      filter: {
        _id: { $in: wanted.map(({ id }) => new Types.ObjectId(id)) },
        tenantId: { $in: wanted.map(({ tenantId }) => new Types.ObjectId(tenantId)) },
      },
      hint: BY_ID,
      projection: Object.fromEntries(['tenantId', ...fields].map((field) => [field, 1])),
      batchSize: wanted.length + 1,
    });
    const { firstBatch } = reply['cursor'] as { firstBatch: Doc[] };
    const found = new Map(firstBatch.map((doc) => [`${String(doc['tenantId'])}|${String(doc['_id'])}`, doc]));
    // The filter lets one tenant's id pass with another's tenant: only the pair counts.
    return wanted.map(({ tenantId, id }) => found.get(`${tenantId}|${id}`) ?? null);
  }

  async insert(tx: Tx, documents: readonly Doc[]): Promise<void> {
    if (documents.length === 0) return;
    tx.wroteTo(this.name);
    const tenantId = tenantIdOf(tx);
    if (documents.some((document) => !tenantId.equals(document['tenantId'] as Types.ObjectId))) {
      throw new Error(`${this.name}: a document of another tenant`);
    }
    const reply = await this.command(tx, { insert: this.name, documents, ordered: true });
    this.check(reply as unknown as CommandReply, documents.length);
  }

  /** One command with all statements, each of which must touch exactly one document. */
  async update(tx: Tx, statements: readonly Statement[]): Promise<void> {
    if (statements.length === 0) return;
    tx.wroteTo(this.name);
    const tenantId = tenantIdOf(tx);
    const updates = statements.map(({ filter, update, upsert }) => ({
      q: { ...filter, tenantId },
      u: update,
      upsert: upsert ?? false,
      multi: false,
      hint: BY_ID,
    }));
    const reply = await this.command(tx, { update: this.name, updates, ordered: true });
    const optional = statements.filter((statement) => statement.optional).length;
    this.check(reply as unknown as CommandReply, statements.length - optional);
  }

  /**
   * Updates one document and reads it as it is afterwards, in one round trip.
   *
   * @throws StaleStatementError when nothing matches
   */
  async updateAndRead(tx: Tx, { filter, update }: Pick<Statement, 'filter' | 'update'>): Promise<Doc> {
    tx.wroteTo(this.name);
    const query = { ...filter, tenantId: tenantIdOf(tx) };
    const reply = await this.command(tx, { findAndModify: this.name, query, update, new: true, hint: BY_ID });
    const doc = reply['value'] as Doc | null;
    if (doc === null) throw new StaleStatementError(this.name, 1, 0);
    return doc;
  }

  async delete(tx: Tx, filters: readonly Document[]): Promise<void> {
    if (filters.length === 0) return;
    tx.wroteTo(this.name);
    const deletes = filters.map((filter) => ({ q: { ...filter, tenantId: tenantIdOf(tx) }, limit: 1 }));
    const reply = await this.command(tx, { delete: this.name, deletes, ordered: true });
    this.check(reply as unknown as CommandReply, filters.length);
  }

  /** The reply says `ok: 1` either way: never go on without having compared. */
  private check(reply: CommandReply, atLeast: number): void {
    const refused = reply.writeErrors?.[0];
    if (refused) throw new StatementError(refused.code, this.name, refused.keyPattern);
    if (reply.n < atLeast) throw new StaleStatementError(this.name, atLeast, reply.n);
  }

  private command(tx: Tx, command: Document): Promise<Document> {
    return this.run(command, { session: tx.session });
  }

  /** The driver retries its own finds, but no command. In a transaction the whole of it is tried again: by `UnitOfWork`. */
  private async read(tx: Tx | null, command: Document): Promise<Document> {
    if (tx) return this.command(tx, command);
    try {
      return await this.run(command, {});
    } catch (error) {
      if (!isRetryableRead(error)) throw error;
      return this.run(command, {});
    }
  }

  private async run(command: Document, options: { session?: ClientSession }): Promise<Document> {
    const { db } = this.connection;
    if (!db) throw new Error(`${this.name}: there is no open connection`);
    return db.command(command, options);
  }
}

export const tenantIdOf = (scope: ReadScope): Types.ObjectId => new Types.ObjectId(scope.tenantId);
