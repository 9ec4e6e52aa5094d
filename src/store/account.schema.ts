import { Schema, Types } from 'mongoose';
import { EMAIL_CODE_TRIES, type EmailCheck } from '../domain/email-code';
import type { AccountId, TenantId, UserId } from '../domain/ids';
import type { Role } from '../domain/permissions';
import type { Account, Identity } from '../domain/user';
import { bson, jsonSchema, type CollectionSpec } from './collection-spec';

export interface MembershipDoc {
  tenantId: Types.ObjectId;
  userId: Types.ObjectId;
  role: Role;
}

export interface AccountDoc {
  _id: Types.ObjectId;
  email: string;
  /** Trimmed, NFKC, IDNA, case-folded: what "the same address" means. */
  emailKey: string;
  name: string;
  /** Absent: who signs in through a provider alone. */
  passwordHash?: string;
  /** Written in the transaction that writes the user; lets a log-in find its organizations. */
  memberships: MembershipDoc[];
  /** At sign-in providers; absent rather than empty, so that the partial index leaves the account out. */
  identities?: Identity[];
  /** Absent in documents of the first version. */
  emailVerifiedAt?: Date | null;
  /** Absent before the first code. */
  emailCheck?: Omit<EmailCheck, 'verifiedAt'>;
  createdAt: Date;
}

export const accountSchema = new Schema<AccountDoc>(
  {
    email: String,
    emailKey: String,
    name: String,
    passwordHash: { type: String, select: false },
    memberships: [{ _id: false, tenantId: Schema.Types.ObjectId, userId: Schema.Types.ObjectId, role: String }],
    identities: { type: [{ _id: false, issuer: String, subject: String }], default: undefined, select: false },
    emailVerifiedAt: Date,
    emailCheck: { type: Schema.Types.Mixed, default: undefined, select: false },
    createdAt: Date,
  },
  { collection: 'accounts', versionKey: false },
);

export const accountCollection: CollectionSpec = {
  name: 'accounts',
  tenantOwned: false,
  validator: jsonSchema(['email', 'emailKey', 'name', 'memberships', 'createdAt'], {
    email: bson.text,
    emailKey: bson.text,
    name: bson.text,
    passwordHash: bson.text,
    memberships: { bsonType: 'array' },
    identities: {
      bsonType: 'array',
      minItems: 1,
      items: {
        bsonType: 'object',
        required: ['issuer', 'subject'],
        properties: { issuer: bson.text, subject: bson.text },
      },
    },
    emailVerifiedAt: bson.dateOrNull,
    emailCheck: {
      bsonType: 'object',
      required: ['version', 'code', 'sentAt'],
      properties: {
        version: bson.wholeFrom(1),
        code: {
          bsonType: ['object', 'null'],
          required: ['hash', 'expiresAt', 'tries'],
          properties: {
            hash: bson.text,
            expiresAt: bson.date,
            tries: { ...bson.wholeFrom(0), maximum: EMAIL_CODE_TRIES },
          },
        },
        sentAt: { bsonType: 'array', items: bson.date },
      },
    },
    createdAt: bson.date,
  }),
  indexes: [
    { key: { emailKey: 1 }, serves: 'log-in; one account per address [T12]', options: { unique: true } },
    {
      key: { 'identities.issuer': 1, 'identities.subject': 1 },
      serves: 'log-in through a provider; one account per identity [T12]',
      options: { unique: true, partialFilterExpression: { 'identities.issuer': { $exists: true } } },
    },
  ],
};

export const toAccount = (doc: Omit<AccountDoc, 'passwordHash' | 'identities' | 'emailCheck'>): Account => ({
  id: doc._id.toHexString() as AccountId,
  email: doc.email,
  name: doc.name,
  memberships: doc.memberships.map((membership) => ({
    tenantId: membership.tenantId.toHexString() as TenantId,
    userId: membership.userId.toHexString() as UserId,
    role: membership.role,
  })),
  emailVerifiedAt: doc.emailVerifiedAt ?? null,
  createdAt: doc.createdAt,
});

/** What an account is found by, and let in by: never read with the rest of it. */
export type AccountSecrets = Pick<AccountDoc, 'emailKey' | 'passwordHash' | 'identities'>;

export const fromAccount = ({ id, memberships, ...rest }: Account, secrets: AccountSecrets): AccountDoc => ({
  _id: new Types.ObjectId(id),
  ...rest,
  ...secrets,
  memberships: memberships.map(({ tenantId, userId, role }) => ({
    tenantId: new Types.ObjectId(tenantId),
    userId: new Types.ObjectId(userId),
    role,
  })),
});
