import { Types } from 'mongoose';
import type { JournalId, TenantId } from '../domain/ids';
import type { JournalRow, JournalType } from '../domain/journal';
import { bson, jsonSchema, type CollectionSpec } from './collection-spec';

export interface JournalDoc {
  _id: Types.ObjectId;
  tenantId: Types.ObjectId;
  type: JournalType;
  target: string;
  version: number;
  actor: string;
  requestId: string;
  p: Record<string, unknown>;
  at: Date;
  due?: Date;
  attempts?: number;
  deadAt?: Date;
}

export const journalCollection: CollectionSpec = {
  name: 'journal',
  tenantOwned: true,
  validator: jsonSchema(['tenantId', 'type', 'target', 'version', 'actor', 'requestId', 'p', 'at'], {
    tenantId: bson.id,
    type: bson.text,
    target: bson.text,
    version: bson.wholeFrom(1),
    actor: bson.text,
    requestId: { bsonType: 'string' },
    p: { bsonType: 'object' },
    at: bson.date,
    due: bson.date,
    attempts: bson.wholeFrom(0),
    deadAt: bson.date,
  }),
  indexes: [
    {
      key: { tenantId: 1, target: 1, version: 1 },
      serves: 'each transition exactly once; the history of one thing in order [I11]',
      options: { unique: true },
    },
    { key: { tenantId: 1, at: 1, _id: 1 }, serves: 'the audit log' },
    {
      key: { due: 1 },
      serves: 'the work queue, read under the SystemScope only',
      options: { partialFilterExpression: { due: { $exists: true } } },
    },
  ],
};

export function fromJournalRow({ id, tenantId, due, p, ...rest }: JournalRow): JournalDoc {
  return {
    _id: new Types.ObjectId(id),
    tenantId: new Types.ObjectId(tenantId),
    ...rest,
    p: { ...p },
    ...(due ? { due, attempts: 0 } : {}),
  };
}

export const toJournalRow = ({ _id, tenantId, ...rest }: JournalDoc): JournalRow => ({
  ...rest,
  id: _id.toHexString() as JournalId,
  tenantId: tenantId.toHexString() as TenantId,
});
