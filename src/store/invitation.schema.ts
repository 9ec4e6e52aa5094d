import { Schema, Types } from 'mongoose';
import type { InvitationId, TenantId, UserId } from '../domain/ids';
import type { Invitation } from '../domain/invitation';
import { ROLES, type Role } from '../domain/permissions';
import { bson, jsonSchema, type CollectionSpec } from './collection-spec';
import { tenantGuard } from './tenant-guard.plugin';

export interface InvitationDoc {
  _id: Types.ObjectId;
  tenantId: Types.ObjectId;
  email: string;
  emailKey: string;
  role: Role;
  status: Invitation['status'];
  /** SHA-256 of the token. On the wire it is `<organizationId>.<secret>`, found under its tenant. */
  hash: string;
  expiresAt: Date;
  invitedBy: Types.ObjectId;
  createdAt: Date;
  version: number;
}

export const invitationSchema = new Schema<InvitationDoc>(
  {
    tenantId: Schema.Types.ObjectId,
    email: String,
    emailKey: String,
    role: String,
    status: String,
    hash: String,
    expiresAt: Date,
    invitedBy: Schema.Types.ObjectId,
    createdAt: Date,
    version: Number,
  },
  { collection: 'invitations', versionKey: false },
);
invitationSchema.plugin(tenantGuard);

export const invitationCollection: CollectionSpec = {
  name: 'invitations',
  tenantOwned: true,
  validator: jsonSchema(
    ['tenantId', 'email', 'emailKey', 'role', 'status', 'hash', 'expiresAt', 'invitedBy', 'createdAt', 'version'],
    {
      tenantId: bson.id,
      email: bson.text,
      emailKey: bson.text,
      role: bson.oneOf(ROLES),
      status: bson.oneOf(['PENDING', 'ACCEPTED', 'REVOKED'] satisfies Invitation['status'][]),
      hash: bson.text,
      expiresAt: bson.date,
      invitedBy: bson.id,
      createdAt: bson.date,
      version: bson.wholeFrom(1),
    },
  ),
  indexes: [
    { key: { tenantId: 1, hash: 1 }, serves: 'an invitation presented for acceptance', options: { unique: true } },
    {
      key: { tenantId: 1, emailKey: 1 },
      serves: 'one open invitation per address: inviting again replaces it',
      options: { unique: true, partialFilterExpression: { status: 'PENDING' } },
    },
    { key: { tenantId: 1, emailKey: 1, createdAt: 1 }, serves: 'how often an address was invited of late' },
    { key: { tenantId: 1, _id: 1 }, serves: 'the invitations list, a page at a time' },
  ],
};

/** The hash stays in the store. */
export const toInvitation = (doc: InvitationDoc): Invitation => ({
  id: doc._id.toHexString() as InvitationId,
  tenantId: doc.tenantId.toHexString() as TenantId,
  email: doc.email,
  emailKey: doc.emailKey,
  role: doc.role,
  status: doc.status,
  expiresAt: doc.expiresAt,
  invitedBy: doc.invitedBy.toHexString() as UserId,
  createdAt: doc.createdAt,
  version: doc.version,
});

export const fromInvitation = ({ id, tenantId, invitedBy, ...rest }: Invitation, hash: string): InvitationDoc => ({
  ...rest,
  _id: new Types.ObjectId(id),
  tenantId: new Types.ObjectId(tenantId),
  invitedBy: new Types.ObjectId(invitedBy),
  hash,
});
