import { Types } from 'mongoose';
import { MAX_DURATION_MS } from '../domain/duration';
import type { EventCategory } from '../domain/event';
import type { EventId } from '../domain/ids';
import type { OccurrenceStatus } from '../domain/occurrence';
import { DAY_MS } from '../domain/civil-date';
import type { Document } from './driver';
import { afterTime, type PageRequest, type TimePosition } from './page';
import type { OccurrenceColumn } from './occurrence-summary';
import { EVENT_DATES_INDEX, LONG_INDEX, LONG_MS, PUBLISHED, RANGE_INDEX } from './occurrence.schema';

/** Half-open; a date belongs to it when it overlaps it [E11]. */
export interface InstantRange {
  readonly from: Date;
  readonly to: Date;
}

/** Which dates a viewer asks for, and the moment of asking, which ONGOING and COMPLETED depend on. */
export interface OccurrenceQuery extends PageRequest<TimePosition> {
  /** null: all of one event's dates. */
  readonly range: InstantRange | null;
  readonly eventId?: EventId | null;
  readonly status?: OccurrenceStatus | null;
  readonly category?: EventCategory | null;
  readonly onlyWithSeats?: boolean | null;
  /** Whether the viewer may see what is not published. */
  readonly seesDrafts: boolean;
  readonly now: Date;
  /** What to fill in besides id and start; left out: everything. */
  readonly columns?: readonly OccurrenceColumn[];
}

/** A find on one index: conditions that all hold, in order of (startsAt, _id). */
export interface RangeFind {
  readonly filter: Document;
  readonly hint: Document;
}

/** The longest a date can last on the clock: 31 calendar days may have an hour more, or a day where a zone skipped one. */
export const LONGEST_MS = MAX_DURATION_MS + DAY_MS;

/**
 * The finds whose rows, one after the other, are the page in order. Overlap without reading the past: what is not long
 * and overlaps a range began less than a day before it; the few long ones that began earlier have an index of their own,
 * and every one of them sorts before all the others (`booking-engine.md` §4).
 *
 * @param eventIds the events that the dates have to belong to; null: any
 */
export function rangeFinds(query: OccurrenceQuery, eventIds: readonly EventId[] | null): RangeFind[] {
  const { range, eventId, after } = query;
  const common = conditionsOf(query, eventIds);
  if (eventId) {
    const overlapping = range === null ? [] : between(range, LONGEST_MS);
    const $and = [...common, ...afterTime('startsAt', after), ...overlapping];
    const filter = { eventId: new Types.ObjectId(eventId), ...($and.length === 0 ? {} : { $and }) };
    return [{ filter, hint: EVENT_DATES_INDEX }];
  }
  if (range === null) throw new Error('dates of more than one event are asked for by range');
  const lookBack = new Date(range.from.getTime() - LONG_MS);
  const began = [{ startsAt: { $lte: lookBack } }, ...between(range, LONGEST_MS)];
  const long = (behind: Document[]): RangeFind => ({
    filter: { long: true, $and: [...common, ...behind, ...began] },
    hint: LONG_INDEX,
  });
  const recent = (behind: Document[]): RangeFind => ({
    filter: { $and: [...common, ...behind, ...between(range, LONG_MS)] },
    hint: RANGE_INDEX,
  });
  if (after === null) return [long([]), recent([])];
  return after.startsAt <= lookBack ? [...behindInTwo(after).map(long), recent([])] : behindInTwo(after).map(recent);
}

/**
 * What follows a position, as two finds: the rest of the same instant, then all that is later. In one find, every page
 * would read again what starts at its first instant; a tenant may have thousands of dates at nine on a Monday.
 */
const behindInTwo = ({ startsAt, id }: TimePosition): Document[][] => [
  [{ startsAt, _id: { $gt: new Types.ObjectId(id) } }],
  [{ startsAt: { $gt: startsAt } }],
];

const between = ({ from, to }: InstantRange, lookBackMs: number): Document[] => [
  { startsAt: { $gt: new Date(from.getTime() - lookBackMs), $lt: to } },
  { endsAt: { $gt: from } },
];

function conditionsOf(query: OccurrenceQuery, eventIds: readonly EventId[] | null): Document[] {
  const conditions: Document[] = [];
  if (query.status) conditions.push(hasStatus(query.status, query.now));
  if (!query.seesDrafts) conditions.push(PUBLISHED);
  if (eventIds !== null) conditions.push({ eventId: { $in: eventIds.map((id) => new Types.ObjectId(id)) } });
  // A counter that every booking changes is not indexed: full dates are read and passed over, as many as the range has.
  if (query.onlyWithSeats) conditions.push({ seatsLeft: { $gt: 0 } });
  return conditions;
}

/** The status a reader sees, as a condition on what is stored and on the time: the twin of `statusAt` [E6]. */
function hasStatus(status: OccurrenceStatus, now: Date): Document {
  switch (status) {
    case 'DRAFT':
    case 'CANCELLED':
      return { status };
    case 'SCHEDULED':
      return { status: 'SCHEDULED', startsAt: { $gt: now } };
    case 'ONGOING':
      return { status: 'SCHEDULED', startsAt: { $lte: now }, endsAt: { $gt: now } };
    case 'COMPLETED':
      return { status: 'SCHEDULED', endsAt: { $lte: now } };
  }
}
