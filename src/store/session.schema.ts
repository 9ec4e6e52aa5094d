import { Schema, Types } from 'mongoose';
import type { AccountId, SessionId, TenantId, UserId } from '../domain/ids';
import { bson, jsonSchema, type CollectionSpec } from './collection-spec';
import { tenantGuard } from './tenant-guard.plugin';

/** One log-in, and all refresh tokens that descend from it: while it is there, their access tokens are good. */
export interface StoredSession {
  readonly id: SessionId;
  readonly tenantId: TenantId;
  readonly userId: UserId;
  readonly accountId: AccountId;
  /** 1 at log-in, and one more with each refresh. */
  readonly version: number;
  readonly createdAt: Date;
  /** As its newest refresh token. */
  readonly expiresAt: Date;
}

export interface SessionDoc {
  _id: Types.ObjectId;
  tenantId: Types.ObjectId;
  userId: Types.ObjectId;
  accountId: Types.ObjectId;
  version: number;
  createdAt: Date;
  expiresAt: Date;
}

export const sessionSchema = new Schema<SessionDoc>(
  {
    tenantId: Schema.Types.ObjectId,
    userId: Schema.Types.ObjectId,
    accountId: Schema.Types.ObjectId,
    version: Number,
    createdAt: Date,
    expiresAt: Date,
  },
  { collection: 'sessions', versionKey: false },
);
sessionSchema.plugin(tenantGuard);

export const sessionCollection: CollectionSpec = {
  name: 'sessions',
  tenantOwned: true,
  validator: jsonSchema(['tenantId', 'userId', 'accountId', 'version', 'createdAt', 'expiresAt'], {
    tenantId: bson.id,
    userId: bson.id,
    accountId: bson.id,
    version: bson.wholeFrom(1),
    createdAt: bson.date,
    expiresAt: bson.date,
  }),
  indexes: [
    { key: { tenantId: 1, userId: 1 }, serves: 'ending all sessions of a user' },
    { key: { expiresAt: 1 }, serves: 'expired sessions go', options: { expireAfterSeconds: 0 } },
  ],
};

export const toSession = (doc: SessionDoc): StoredSession => ({
  id: doc._id.toHexString() as SessionId,
  tenantId: doc.tenantId.toHexString() as TenantId,
  userId: doc.userId.toHexString() as UserId,
  accountId: doc.accountId.toHexString() as AccountId,
  version: doc.version,
  createdAt: doc.createdAt,
  expiresAt: doc.expiresAt,
});

export const fromSession = ({ id, tenantId, userId, accountId, ...rest }: StoredSession): SessionDoc => ({
  _id: new Types.ObjectId(id),
  tenantId: new Types.ObjectId(tenantId),
  userId: new Types.ObjectId(userId),
  accountId: new Types.ObjectId(accountId),
  ...rest,
});
