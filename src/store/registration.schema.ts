import { Schema, Types } from 'mongoose';
import type { EventId, Holder, OccurrenceId, RegistrationId, TenantId, UserId } from '../domain/ids';
import { REGISTRATION_STATUSES, type Registration, type RegistrationStatus } from '../domain/registration';
import { bson, jsonSchema, type CollectionSpec } from './collection-spec';
import { tenantGuard } from './tenant-guard.plugin';

export interface RegistrationDoc {
  _id: Types.ObjectId;
  tenantId: Types.ObjectId;
  occurrenceId: Types.ObjectId;
  eventId: Types.ObjectId;
  holder: string;
  userId: Types.ObjectId | null;
  /** The registered interval, half-open. */
  s: Date;
  e: Date;
  timeV: number;
  seats: number;
  status: RegistrationStatus;
  /** Present while the registration is not cancelled: what the partial unique index looks at. */
  active?: true;
  /** Kept although it overlaps another one: the visible exception of a chunked move [C7]. */
  flagged?: true;
  registeredBy: string;
  at: Date;
  cancelledAt: Date | null;
  cancelReason: string | null;
  version: number;
}

export const registrationSchema = new Schema<RegistrationDoc>(
  {
    tenantId: Schema.Types.ObjectId,
    occurrenceId: Schema.Types.ObjectId,
    eventId: Schema.Types.ObjectId,
    holder: String,
    userId: Schema.Types.ObjectId,
    s: Date,
    e: Date,
    timeV: Number,
    seats: Number,
    status: String,
    active: Boolean,
    flagged: Boolean,
    registeredBy: String,
    at: Date,
    cancelledAt: Date,
    cancelReason: String,
    version: Number,
  },
  { collection: 'registrations', versionKey: false },
);
registrationSchema.plugin(tenantGuard);

/** Named as hints by the lists that are read through them. */
export const HOLDER_INDEX = { tenantId: 1, holder: 1, s: 1, _id: 1 } as const;
export const ATTENDEES_INDEX = { tenantId: 1, occurrenceId: 1, status: 1, _id: 1 } as const;

export const registrationCollection: CollectionSpec = {
  name: 'registrations',
  tenantOwned: true,
  validator: {
    $and: [
      jsonSchema(
        [
          'tenantId',
          'occurrenceId',
          'eventId',
          'holder',
          's',
          'e',
          'timeV',
          'seats',
          'status',
          'registeredBy',
          'at',
          'version',
        ],
        {
          tenantId: bson.id,
          occurrenceId: bson.id,
          eventId: bson.id,
          holder: bson.text,
          s: bson.date,
          e: bson.date,
          timeV: bson.wholeFrom(1),
          seats: bson.wholeFrom(1),
          status: bson.oneOf(REGISTRATION_STATUSES),
          active: { enum: [true] },
          registeredBy: bson.text,
          at: bson.date,
          version: bson.wholeFrom(1),
        },
      ),
      // Active, or cancelled: never both, never neither.
      { $expr: { $ne: [{ $eq: ['$status', 'CANCELLED'] }, { $eq: ['$active', true] }] } },
    ],
  },
  indexes: [
    {
      key: { tenantId: 1, occurrenceId: 1, holder: 1 },
      serves: 'one active registration per person and date [G3, I6]',
      options: { unique: true, partialFilterExpression: { active: true } },
    },
    { key: HOLDER_INDEX, serves: 'my registrations, by start' },
    { key: ATTENDEES_INDEX, serves: "a date's attendees" },
  ],
};

export const toRegistration = (doc: RegistrationDoc): Registration => ({
  id: doc._id.toHexString() as RegistrationId,
  tenantId: doc.tenantId.toHexString() as TenantId,
  occurrenceId: doc.occurrenceId.toHexString() as OccurrenceId,
  eventId: doc.eventId.toHexString() as EventId,
  holder: doc.holder as Holder,
  userId: doc.userId === null ? null : (doc.userId.toHexString() as UserId),
  startsAt: doc.s,
  endsAt: doc.e,
  timeV: doc.timeV,
  seats: doc.seats,
  status: doc.status,
  registeredBy: doc.registeredBy,
  createdAt: doc.at,
  cancelledAt: doc.cancelledAt,
  cancelReason: doc.cancelReason,
  flagged: doc.flagged ?? false,
  version: doc.version,
});

export function fromRegistration(registration: Registration): RegistrationDoc {
  return {
    _id: new Types.ObjectId(registration.id),
    tenantId: new Types.ObjectId(registration.tenantId),
    occurrenceId: new Types.ObjectId(registration.occurrenceId),
    eventId: new Types.ObjectId(registration.eventId),
    holder: registration.holder,
    userId: registration.userId === null ? null : new Types.ObjectId(registration.userId),
    s: registration.startsAt,
    e: registration.endsAt,
    timeV: registration.timeV,
    seats: registration.seats,
    status: registration.status,
    ...(registration.status === 'CANCELLED' ? {} : { active: true as const }),
    ...(registration.flagged ? { flagged: true as const } : {}),
    registeredBy: registration.registeredBy,
    at: registration.createdAt,
    cancelledAt: registration.cancelledAt,
    cancelReason: registration.cancelReason,
    version: registration.version,
  };
}
