import { Injectable } from '@nestjs/common';
import type { CalendarFeed } from '../../domain/calendar-feed';
import { NotFoundError } from '../../domain/errors';
import type { CalendarFeedId, UserId } from '../../domain/ids';
import type { ViewerScope } from '../../domain/scope';
import { maySeeCalendarFeed } from '../../domain/visibility';
import { Clock } from '../../platform/clock';
import { CalendarFeedRepository } from '../../store/calendar-feed.repository';
import { JournalRepository } from '../../store/journal.repository';
import type { ReadScope } from '../../store/tenant-collection';
import type { Tx } from '../../store/unit-of-work';
import { EditOnce } from '../edit-once';
import { peopleRow } from '../people/people-journal';

export interface RevokeCalendarFeedInput {
  readonly feedId: CalendarFeedId;
  readonly idempotencyKey: string | null;
}

/** Makes a feed's address worthless, at once and for ever. Whoever may see a feed may revoke it; repeatable. */
@Injectable()
export class RevokeCalendarFeed {
  constructor(
    private readonly once: EditOnce,
    private readonly feeds: CalendarFeedRepository,
    private readonly journal: JournalRepository,
    private readonly clock: Clock,
  ) {}

  /** @throws NotFoundError; RefusedError BUSY; IdempotencyKeyReusedError; OutcomeUnknownError */
  async execute(scope: ViewerScope, { feedId, idempotencyKey: key }: RevokeCalendarFeedInput): Promise<CalendarFeed> {
    const at = this.clock.now();
    await this.once.run(scope, { key, operation: 'revokeCalendarFeed', input: { feedId } }, async (tx) => {
      await this.revoke(tx, await this.visible(tx, scope, feedId), at);
      return { type: 'calendarFeed', id: feedId };
    });
    return this.visible(scope, scope, feedId);
  }

  /** With whatever else ends somebody's belonging to the organization. */
  async revokeAllOf(tx: Tx, userId: UserId, at: Date): Promise<void> {
    for (const feed of await this.feeds.findActiveOf(tx, userId)) await this.revoke(tx, feed, at);
  }

  private async revoke(tx: Tx, { id, version }: CalendarFeed, at: Date): Promise<void> {
    if (!(await this.feeds.revoke(tx, { id }))) return;
    const target = { noun: 'calendarFeed', id, version: version + 1 } as const;
    await this.journal.add(tx, [peopleRow(tx.scope, target, { type: 'CALENDAR_FEED_REVOKED', p: {}, at })]);
  }

  private async visible(from: ReadScope, { actor }: ViewerScope, id: CalendarFeedId): Promise<CalendarFeed> {
    const feed = await this.feeds.findById(from, id);
    if (feed === null || !maySeeCalendarFeed(actor, feed)) throw new NotFoundError('calendar feed');
    return feed;
  }
}
