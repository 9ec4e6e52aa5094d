import { Types } from 'mongoose';
import { DELIVERY_KEPT_MS, DELIVERY_KINDS, type Delivery, type DeliveryKind } from '../domain/delivery';
import type { JournalId, TenantId } from '../domain/ids';
import { bson, jsonSchema, type CollectionSpec } from './collection-spec';

export interface DeliveryDoc {
  _id: string;
  tenantId: Types.ObjectId;
  journalId: Types.ObjectId;
  kind: DeliveryKind;
  to: string;
  secret: string | null;
  expiresAt: Date;
  createdAt: Date;
  /** Absent before the journal row is worked on, and after the end. */
  due?: Date;
  attempts: number;
  /** The last attempts in a row whose worker did not live to tell, the running one included. Absent: none. */
  unfinished?: number;
  /** A code, never words of a server: those repeat addresses. */
  lastError?: string;
  sentAt?: Date;
  deadAt?: Date;
  removeAt: Date;
}

/** What has ended is not tried again and holds no secret; it ended one way. */
const ENDED_HOLDS_NOTHING = {
  $or: [
    { sentAt: { $exists: false }, deadAt: { $exists: false } },
    { secret: null, due: { $exists: false }, sentAt: { $exists: true }, deadAt: { $exists: false } },
    { secret: null, due: { $exists: false }, sentAt: { $exists: false }, deadAt: { $exists: true } },
  ],
};

export const deliveryCollection: CollectionSpec = {
  name: 'deliveries',
  tenantOwned: true,
  validator: {
    $and: [
      jsonSchema(['tenantId', 'journalId', 'kind', 'to', 'secret', 'expiresAt', 'createdAt', 'attempts', 'removeAt'], {
        tenantId: bson.id,
        journalId: bson.id,
        kind: bson.oneOf(DELIVERY_KINDS),
        to: bson.text,
        secret: bson.textOrNull,
        expiresAt: bson.date,
        createdAt: bson.date,
        due: bson.date,
        attempts: bson.wholeFrom(0),
        unfinished: bson.wholeFrom(0),
        lastError: bson.text,
        sentAt: bson.date,
        deadAt: bson.date,
        removeAt: bson.date,
      }),
      ENDED_HOLDS_NOTHING,
    ],
  },
  indexes: [
    { key: { tenantId: 1, journalId: 1 }, serves: 'what one journal row is expanded into' },
    {
      key: { due: 1 },
      serves: 'the delivery queue, read under the SystemScope only',
      options: { partialFilterExpression: { due: { $exists: true } } },
    },
    { key: { removeAt: 1 }, serves: 'what became of old deliveries goes', options: { expireAfterSeconds: 0 } },
  ],
};

export const fromDelivery = ({ id, tenantId, journalId, ...rest }: Delivery): DeliveryDoc => ({
  _id: id,
  tenantId: new Types.ObjectId(tenantId),
  journalId: new Types.ObjectId(journalId),
  ...rest,
  attempts: 0,
  removeAt: new Date(rest.expiresAt.getTime() + DELIVERY_KEPT_MS),
});

export const toDelivery = (doc: DeliveryDoc): Delivery => ({
  id: doc._id,
  tenantId: doc.tenantId.toHexString() as TenantId,
  journalId: doc.journalId.toHexString() as JournalId,
  kind: doc.kind,
  to: doc.to,
  secret: doc.secret,
  expiresAt: doc.expiresAt,
  createdAt: doc.createdAt,
});
