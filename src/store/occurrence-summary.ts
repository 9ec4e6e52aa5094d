import type { Types } from 'mongoose';
import type { EventId, OccurrenceId } from '../domain/ids';
import type { OccurrenceSummary } from '../domain/occurrence';
import type { Document } from './driver';
import type { OccurrenceDoc } from './occurrence.schema';

/** Whole documents cost more to decode: the rules of booking alone are a document each. */
export const SUMMARY_PROJECTION = {
  eventId: 1,
  recurrenceId: 1,
  timezone: 1,
  startsAtLocal: 1,
  startsAt: 1,
  endsAt: 1,
  dstAdjusted: 1,
  status: 1,
  capacity: 1,
  confirmedSeats: 1,
  heldSeats: 1,
  seatsLeft: 1,
  waitCount: 1,
  revision: 1,
  name: 1,
  description: 1,
} as const satisfies Record<Exclude<keyof OccurrenceSummary, 'id'>, 1>;

export type OccurrenceColumn = keyof typeof SUMMARY_PROJECTION;

/** The start gives a list its order and its cursors. */
export const projectionOf = (columns: readonly OccurrenceColumn[]): Document => ({
  startsAt: 1,
  ...Object.fromEntries(columns.map((column) => [column, 1])),
});

/** Whole, as far as it was asked for. */
export type OccurrenceSummaryDoc = Pick<OccurrenceDoc, '_id' | OccurrenceColumn>;

/** Nobody looks at a field that was not read. Without copies: a list makes a hundred at a time. */
export const toOccurrenceSummary = (doc: OccurrenceSummaryDoc): OccurrenceSummary =>
  Object.assign(doc as Omit<OccurrenceSummaryDoc, 'eventId'>, {
    id: doc._id.toHexString() as OccurrenceId,
    eventId: (doc.eventId as Types.ObjectId | undefined)?.toHexString() as EventId,
  });
