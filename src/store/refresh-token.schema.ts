import { Schema, Types } from 'mongoose';
import type { AccountId, SessionId, TenantId, UserId } from '../domain/ids';
import { bson, jsonSchema, type CollectionSpec } from './collection-spec';
import { tenantGuard } from './tenant-guard.plugin';

/** A refresh token as stored: its SHA-256 only. On the wire it is `<organizationId>.<secret>`, found under its tenant. */
export interface StoredRefreshToken {
  readonly tenantId: TenantId;
  readonly userId: UserId;
  readonly accountId: AccountId;
  /** The session that it continues: reuse of any of its tokens ends them together. */
  readonly sessionId: SessionId;
  readonly hash: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  /** When the next one was given out for it; null: not yet. */
  readonly usedAt: Date | null;
}

export type NewRefreshToken = Omit<StoredRefreshToken, 'usedAt'>;

export interface RefreshTokenDoc {
  _id: Types.ObjectId;
  tenantId: Types.ObjectId;
  userId: Types.ObjectId;
  accountId: Types.ObjectId;
  familyId: Types.ObjectId;
  hash: string;
  createdAt: Date;
  expiresAt: Date;
  usedAt?: Date | null;
}

export const refreshTokenSchema = new Schema<RefreshTokenDoc>(
  {
    tenantId: Schema.Types.ObjectId,
    userId: Schema.Types.ObjectId,
    accountId: Schema.Types.ObjectId,
    familyId: Schema.Types.ObjectId,
    hash: String,
    createdAt: Date,
    expiresAt: Date,
    usedAt: Date,
  },
  { collection: 'refreshTokens', versionKey: false },
);
refreshTokenSchema.plugin(tenantGuard);

export const refreshTokenCollection: CollectionSpec = {
  name: 'refreshTokens',
  tenantOwned: true,
  validator: jsonSchema(['tenantId', 'userId', 'accountId', 'familyId', 'hash', 'createdAt', 'expiresAt'], {
    tenantId: bson.id,
    userId: bson.id,
    accountId: bson.id,
    familyId: bson.id,
    hash: bson.text,
    createdAt: bson.date,
    expiresAt: bson.date,
    usedAt: bson.dateOrNull,
  }),
  indexes: [
    { key: { tenantId: 1, hash: 1 }, serves: 'a token presented for refreshing', options: { unique: true } },
    { key: { expiresAt: 1 }, serves: 'expired tokens go', options: { expireAfterSeconds: 0 } },
  ],
};

export const toRefreshToken = (doc: RefreshTokenDoc): StoredRefreshToken => ({
  tenantId: doc.tenantId.toHexString() as TenantId,
  userId: doc.userId.toHexString() as UserId,
  accountId: doc.accountId.toHexString() as AccountId,
  sessionId: doc.familyId.toHexString() as SessionId,
  hash: doc.hash,
  createdAt: doc.createdAt,
  expiresAt: doc.expiresAt,
  // A document of the first version has no such field.
  usedAt: doc.usedAt ?? null,
});

export const fromRefreshToken = ({
  tenantId,
  userId,
  accountId,
  sessionId,
  ...rest
}: NewRefreshToken): RefreshTokenDoc => ({
  _id: new Types.ObjectId(),
  tenantId: new Types.ObjectId(tenantId),
  userId: new Types.ObjectId(userId),
  accountId: new Types.ObjectId(accountId),
  familyId: new Types.ObjectId(sessionId),
  ...rest,
  usedAt: null,
});
