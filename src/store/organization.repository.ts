import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { trusted, Types, type Model } from 'mongoose';
import { NotFoundError, RefusedError } from '../domain/errors';
import type { AccountId, TenantId } from '../domain/ids';
import type { Organization, OrganizationStatus } from '../domain/organization';
import type { SystemScope } from '../domain/scope';
import type { Membership } from '../domain/user';
import { duplicateKeyOf } from './database-error';
import { insertGlobal } from './insert-global';
import { fromNewOrganization, toOrganization, type OrganizationDoc } from './organization.schema';
import { StaleStatementError, tenantIdOf, type ReadScope } from './tenant-collection';
import { Tx } from './unit-of-work';

export type OrganizationChange = Partial<Pick<Organization, 'name' | 'slug' | 'timezone' | 'status'>>;

export interface OrganizationsQuery {
  /** Left out: whatever it is. */
  readonly status?: Organization['status'];
  /** null: from the beginning. */
  readonly after: TenantId | null;
  readonly first: number;
}

/** The organization of a scope, and no other: it is addressed by the scope's own tenantId. */
@Injectable()
export class OrganizationRepository {
  readonly #model: Model<OrganizationDoc>;

  constructor(@InjectModel('Organization') model: Model<OrganizationDoc>) {
    this.#model = model;
  }

  async find(scope: ReadScope): Promise<Organization | null> {
    const session = scope instanceof Tx ? scope.session : null;
    const doc = await this.#model.findById(tenantIdOf(scope)).session(session).lean().exec();
    return doc && toOrganization(doc);
  }

  /** What they are open for, in the order asked. null: there is none. */
  async findStatuses(_system: SystemScope, ids: readonly TenantId[]): Promise<(OrganizationStatus | null)[]> {
    const wanted = { _id: { $in: ids.map((id) => new Types.ObjectId(id)) } };
    const options = { projection: { status: 1 }, batchSize: ids.length + 1 };
    const docs = await this.#model.collection.find<OrganizationDoc>(wanted, options).toArray();
    const byId = new Map(docs.map(({ _id, status }) => [_id.toHexString(), status]));
    return ids.map((id) => byId.get(id) ?? null);
  }

  /** @throws NotFoundError */
  async get(scope: ReadScope): Promise<Organization> {
    const found = await this.find(scope);
    if (found === null) throw new NotFoundError('organization');
    return found;
  }

  /**
   * Those of `ids` that somebody belongs to, in the order asked: the one read that leaves the organization of a request,
   * for what is its person's own.
   */
  async findManyOfMember(
    memberships: readonly Pick<Membership, 'tenantId'>[],
    ids: readonly TenantId[],
  ): Promise<(Organization | null)[]> {
    const own = memberships.filter(({ tenantId }) => ids.includes(tenantId));
    const wanted = trusted({ $in: own.map(({ tenantId }) => new Types.ObjectId(tenantId)) });
    const docs = await this.#model.find({ _id: wanted }).lean().exec();
    const byId = new Map(docs.map((doc) => [doc._id.toHexString(), toOrganization(doc)]));
    return ids.map((id) => byId.get(id) ?? null);
  }

  /** The organizations by id, those of a status or all, a page at a time: for jobs that visit every tenant [I2]. */
  async ids(_system: SystemScope, { status, after, first }: OrganizationsQuery): Promise<TenantId[]> {
    const beyond = after === null ? {} : { _id: trusted({ $gt: new Types.ObjectId(after) }) };
    const query = this.#model
      .find({ ...beyond, ...(status ? { status } : {}) }, { _id: 1 })
      .sort({ _id: 1 })
      .limit(first);
    return (await query.lean().exec()).map(({ _id }) => _id.toHexString() as TenantId);
  }

  /** One ORG_ADMIN more. Everybody who makes or unmakes one writes this document, so that two at once conflict [I5]. */
  async addAdmin(tx: Tx): Promise<void> {
    if (!(await this.update(tx, {}, { $inc: { adminCount: 1 } }))) throw new Error('an organization is lost');
  }

  /** One ORG_ADMIN less. @throws RefusedError LAST_ADMIN where there is no other */
  async dropAdmin(tx: Tx): Promise<void> {
    const others = { adminCount: trusted({ $gt: 1 }) };
    if (!(await this.update(tx, others, { $inc: { adminCount: -1 } }))) throw new RefusedError({ code: 'LAST_ADMIN' });
  }

  /** Where `from` still owns it; false: not any more. @throws RefusedError ORGANIZATION_ALREADY_OWNED */
  setOwner(tx: Tx, { from, to }: { readonly from: AccountId; readonly to: AccountId }): Promise<boolean> {
    const owned = { ownerAccountId: new Types.ObjectId(from) };
    return this.update(tx, owned, { $set: { ownerAccountId: new Types.ObjectId(to) }, $inc: { version: 1 } });
  }

  /** From `version` to the next one. @throws RefusedError SLUG_TAKEN; StaleStatementError where it is at another */
  async change(tx: Tx, { version }: Pick<Organization, 'version'>, set: OrganizationChange): Promise<void> {
    const changed = await this.update(tx, { version }, { $set: { ...set }, $inc: { version: 1 } });
    if (!changed) throw new StaleStatementError('organizations', 1, 0);
  }

  /** @throws RefusedError SLUG_TAKEN, ORGANIZATION_ALREADY_OWNED */
  async add(tx: Tx, organization: Organization): Promise<void> {
    const doc = { ...fromNewOrganization(organization), _id: tenantIdOf(tx) };
    await insertGlobal(tx, this.#model, doc).catch(refuse);
  }

  private async update(tx: Tx, filter: object, update: object): Promise<boolean> {
    tx.wroteTo(this.#model.collection.name);
    const mine = { ...filter, _id: tenantIdOf(tx) };
    const done = await this.#model.updateOne(mine, update, { session: tx.session }).exec().catch(refuse);
    return done.matchedCount === 1;
  }
}

/** Which of the unique keys stood in the way. */
function refuse(error: unknown): never {
  const key = duplicateKeyOf(error);
  if (key?.includes('slug')) throw new RefusedError({ code: 'SLUG_TAKEN' });
  if (key?.includes('ownerAccountId')) throw new RefusedError({ code: 'ORGANIZATION_ALREADY_OWNED' });
  throw error;
}
