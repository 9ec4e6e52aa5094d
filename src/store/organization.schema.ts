import { Schema, Types } from 'mongoose';
import type { AccountId, TenantId } from '../domain/ids';
import { ORGANIZATION_STATUSES, type Organization, type OrganizationStatus } from '../domain/organization';
import { bson, jsonSchema, type CollectionSpec } from './collection-spec';

export interface OrganizationDoc {
  _id: Types.ObjectId;
  name: string;
  slug: string;
  timezone: string;
  status: OrganizationStatus;
  ownerAccountId: Types.ObjectId;
  /** How many ORG_ADMINs there are; changed in the transaction that changes a role [I5]. */
  adminCount: number;
  version: number;
  createdAt: Date;
}

/** Global: a person signs in before an organization is known. Its `_id` is the tenantId of everything it owns. */
export const organizationSchema = new Schema<OrganizationDoc>(
  {
    name: String,
    slug: String,
    timezone: String,
    status: String,
    ownerAccountId: Schema.Types.ObjectId,
    adminCount: Number,
    version: Number,
    createdAt: Date,
  },
  { collection: 'organizations', versionKey: false },
);

export const organizationCollection: CollectionSpec = {
  name: 'organizations',
  tenantOwned: false,
  validator: jsonSchema(
    ['name', 'slug', 'timezone', 'status', 'ownerAccountId', 'adminCount', 'version', 'createdAt'],
    {
      name: bson.text,
      slug: bson.text,
      timezone: bson.text,
      status: bson.oneOf(ORGANIZATION_STATUSES),
      ownerAccountId: bson.id,
      adminCount: bson.wholeFrom(1),
      version: bson.wholeFrom(1),
      createdAt: bson.date,
    },
  ),
  indexes: [
    { key: { slug: 1 }, serves: 'one slug, one organization', options: { unique: true } },
    {
      key: { ownerAccountId: 1 },
      serves: 'one account owns at most one active organization [T21]',
      options: { unique: true, partialFilterExpression: { status: 'ACTIVE' } },
    },
  ],
};

export const toOrganization = (doc: OrganizationDoc): Organization => ({
  id: doc._id.toHexString() as TenantId,
  name: doc.name,
  slug: doc.slug,
  timezone: doc.timezone,
  status: doc.status,
  ownerAccountId: doc.ownerAccountId.toHexString() as AccountId,
  version: doc.version,
  createdAt: doc.createdAt,
});

/** A new organization: its founder is its one ORG_ADMIN. */
export const fromNewOrganization = ({ id, ownerAccountId, ...rest }: Organization): OrganizationDoc => ({
  _id: new Types.ObjectId(id),
  ...rest,
  ownerAccountId: new Types.ObjectId(ownerAccountId),
  adminCount: 1,
});
