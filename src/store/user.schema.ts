import { Schema, Types } from 'mongoose';
import type { AccountId, TenantId, UserId } from '../domain/ids';
import { ROLES, type Role } from '../domain/permissions';
import { USER_STATUSES, type User, type UserStatus } from '../domain/user';
import { bson, jsonSchema, type CollectionSpec } from './collection-spec';
import { tenantGuard } from './tenant-guard.plugin';

export interface UserDoc {
  _id: Types.ObjectId;
  tenantId: Types.ObjectId;
  accountId: Types.ObjectId;
  name: string;
  email: string;
  role: Role;
  status: UserStatus;
  version: number;
  createdAt: Date;
}

export const userSchema = new Schema<UserDoc>(
  {
    tenantId: Schema.Types.ObjectId,
    accountId: Schema.Types.ObjectId,
    name: String,
    email: String,
    role: String,
    status: String,
    version: Number,
    createdAt: Date,
  },
  { collection: 'users', versionKey: false },
);
userSchema.plugin(tenantGuard);

export const userCollection: CollectionSpec = {
  name: 'users',
  tenantOwned: true,
  validator: jsonSchema(['tenantId', 'accountId', 'name', 'email', 'role', 'status', 'version', 'createdAt'], {
    tenantId: bson.id,
    accountId: bson.id,
    name: bson.text,
    email: bson.text,
    role: bson.oneOf(ROLES),
    status: bson.oneOf(USER_STATUSES),
    version: bson.wholeFrom(1),
    createdAt: bson.date,
  }),
  indexes: [
    {
      key: { tenantId: 1, accountId: 1 },
      serves: 'one user per account and organization [T7]',
      options: { unique: true },
    },
    { key: { tenantId: 1, _id: 1 }, serves: 'the users list, a page at a time' },
    { key: { tenantId: 1, role: 1, _id: 1 }, serves: 'the users list of one role' },
  ],
};

export const toUser = (doc: UserDoc): User => ({
  id: doc._id.toHexString() as UserId,
  tenantId: doc.tenantId.toHexString() as TenantId,
  accountId: doc.accountId.toHexString() as AccountId,
  name: doc.name,
  email: doc.email,
  role: doc.role,
  status: doc.status,
  version: doc.version,
  createdAt: doc.createdAt,
});

export const fromUser = ({ id, tenantId, accountId, ...rest }: User): UserDoc => ({
  _id: new Types.ObjectId(id),
  tenantId: new Types.ObjectId(tenantId),
  accountId: new Types.ObjectId(accountId),
  ...rest,
});
