import { Schema, Types } from 'mongoose';
import {
  CONFLICT_POLICIES,
  EVENT_CATEGORIES,
  EVENT_STATUSES,
  type ConflictPolicy,
  type Event,
  type EventCategory,
  type EventStatus,
} from '../domain/event';
import type { EventId, TenantId } from '../domain/ids';
import { bson, jsonSchema, type CollectionSpec } from './collection-spec';
import { tenantGuard } from './tenant-guard.plugin';

export interface EventDoc {
  _id: Types.ObjectId;
  tenantId: Types.ObjectId;
  name: string;
  description: string | null;
  category: EventCategory;
  status: EventStatus;
  timezone: string;
  startsAtLocal: string;
  duration: string;
  recurrence: { rrule: string; exdates: string[]; rdates: string[] } | null;
  capacity: number | null;
  maxSeatsPerRegistration: number;
  conflictPolicy: ConflictPolicy;
  epoch: number;
  horizonAt: Date | null;
  revision: number;
  /** Only while a change larger than one transaction is under way. */
  editing?: true;
  createdAt: Date;
  updatedAt: Date;
}

export const eventSchema = new Schema<EventDoc>(
  {
    tenantId: Schema.Types.ObjectId,
    name: String,
    description: String,
    category: String,
    status: String,
    timezone: String,
    startsAtLocal: String,
    duration: String,
    recurrence: {
      type: new Schema({ rrule: String, exdates: [String], rdates: [String] }, { _id: false }),
      default: undefined,
    },
    capacity: Number,
    maxSeatsPerRegistration: Number,
    conflictPolicy: String,
    epoch: Number,
    horizonAt: Date,
    revision: Number,
    editing: Boolean,
    createdAt: Date,
    updatedAt: Date,
  },
  { collection: 'events', versionKey: false },
);
eventSchema.plugin(tenantGuard);

export const eventCollection: CollectionSpec = {
  name: 'events',
  tenantOwned: true,
  validator: jsonSchema(
    [
      'tenantId',
      'name',
      'category',
      'status',
      'timezone',
      'startsAtLocal',
      'duration',
      'maxSeatsPerRegistration',
      'conflictPolicy',
      'epoch',
      'revision',
      'createdAt',
      'updatedAt',
    ],
    {
      tenantId: bson.id,
      name: bson.text,
      description: bson.textOrNull,
      category: bson.oneOf(EVENT_CATEGORIES),
      status: bson.oneOf(EVENT_STATUSES),
      timezone: bson.text,
      startsAtLocal: bson.text,
      duration: bson.text,
      recurrence: { bsonType: ['object', 'null'] },
      capacity: { oneOf: [{ bsonType: 'null' }, bson.wholeFrom(0)] },
      maxSeatsPerRegistration: bson.wholeFrom(1),
      conflictPolicy: bson.oneOf(CONFLICT_POLICIES),
      epoch: bson.wholeFrom(1),
      horizonAt: bson.dateOrNull,
      revision: bson.wholeFrom(1),
      editing: bson.flag,
      createdAt: bson.date,
      updatedAt: bson.date,
    },
  ),
  indexes: [
    // The status behind `_id` lets a list pass over drafts without reading them.
    { key: { tenantId: 1, _id: 1, status: 1 }, serves: 'the events list, newest last, a page at a time' },
    { key: { tenantId: 1, status: 1, _id: 1 }, serves: 'the events list of one status' },
    { key: { tenantId: 1, category: 1, _id: 1, status: 1 }, serves: 'the events list of one category' },
    {
      key: { tenantId: 1, horizonAt: 1, status: 1 },
      serves: 'events whose horizon the extender moves on; the earliest horizon of a range',
      options: { partialFilterExpression: { horizonAt: { $type: 'date' } } },
    },
  ],
};

export const toEvent = (doc: EventDoc): Event => ({
  id: doc._id.toHexString() as EventId,
  tenantId: doc.tenantId.toHexString() as TenantId,
  name: doc.name,
  description: doc.description,
  category: doc.category,
  status: doc.status,
  timezone: doc.timezone,
  startsAtLocal: doc.startsAtLocal,
  duration: doc.duration,
  recurrence: doc.recurrence,
  capacity: doc.capacity,
  maxSeatsPerRegistration: doc.maxSeatsPerRegistration,
  conflictPolicy: doc.conflictPolicy,
  epoch: doc.epoch,
  horizonAt: doc.horizonAt,
  revision: doc.revision,
  editing: doc.editing ?? false,
  createdAt: doc.createdAt,
  updatedAt: doc.updatedAt,
});

export function fromEvent({ id, tenantId, editing, recurrence, ...rest }: Event): EventDoc {
  return {
    _id: new Types.ObjectId(id),
    tenantId: new Types.ObjectId(tenantId),
    ...rest,
    recurrence: recurrence && {
      rrule: recurrence.rrule,
      exdates: [...recurrence.exdates],
      rdates: [...recurrence.rdates],
    },
    ...(editing ? { editing: true as const } : {}),
  };
}
