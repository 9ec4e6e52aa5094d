import type { Types } from 'mongoose';
import { bson, jsonSchema, type CollectionSpec } from './collection-spec';

/**
 * A holder's booked intervals in one bucket (`domain/bucket.ts`). The `_id` is the constraint: the upsert that takes
 * time filters for "no overlap", so an overlap turns it into a second insert of the same `_id` and fails.
 */
export interface TimeLockDoc {
  _id: string;
  tenantId: Types.ObjectId;
  holder: string;
  expiresAt: Date;
  /** Half-open [s, e); r = registration, o = occurrence. Not indexed. */
  iv: { s: Date; e: Date; r: Types.ObjectId; o: Types.ObjectId }[];
}

const TTL_SECONDS = 90 * 86_400;

export const timeLockCollection: CollectionSpec = {
  name: 'timeLocks',
  tenantOwned: true,
  validator: jsonSchema(['tenantId', 'holder', 'expiresAt', 'iv'], {
    tenantId: bson.id,
    holder: bson.text,
    expiresAt: bson.date,
    iv: { bsonType: 'array' },
  }),
  indexes: [
    {
      key: { expiresAt: 1 },
      serves: 'buckets go 90 days after their end',
      options: { expireAfterSeconds: TTL_SECONDS },
    },
  ],
};
