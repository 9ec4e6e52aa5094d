import { Injectable } from '@nestjs/common';
import { InjectConnection, InjectModel } from '@nestjs/mongoose';
import { Connection, Types, type Model } from 'mongoose';
import { NotFoundError } from '../domain/errors';
import type { Event, EventCategory, EventStatus } from '../domain/event';
import type { EventId } from '../domain/ids';
import type { Document } from './driver';
import { fromEvent, toEvent, type EventDoc } from './event.schema';
import { afterId, pageOf, type IdPosition, type Page, type PageRequest } from './page';
import { TenantCollection, type ReadScope } from './tenant-collection';
import { TenantRepository } from './tenant-repository';
import type { Tx } from './unit-of-work';

export interface EventsQuery extends PageRequest<IdPosition> {
  readonly status?: EventStatus | null;
  readonly category?: EventCategory | null;
  /** Any part of the name, upper or lower case. */
  readonly nameContains?: string | null;
  /** Whether the viewer may see what is not published. */
  readonly seesDrafts: boolean;
}

/** Which dates were asked for: those before `before` of these events. */
export interface HorizonQuery {
  readonly before: Date;
  readonly eventId?: EventId | null;
  readonly category?: EventCategory | null;
  readonly seesDrafts: boolean;
}

/** The largest event has 5000 characters of description and a thousand dates: 500 of them are more than 16 MB. */
const EVENTS_PER_FIND = 100;

@Injectable()
export class EventRepository extends TenantRepository<EventDoc> {
  readonly #raw: TenantCollection<EventDoc>;

  constructor(@InjectModel('Event') model: Model<EventDoc>, @InjectConnection() connection: Connection) {
    super(model, EVENTS_PER_FIND);
    this.#raw = new TenantCollection(connection, 'events');
  }

  async findById(scope: ReadScope, id: EventId): Promise<Event | null> {
    const doc = await this.findOneDoc(scope, { _id: new Types.ObjectId(id) });
    return doc && toEvent(doc);
  }

  /** @throws NotFoundError */
  async getById(scope: ReadScope, id: EventId): Promise<Event> {
    const event = await this.findById(scope, id);
    if (event === null) throw new NotFoundError('event');
    return event;
  }

  async findManyById(scope: ReadScope, ids: readonly EventId[]): Promise<(Event | null)[]> {
    return (await this.findDocsById(scope, ids)).map((doc) => doc && toEvent(doc));
  }

  async add(tx: Tx, event: Event): Promise<void> {
    await this.insertDocs(tx, [fromEvent(event)]);
  }

  /** Events that may get more dates, by id: for the horizon extender [A11]. */
  async findWithHorizon(
    scope: ReadScope,
    { after, first }: { readonly after: EventId | null; readonly first: number },
  ): Promise<Event[]> {
    const beyond = after === null ? {} : { _id: { $gt: new Types.ObjectId(after) } };
    const filter = { ...beyond, horizonAt: { $type: 'date' }, status: { $ne: 'CANCELLED' } };
    return (await this.#raw.find(scope, { filter, sort: { _id: 1 }, expected: first })).map(toEvent);
  }

  /** Under the event's revision, which stays: this is no edit. A conflict with whoever edits it makes one of them retry. */
  async moveHorizon(tx: Tx, { id, revision }: Event, horizonAt: Date | null): Promise<void> {
    const filter = { _id: new Types.ObjectId(id), revision };
    await this.#raw.update(tx, [{ filter, update: { $set: { horizonAt } } }]);
  }

  /** In order of the id. A name is searched by walking the tenant's events: there are thousands of them, not millions. */
  async page(scope: ReadScope, query: EventsQuery): Promise<Page<Event>> {
    const { status, category, nameContains, seesDrafts, first, after } = query;
    const conditions: Document[] = afterId(after);
    if (status) conditions.push({ status });
    if (!seesDrafts) conditions.push({ status: { $ne: 'DRAFT' } });
    if (category) conditions.push({ category });
    if (nameContains) conditions.push({ name: { $regex: literally(nameContains), $options: 'i' } });
    const rows = await this.#raw.find(scope, {
      filter: conditions.length === 0 ? {} : { $and: conditions },
      sort: { _id: 1 },
      expected: first + 1,
    });
    return pageOf(rows, first, toEvent);
  }

  /**
   * The earliest instant before `before` up to which the dates of some of these events exist so far; null: all that
   * are asked for exist. A cancelled event gets no more dates, so it has no horizon to report [A11].
   */
  async earliestHorizon(scope: ReadScope, query: HorizonQuery): Promise<Date | null> {
    const { before, eventId, category, seesDrafts } = query;
    const [event] = await this.#raw.find(scope, {
      filter: {
        horizonAt: { $type: 'date', $lt: before },
        status: { $in: seesDrafts ? ['DRAFT', 'PUBLISHED'] : ['PUBLISHED'] },
        ...(eventId ? { _id: new Types.ObjectId(eventId) } : {}),
        ...(category ? { category } : {}),
      },
      sort: { horizonAt: 1 },
      projection: { horizonAt: 1 },
      expected: 1,
    });
    return event?.horizonAt ?? null;
  }
}

/** What somebody typed, as a pattern that matches just that. */
const literally = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
