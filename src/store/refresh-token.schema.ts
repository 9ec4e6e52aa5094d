import { Schema, type Types } from 'mongoose';
import { bson, jsonSchema, type CollectionSpec } from './collection-spec';
import { tenantGuard } from './tenant-guard.plugin';

/** A refresh token as stored: its SHA-256 only. On the wire it is `<organizationId>.<secret>`, found under its tenant. */
export interface RefreshTokenDoc {
  _id: Types.ObjectId;
  tenantId: Types.ObjectId;
  userId: Types.ObjectId;
  accountId: Types.ObjectId;
  /** All tokens that descend from one log-in; reuse of an old one revokes them together. */
  familyId: Types.ObjectId;
  hash: string;
  createdAt: Date;
  expiresAt: Date;
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
  }),
  indexes: [
    { key: { tenantId: 1, hash: 1 }, serves: 'a token presented for refreshing', options: { unique: true } },
    { key: { expiresAt: 1 }, serves: 'expired tokens go', options: { expireAfterSeconds: 0 } },
  ],
};
