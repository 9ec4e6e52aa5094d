import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { trusted, Types, type Model } from 'mongoose';
import { RefusedError } from '../domain/errors';
import type { AccountId, TenantId } from '../domain/ids';
import type { Organization } from '../domain/organization';
import type { SystemScope } from '../domain/scope';
import { duplicateKeyOf } from './database-error';
import { insertGlobal } from './insert-global';
import { fromNewOrganization, toOrganization, type OrganizationDoc } from './organization.schema';
import { tenantIdOf, type ReadScope } from './tenant-collection';
import type { Tx } from './unit-of-work';

/** The organization of a scope, and no other: it is addressed by the scope's own tenantId. */
@Injectable()
export class OrganizationRepository {
  readonly #model: Model<OrganizationDoc>;

  constructor(@InjectModel('Organization') model: Model<OrganizationDoc>) {
    this.#model = model;
  }

  async find(scope: ReadScope): Promise<Organization | null> {
    const doc = await this.#model.findById(tenantIdOf(scope)).lean().exec();
    return doc && toOrganization(doc);
  }

  /** The active organizations by id, a page at a time: for jobs that visit every tenant [I2]. */
  async idsOfActive(_system: SystemScope, after: TenantId | null, first: number): Promise<TenantId[]> {
    const beyond = after === null ? {} : { _id: trusted({ $gt: new Types.ObjectId(after) }) };
    const query = this.#model
      .find({ ...beyond, status: 'ACTIVE' }, { _id: 1 })
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
  async setOwner(tx: Tx, { from, to }: { readonly from: AccountId; readonly to: AccountId }): Promise<boolean> {
    const owned = { ownerAccountId: new Types.ObjectId(from) };
    try {
      return await this.update(tx, owned, { $set: { ownerAccountId: new Types.ObjectId(to) }, $inc: { version: 1 } });
    } catch (error) {
      if (duplicateKeyOf(error)?.includes('ownerAccountId')) {
        throw new RefusedError({ code: 'ORGANIZATION_ALREADY_OWNED' });
      }
      throw error;
    }
  }

  private async update(tx: Tx, filter: object, update: object): Promise<boolean> {
    tx.wrote = true;
    const mine = { ...filter, _id: tenantIdOf(tx) };
    return (await this.#model.updateOne(mine, update, { session: tx.session }).exec()).matchedCount === 1;
  }

  /** @throws RefusedError SLUG_TAKEN, ORGANIZATION_ALREADY_OWNED */
  async add(tx: Tx, organization: Organization): Promise<void> {
    const doc = { ...fromNewOrganization(organization), _id: tenantIdOf(tx) };
    try {
      await insertGlobal(tx, this.#model, doc);
    } catch (error) {
      const key = duplicateKeyOf(error);
      if (key?.includes('slug')) throw new RefusedError({ code: 'SLUG_TAKEN' });
      if (key?.includes('ownerAccountId')) throw new RefusedError({ code: 'ORGANIZATION_ALREADY_OWNED' });
      throw error;
    }
  }
}
