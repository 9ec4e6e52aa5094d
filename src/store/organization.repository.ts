import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { trusted, Types, type Model } from 'mongoose';
import { RefusedError } from '../domain/errors';
import type { TenantId } from '../domain/ids';
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
