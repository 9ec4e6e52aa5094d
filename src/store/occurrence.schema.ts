import { Schema, Types } from 'mongoose';
import { CONFLICT_POLICIES } from '../domain/event';
import type { EventId, OccurrenceId, TenantId } from '../domain/ids';
import {
  OCCURRENCE_STATUSES,
  type BookingRules,
  type DstAdjustment,
  type Occurrence,
  type OverridableField,
  type StoredOccurrenceStatus,
} from '../domain/occurrence';
import { bson, jsonSchema, type CollectionSpec } from './collection-spec';
import { tenantGuard } from './tenant-guard.plugin';

export interface OccurrenceDoc {
  _id: Types.ObjectId;
  tenantId: Types.ObjectId;
  eventId: Types.ObjectId;
  epoch: number;
  recurrenceId: string;
  timezone: string;
  startsAtLocal: string;
  startsAt: Date;
  endsAt: Date;
  /** Longer than 24 h: found through an index of its own, so that range queries need not look a month back. */
  long?: true;
  timeV: number;
  dstAdjusted: DstAdjustment | null;
  status: StoredOccurrenceStatus;
  paused?: true;
  hidden?: true;
  rules: BookingRules;
  capacity: number | null;
  confirmedSeats: number;
  heldSeats: number;
  seatsLeft: number;
  waitCount: number;
  waitSeq: number;
  rev: number;
  revision: number;
  name: string | null;
  description: string | null;
  overriddenFields: OverridableField[];
}

export const LONG_MS = 24 * 3_600_000;

export const occurrenceSchema = new Schema<OccurrenceDoc>(
  {
    tenantId: Schema.Types.ObjectId,
    eventId: Schema.Types.ObjectId,
    epoch: Number,
    recurrenceId: String,
    timezone: String,
    startsAtLocal: String,
    startsAt: Date,
    endsAt: Date,
    long: Boolean,
    timeV: Number,
    dstAdjusted: String,
    status: String,
    paused: Boolean,
    hidden: Boolean,
    rules: {
      type: new Schema({ maxSeats: Number, conflictPolicy: String, opensAt: Date, closesAt: Date }, { _id: false }),
    },
    capacity: Number,
    confirmedSeats: Number,
    heldSeats: Number,
    seatsLeft: Number,
    waitCount: Number,
    waitSeq: Number,
    rev: Number,
    revision: Number,
    name: String,
    description: String,
    overriddenFields: [String],
  },
  { collection: 'occurrences', versionKey: false },
);
occurrenceSchema.plugin(tenantGuard);

/** What everybody of an organization may know of: the twin of `isPublished`, as a condition on what is stored. */
export const PUBLISHED = { status: { $in: ['SCHEDULED', 'CANCELLED'] }, hidden: { $exists: false } };

/** The CHECK constraints of `booking-engine.md` §3.1: a bug in the code becomes error 121 and an abort, never an oversell. */
const NUMBERS_AGREE = {
  $expr: {
    $and: [
      { $gte: ['$seatsLeft', 0] },
      { $gte: ['$confirmedSeats', 0] },
      { $gte: ['$heldSeats', 0] },
      { $lt: ['$startsAt', '$endsAt'] },
      {
        $or: [
          { $eq: ['$capacity', null] },
          { $eq: ['$seatsLeft', { $subtract: ['$capacity', { $add: ['$confirmedSeats', '$heldSeats'] }] }] },
        ],
      },
    ],
  },
};

/*
 * The indexes that date lists are read by (`occurrence-range.ts` names them as hints). What follows `_id` only lets a
 * find pass over what it does not want without reading the documents.
 */
export const RANGE_INDEX = { tenantId: 1, startsAt: 1, _id: 1, endsAt: 1, status: 1, eventId: 1 } as const;
export const EVENT_DATES_INDEX = { tenantId: 1, eventId: 1, startsAt: 1, _id: 1, endsAt: 1 } as const;
export const LONG_INDEX = { tenantId: 1, long: 1, startsAt: 1, _id: 1, endsAt: 1, status: 1, eventId: 1 } as const;

export const occurrenceCollection: CollectionSpec = {
  name: 'occurrences',
  tenantOwned: true,
  validator: {
    $and: [
      jsonSchema(
        [
          'tenantId',
          'eventId',
          'epoch',
          'recurrenceId',
          'timezone',
          'startsAtLocal',
          'startsAt',
          'endsAt',
          'timeV',
          'status',
          'rules',
          'capacity',
          'confirmedSeats',
          'heldSeats',
          'seatsLeft',
          'waitCount',
          'waitSeq',
          'rev',
          'revision',
        ],
        {
          tenantId: bson.id,
          eventId: bson.id,
          epoch: bson.wholeFrom(1),
          recurrenceId: bson.text,
          timezone: bson.text,
          startsAtLocal: bson.text,
          startsAt: bson.date,
          endsAt: bson.date,
          timeV: bson.wholeFrom(1),
          status: bson.oneOf(OCCURRENCE_STATUSES),
          rules: {
            bsonType: 'object',
            required: ['maxSeats', 'conflictPolicy', 'opensAt', 'closesAt'],
            properties: {
              maxSeats: bson.wholeFrom(1),
              conflictPolicy: bson.oneOf(CONFLICT_POLICIES),
              opensAt: bson.date,
              closesAt: bson.date,
            },
          },
          capacity: { oneOf: [{ bsonType: 'null' }, bson.wholeFrom(0)] },
          rev: bson.wholeFrom(0),
          revision: bson.wholeFrom(1),
        },
      ),
      NUMBERS_AGREE,
    ],
  },
  indexes: [
    {
      key: { tenantId: 1, eventId: 1, epoch: 1, recurrenceId: 1 },
      serves: 'an occurrence is materialised once, however many workers extend [A11, I6]',
      options: { unique: true },
    },
    { key: RANGE_INDEX, serves: 'occurrences of a range [E10]' },
    { key: EVENT_DATES_INDEX, serves: "an event's dates; the next one with seats" },
    {
      key: LONG_INDEX,
      serves: 'occurrences longer than a day that began before a range',
      options: { partialFilterExpression: { long: true } },
    },
  ],
};

export const toOccurrence = (doc: OccurrenceDoc): Occurrence => ({
  id: doc._id.toHexString() as OccurrenceId,
  tenantId: doc.tenantId.toHexString() as TenantId,
  eventId: doc.eventId.toHexString() as EventId,
  epoch: doc.epoch,
  recurrenceId: doc.recurrenceId,
  timezone: doc.timezone,
  startsAtLocal: doc.startsAtLocal,
  startsAt: doc.startsAt,
  endsAt: doc.endsAt,
  timeV: doc.timeV,
  dstAdjusted: doc.dstAdjusted,
  status: doc.status,
  paused: doc.paused ?? false,
  hidden: doc.hidden ?? false,
  rules: doc.rules,
  capacity: doc.capacity,
  confirmedSeats: doc.confirmedSeats,
  heldSeats: doc.heldSeats,
  seatsLeft: doc.seatsLeft,
  waitCount: doc.waitCount,
  waitSeq: doc.waitSeq,
  rev: doc.rev,
  revision: doc.revision,
  name: doc.name,
  description: doc.description,
  overriddenFields: doc.overriddenFields,
});

const isLong = (occurrence: Pick<Occurrence, 'startsAt' | 'endsAt'>): boolean =>
  occurrence.endsAt.getTime() - occurrence.startsAt.getTime() > LONG_MS;

export function fromOccurrence(occurrence: Occurrence): OccurrenceDoc {
  const { id, tenantId, eventId, paused, hidden, ...rest } = occurrence;
  return {
    _id: new Types.ObjectId(id),
    tenantId: new Types.ObjectId(tenantId),
    eventId: new Types.ObjectId(eventId),
    ...rest,
    overriddenFields: [...rest.overriddenFields],
    ...(paused ? { paused: true as const } : {}),
    ...(hidden ? { hidden: true as const } : {}),
    ...(isLong(occurrence) ? { long: true as const } : {}),
  };
}
