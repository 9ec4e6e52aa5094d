import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { RefusedError } from '../domain/errors';
import type { Organization } from '../domain/organization';
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
