import { Schema, Types } from 'mongoose';
import {
  CALENDAR_FEED_KINDS,
  CALENDAR_FEED_STATUSES,
  MAX_CALENDAR_FEEDS,
  type CalendarFeed,
  type CalendarFeedKind,
  type CalendarFeedStatus,
} from '../domain/calendar-feed';
import type { CalendarFeedId, TenantId, UserId } from '../domain/ids';
import { bson, jsonSchema, type CollectionSpec } from './collection-spec';
import { tenantGuard } from './tenant-guard.plugin';

export interface CalendarFeedDoc {
  _id: Types.ObjectId;
  tenantId: Types.ObjectId;
  userId: Types.ObjectId;
  kind: CalendarFeedKind;
  status: CalendarFeedStatus;
  place: number;
  /** SHA-256 of the token. On the wire it is `<organizationId>.<secret>`, found under its tenant. */
  hash: string;
  createdAt: Date;
  lastUsedAt: Date | null;
  version: number;
}

export const calendarFeedSchema = new Schema<CalendarFeedDoc>(
  {
    tenantId: Schema.Types.ObjectId,
    userId: Schema.Types.ObjectId,
    kind: String,
    status: String,
    place: Number,
    hash: String,
    createdAt: Date,
    lastUsedAt: Date,
    version: Number,
  },
  { collection: 'calendarFeeds', versionKey: false },
);
calendarFeedSchema.plugin(tenantGuard);

export const calendarFeedCollection: CollectionSpec = {
  name: 'calendarFeeds',
  tenantOwned: true,
  validator: jsonSchema(
    ['tenantId', 'userId', 'kind', 'status', 'place', 'hash', 'createdAt', 'lastUsedAt', 'version'],
    {
      tenantId: bson.id,
      userId: bson.id,
      kind: bson.oneOf(CALENDAR_FEED_KINDS),
      status: bson.oneOf(CALENDAR_FEED_STATUSES),
      place: { ...bson.wholeFrom(1), maximum: MAX_CALENDAR_FEEDS },
      hash: bson.text,
      createdAt: bson.date,
      lastUsedAt: bson.dateOrNull,
      version: bson.wholeFrom(1),
    },
  ),
  indexes: [
    { key: { tenantId: 1, hash: 1 }, serves: 'the feed that a calendar program asks for', options: { unique: true } },
    {
      key: { tenantId: 1, userId: 1, place: 1 },
      serves: 'never more active feeds of a user than there are places',
      options: { unique: true, partialFilterExpression: { status: 'ACTIVE' } },
    },
    { key: { tenantId: 1, userId: 1, _id: 1 }, serves: "a user's feeds, a page at a time" },
    { key: { tenantId: 1, kind: 1, _id: 1 }, serves: "the organization's feeds, for its administrators" },
  ],
};

/** The hash stays in the store. */
export const toCalendarFeed = (doc: CalendarFeedDoc): CalendarFeed => ({
  id: doc._id.toHexString() as CalendarFeedId,
  tenantId: doc.tenantId.toHexString() as TenantId,
  userId: doc.userId.toHexString() as UserId,
  kind: doc.kind,
  status: doc.status,
  place: doc.place,
  createdAt: doc.createdAt,
  lastUsedAt: doc.lastUsedAt,
  version: doc.version,
});

export const fromCalendarFeed = ({ id, tenantId, userId, ...rest }: CalendarFeed, hash: string): CalendarFeedDoc => ({
  ...rest,
  _id: new Types.ObjectId(id),
  tenantId: new Types.ObjectId(tenantId),
  userId: new Types.ObjectId(userId),
  hash,
});
