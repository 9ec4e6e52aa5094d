import { Injectable } from '@nestjs/common';
import { InjectConnection, InjectModel } from '@nestjs/mongoose';
import { Connection, trusted, Types, type Model } from 'mongoose';
import { BadUserInputError, NotFoundError } from '../domain/errors';
import type { Event } from '../domain/event';
import type { EventId, OccurrenceId } from '../domain/ids';
import type { Occurrence, OccurrenceSummary } from '../domain/occurrence';
import type { EventDoc } from './event.schema';
import { LONGEST_MS, rangeFinds, type OccurrenceQuery } from './occurrence-range';
import { projectionOf, SUMMARY_PROJECTION, toOccurrenceSummary } from './occurrence-summary';
import { fromOccurrence, type OccurrenceDoc, RANGE_INDEX, toOccurrence } from './occurrence.schema';
import { afterTime, pageOf, type Page, type TimePosition } from './page';
import { TenantCollection, type ReadScope } from './tenant-collection';
import { TenantRepository } from './tenant-repository';
import type { Tx } from './unit-of-work';

/** How many dates "the next one with seats" looks at before it says there is none. */
const NEXT_WITH_SEATS_WALK = 50;
/** A category is the event's alone: its events are looked up first, and above this many the question is too wide. */
const MAX_EVENTS_OF_CATEGORY = 10_000;
/** 730 ahead [A10], and a daily event's past of decades. */
const MAX_DATES_OF_EVENT = 20_000;
/** A date's order, kept by the finds of one page. */
const BY_START = { startsAt: 1, _id: 1 } as const;

@Injectable()
export class OccurrenceRepository extends TenantRepository<OccurrenceDoc> {
  readonly #raw: TenantCollection<OccurrenceDoc>;
  readonly #events: TenantCollection<EventDoc>;

  constructor(@InjectModel('Occurrence') model: Model<OccurrenceDoc>, @InjectConnection() connection: Connection) {
    super(model);
    this.#raw = new TenantCollection(connection, 'occurrences');
    this.#events = new TenantCollection(connection, 'events');
  }

  async findById(scope: ReadScope, id: OccurrenceId): Promise<Occurrence | null> {
    const doc = await this.findOneDoc(scope, { _id: new Types.ObjectId(id) });
    return doc && toOccurrence(doc);
  }

  /** @throws NotFoundError */
  async getById(scope: ReadScope, id: OccurrenceId): Promise<Occurrence> {
    const occurrence = await this.findById(scope, id);
    if (occurrence === null) throw new NotFoundError('occurrence');
    return occurrence;
  }

  async findManyById(scope: ReadScope, ids: readonly OccurrenceId[]): Promise<(Occurrence | null)[]> {
    return (await this.findDocsById(scope, ids)).map((doc) => doc && toOccurrence(doc));
  }

  /**
   * The date of an event that happens once. Of several (it recurred before, or was held and is held again) the one of its
   * newest rule; null when there is no such event.
   */
  async findOnlyIdOfEvent(scope: ReadScope, eventId: EventId): Promise<OccurrenceId | null> {
    const [date] = await this.#raw.find(scope, {
      filter: { eventId: new Types.ObjectId(eventId) },
      sort: { epoch: -1, recurrenceId: -1 },
      projection: { _id: 1 },
      expected: 1,
    });
    return date ? (date._id.toHexString() as OccurrenceId) : null;
  }

  /**
   * All dates of an event, by start; with `endsAfter` only those that are not over by then, and those that were moved by
   * themselves: such a one may be over while its place in the series lies ahead. For edits, not for lists.
   */
  async findAllOfEvent(scope: ReadScope, eventId: EventId, endsAfter?: Date): Promise<Occurrence[]> {
    const filter = {
      eventId: new Types.ObjectId(eventId),
      ...(endsAfter ? { $or: [{ endsAt: { $gt: endsAfter } }, { overriddenFields: 'startsAtLocal' }] } : {}),
    };
    const docs = await this.#raw.find(scope, { filter, expected: MAX_DATES_OF_EVENT });
    return docs.map(toOccurrence).sort((a, b) => a.startsAt.getTime() - b.startsAt.getTime());
  }

  /** How many of an event's dates are not over. */
  async countAhead(scope: ReadScope, eventId: EventId, now: Date): Promise<number> {
    const startsAt = trusted({ $gt: new Date(now.getTime() - LONGEST_MS) });
    return this.countDocs(scope, { eventId: new Types.ObjectId(eventId), startsAt, endsAt: trusted({ $gt: now }) });
  }

  /** Dates that are still to come and not cancelled, of whatever event, in order of (start, id). For jobs. */
  async pageAhead(
    scope: ReadScope,
    { now, after, first }: { readonly now: Date; readonly after: TimePosition | null; readonly first: number },
  ): Promise<Occurrence[]> {
    const $and = [{ startsAt: { $gt: now } }, ...afterTime('startsAt', after)];
    const filter = { $and, status: { $ne: 'CANCELLED' } };
    const docs = await this.#raw.find(scope, { filter, sort: BY_START, expected: first, hint: RANGE_INDEX });
    return docs.map(toOccurrence);
  }

  /** Which keys under the event's current rule are stored. */
  async findKeys(
    scope: ReadScope,
    { id, epoch }: Pick<Event, 'id' | 'epoch'>,
    recurrenceIds: readonly string[],
  ): Promise<Set<string>> {
    const docs = await this.#raw.find(scope, {
      filter: { eventId: new Types.ObjectId(id), epoch, recurrenceId: { $in: recurrenceIds } },
      projection: { recurrenceId: 1 },
      expected: recurrenceIds.length,
    });
    return new Set(docs.map(({ recurrenceId }) => recurrenceId));
  }

  async addMany(tx: Tx, occurrences: readonly Occurrence[]): Promise<void> {
    await this.#raw.insert(tx, occurrences.map(fromOccurrence));
  }

  /**
   * The event's next open date after `after` with at least `seats` free. A counter is never indexed, so it walks the
   * event's dates in order and stops after a bounded number.
   */
  async findNextWithSeats(
    scope: ReadScope,
    { eventId, after, seats }: { eventId: EventId; after: Date; seats: number },
  ): Promise<OccurrenceId | null> {
    const dates = await this.#raw.find(scope, {
      filter: { eventId: new Types.ObjectId(eventId), startsAt: { $gt: after } },
      sort: { startsAt: 1, _id: 1 },
      projection: { seatsLeft: 1, status: 1, paused: 1 },
      expected: NEXT_WITH_SEATS_WALK,
    });
    const next = dates.find((date) => date.status === 'SCHEDULED' && !date.paused && date.seatsLeft >= seats);
    return next ? (next._id.toHexString() as OccurrenceId) : null;
  }

  /**
   * The dates that overlap a range, in order of (startsAt, id); or, without a range, those of one event.
   *
   * @throws BadUserInputError at `filter.category` for a category with more than ten thousand events
   */
  async pageInRange(scope: ReadScope, query: OccurrenceQuery): Promise<Page<OccurrenceSummary>> {
    const eventIds = await this.eventsOfCategory(scope, query);
    const expected = query.first + 1;
    const projection = query.columns ? projectionOf(query.columns) : SUMMARY_PROJECTION;
    const rows: OccurrenceDoc[] = [];
    for (const find of eventIds?.length === 0 ? [] : rangeFinds(query, eventIds)) {
      if (rows.length >= expected) break;
      rows.push(...(await this.#raw.find(scope, { ...find, projection, sort: BY_START, expected })));
    }
    return pageOf(rows, query.first, toOccurrenceSummary);
  }

  /** null: any category will do. */
  private async eventsOfCategory(scope: ReadScope, { category, eventId }: OccurrenceQuery): Promise<EventId[] | null> {
    if (!category) return null;
    const events = await this.#events.find(scope, {
      filter: { category, ...(eventId ? { _id: new Types.ObjectId(eventId) } : {}) },
      sort: { _id: 1 },
      projection: { _id: 1 },
      expected: MAX_EVENTS_OF_CATEGORY + 1,
    });
    if (events.length > MAX_EVENTS_OF_CATEGORY) {
      throw BadUserInputError.at('filter.category', 'has too many events to filter by: ask for one event, or for all');
    }
    return events.map(({ _id }) => _id.toHexString() as EventId);
  }
}
