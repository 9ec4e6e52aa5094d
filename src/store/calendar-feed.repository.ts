import { Injectable } from '@nestjs/common';
import { InjectConnection, InjectModel } from '@nestjs/mongoose';
import { Connection, trusted, Types, type Model } from 'mongoose';
import type { CalendarFeed } from '../domain/calendar-feed';
import type { CalendarFeedId, UserId } from '../domain/ids';
import { fromCalendarFeed, toCalendarFeed, type CalendarFeedDoc } from './calendar-feed.schema';
import { afterId, pageOf, type IdPosition, type Page, type PageRequest } from './page';
import { TenantCollection, type ReadScope } from './tenant-collection';
import { TenantRepository } from './tenant-repository';
import type { Tx } from './unit-of-work';

export interface CalendarFeedsQuery extends PageRequest<IdPosition> {
  readonly userId: UserId;
  /** Whether those of the kind ORGANIZATION are listed whoever made them. */
  readonly seesOrganization: boolean;
}

@Injectable()
export class CalendarFeedRepository extends TenantRepository<CalendarFeedDoc> {
  readonly #raw: TenantCollection<CalendarFeedDoc>;

  constructor(@InjectModel('CalendarFeed') model: Model<CalendarFeedDoc>, @InjectConnection() connection: Connection) {
    super(model);
    this.#raw = new TenantCollection(connection, 'calendarFeeds');
  }

  async findById(scope: ReadScope, id: CalendarFeedId): Promise<CalendarFeed | null> {
    const doc = await this.findOneDoc(scope, { _id: new Types.ObjectId(id) });
    return doc && toCalendarFeed(doc);
  }

  async findManyById(scope: ReadScope, ids: readonly CalendarFeedId[]): Promise<(CalendarFeed | null)[]> {
    return (await this.findDocsById(scope, ids)).map((doc) => doc && toCalendarFeed(doc));
  }

  /** By the SHA-256 of its token; null where it was revoked, too. */
  async findActiveByHash(scope: ReadScope, hash: string): Promise<CalendarFeed | null> {
    const doc = await this.findOneDoc(scope, { hash, status: 'ACTIVE' });
    return doc && toCalendarFeed(doc);
  }

  async findActiveOf(scope: ReadScope, userId: UserId): Promise<CalendarFeed[]> {
    const docs = await this.findDocs(scope, { userId: new Types.ObjectId(userId), status: 'ACTIVE' });
    return docs.map(toCalendarFeed);
  }

  /** @param hash SHA-256 of the token; the token itself is never stored */
  async add(tx: Tx, feed: CalendarFeed, hash: string): Promise<void> {
    await this.insertDocs(tx, [fromCalendarFeed(feed, hash)]);
  }

  /** False: it was revoked before. */
  revoke(tx: Tx, { id }: Pick<CalendarFeed, 'id'>): Promise<boolean> {
    const active = { _id: new Types.ObjectId(id), status: 'ACTIVE' };
    return this.updateDoc(tx, active, { $set: { status: 'REVOKED' }, $inc: { version: 1 } });
  }

  /** No transition: the version stays. Never backwards. False: it was read later than that already, or revoked. */
  noteUse(tx: Tx, { id }: Pick<CalendarFeed, 'id'>, lastUsedAt: Date): Promise<boolean> {
    const before = trusted({ $not: trusted({ $gte: lastUsedAt }) });
    const active = { _id: new Types.ObjectId(id), status: 'ACTIVE', lastUsedAt: before };
    return this.updateDoc(tx, active, { $set: { lastUsedAt } });
  }

  /** In order of the id, which is the order of making. */
  async page(scope: ReadScope, query: CalendarFeedsQuery): Promise<Page<CalendarFeed>> {
    const { userId, seesOrganization, first, after } = query;
    const [behind] = afterId(after);
    const mine = { userId: new Types.ObjectId(userId) };
    const filter = { ...(seesOrganization ? { $or: [mine, { kind: 'ORGANIZATION' }] } : mine), ...behind };
    const rows = await this.#raw.find(scope, { filter, sort: { _id: 1 }, expected: first + 1 });
    return pageOf(rows, first, toCalendarFeed);
  }
}
