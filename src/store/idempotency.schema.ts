import { Types } from 'mongoose';
import type { IdempotencyRow, Outcome } from '../domain/idempotency';
import type { TenantId } from '../domain/ids';
import { bson, jsonSchema, type CollectionSpec } from './collection-spec';

export interface IdempotencyDoc {
  /** `<tenantId>|<actor>|<key>` */
  _id: string;
  tenantId: Types.ObjectId;
  hash: string;
  outcome: Outcome;
  expiresAt: Date;
}

export const idempotencyCollection: CollectionSpec = {
  name: 'idempotency',
  tenantOwned: true,
  validator: jsonSchema(['tenantId', 'hash', 'outcome', 'expiresAt'], {
    tenantId: bson.id,
    hash: bson.text,
    outcome: { bsonType: 'object', required: ['type', 'id'] },
    expiresAt: bson.date,
  }),
  indexes: [{ key: { expiresAt: 1 }, serves: 'keys are forgotten after 48 h', options: { expireAfterSeconds: 0 } }],
};

export const fromIdempotencyRow = (tenantId: TenantId, { id, ...rest }: IdempotencyRow): IdempotencyDoc => ({
  _id: id,
  tenantId: new Types.ObjectId(tenantId),
  ...rest,
});

export const toIdempotencyRow = ({ _id, hash, outcome, expiresAt }: IdempotencyDoc): IdempotencyRow => ({
  id: _id,
  hash,
  outcome,
  expiresAt,
});
