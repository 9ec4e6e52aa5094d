import { Types } from 'mongoose';
import type {
  BookedInterval,
  BucketChange,
  NewBucket,
  OccurrenceChange,
  RegistrationChange,
} from '../domain/booking/view';
import type { Document } from './driver';
import { LONG_MS } from './occurrence.schema';
import type { Statement } from './tenant-collection';
import type { TimeLockDoc } from './time-lock.schema';

/**
 * The statements of booking, each with its constraint inside: even if `decide` were wrong or its view stale, the
 * database refuses (`booking-engine.md` §2.2, §3.2).
 */

/** Compare-and-set on `rev`: nobody booked since the view was read. */
export function occurrenceStatement({ id, expectedRev, set }: OccurrenceChange): Statement {
  const { paused, hidden, ...fields } = set;
  const moved = set.startsAt !== undefined && set.endsAt !== undefined;
  const isLong = moved && set.endsAt.getTime() - set.startsAt.getTime() > LONG_MS;
  const unset = {
    ...(paused === false ? { paused: '' } : {}),
    ...(hidden === false ? { hidden: '' } : {}),
    ...(moved && !isLong ? { long: '' } : {}),
  };
  const flags = {
    ...(paused ? { paused: true } : {}),
    ...(hidden ? { hidden: true } : {}),
    ...(isLong ? { long: true } : {}),
  };
  const values = { ...fields, ...flags };
  return {
    filter: { _id: new Types.ObjectId(id), rev: expectedRev },
    update: {
      ...(Object.keys(values).length > 0 ? { $set: values } : {}),
      ...(Object.keys(unset).length > 0 ? { $unset: unset } : {}),
      $inc: { rev: 1 },
    },
  };
}

/** Compare-and-set on `version`. */
export function registrationStatement({ registration, expectedVersion }: RegistrationChange): Statement {
  const { startsAt, endsAt, timeV, seats, status, cancelledAt, cancelReason, version, flagged } = registration;
  const set = { s: startsAt, e: endsAt, timeV, seats, status, cancelledAt, cancelReason, version };
  return {
    filter: { _id: new Types.ObjectId(registration.id), version: expectedVersion },
    update: {
      $set: { ...set, ...(flagged ? { flagged: true } : {}) },
      ...(status === 'CANCELLED' ? { $unset: { active: '' } } : {}),
    },
  };
}

const toEntry = ({ startsAt, endsAt, registrationId, occurrenceId }: BookedInterval): TimeLockDoc['iv'][number] => ({
  s: startsAt,
  e: endsAt,
  r: new Types.ObjectId(registrationId),
  o: new Types.ObjectId(occurrenceId),
});

/** Cheaper than an upsert, and as safe: the key says whose time, so a second one of it is E11000 or a conflict. */
export const fromNewBucket = ({ key, tenantId, holder, expiresAt, booked }: NewBucket): TimeLockDoc => ({
  _id: key,
  tenantId: new Types.ObjectId(tenantId),
  holder,
  expiresAt,
  iv: booked.map(toEntry),
});

const overlapOf = ({ startsAt, endsAt }: BookedInterval): Document => ({ s: { $lt: endsAt }, e: { $gt: startsAt } });

/**
 * One statement per bucket: ACQUIRE (only added), RELEASE (only removed) or NET (both). An upsert whose filter says "no
 * overlap": with an overlap it becomes a second insert of the same `_id`, and E11000 ends the transaction.
 */
export function bucketStatement({ key, holder, expiresAt, remove, add, force }: BucketChange): Statement {
  const removed = remove.map((id) => new Types.ObjectId(id));
  if (add.length === 0 && force.length === 0) {
    // A bucket may have expired: then there is nothing to release.
    return { filter: { _id: key }, update: { $pull: { iv: { r: { $in: removed } } } }, optional: true };
  }
  const entries = [...add, ...force].map(toEntry);
  const own = removed.length > 0 ? { r: { $nin: removed } } : {};
  const overlap = { iv: { $not: { $elemMatch: { ...own, $or: add.map(overlapOf) } } } };
  const filter = { _id: key, holder, ...(add.length > 0 ? overlap : {}) };
  if (removed.length === 0) {
    return { filter, update: { $push: { iv: { $each: entries } }, $setOnInsert: { expiresAt } }, upsert: true };
  }
  const kept = { $filter: { input: { $ifNull: ['$iv', []] }, cond: { $not: { $in: ['$$this.r', removed] } } } };
  const net = { expiresAt: { $ifNull: ['$expiresAt', expiresAt] }, iv: { $concatArrays: [kept, entries] } };
  return { filter, update: [{ $set: net }], upsert: true };
}
