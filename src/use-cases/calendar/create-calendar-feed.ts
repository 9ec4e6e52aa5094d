import { Injectable } from '@nestjs/common';
import { freePlace, MAX_CALENDAR_FEEDS, type CalendarFeed, type CalendarFeedKind } from '../../domain/calendar-feed';
import { ForbiddenError, NotFoundError, RefusedError } from '../../domain/errors';
import type { CalendarFeedId } from '../../domain/ids';
import { allows } from '../../domain/permissions';
import type { ViewerScope } from '../../domain/scope';
import { Clock } from '../../platform/clock';
import { newId } from '../../platform/new-id';
import { newTenantToken } from '../../platform/tenant-token';
import { CalendarFeedRepository } from '../../store/calendar-feed.repository';
import { JournalRepository } from '../../store/journal.repository';
import { EditOnce } from '../edit-once';
import { peopleRow } from '../people/people-journal';

export interface CreateCalendarFeedInput {
  readonly kind: CalendarFeedKind;
  readonly idempotencyKey: string | null;
}

export interface CalendarFeedCreated {
  readonly feed: CalendarFeed;
  /** Shown this once; null where the request was answered before. */
  readonly token: string | null;
}

/** Makes a secret address for a calendar program [K6]. */
@Injectable()
export class CreateCalendarFeed {
  constructor(
    private readonly once: EditOnce,
    private readonly feeds: CalendarFeedRepository,
    private readonly journal: JournalRepository,
    private readonly clock: Clock,
  ) {}

  /** @throws RefusedError TOO_MANY_CALENDAR_FEEDS, BUSY; ForbiddenError; IdempotencyKeyReusedError; OutcomeUnknownError */
  async execute(
    scope: ViewerScope,
    { kind, idempotencyKey: key }: CreateCalendarFeedInput,
  ): Promise<CalendarFeedCreated> {
    const { tenantId, actor } = scope;
    if (kind === 'ORGANIZATION' && !allows(actor.role, 'calendarFeed.organization')) throw new ForbiddenError();
    const { token, hash } = newTenantToken(tenantId);
    const id = newId<CalendarFeedId>();
    const createdAt = this.clock.now();
    const outcome = await this.once.run(
      scope,
      { key, operation: 'createCalendarFeed', input: { kind } },
      async (tx) => {
        const place = freePlace(await this.feeds.findActiveOf(tx, actor.userId));
        if (place === null) throw new RefusedError({ code: 'TOO_MANY_CALENDAR_FEEDS', maximum: MAX_CALENDAR_FEEDS });
        const made = { id, tenantId, userId: actor.userId, kind, place, createdAt };
        await this.feeds.add(tx, { ...made, status: 'ACTIVE', lastUsedAt: null, version: 1 }, hash);
        const row = { type: 'CALENDAR_FEED_CREATED', p: { kind }, at: createdAt } as const;
        await this.journal.add(tx, [peopleRow(scope, { noun: 'calendarFeed', id, version: 1 }, row)]);
        return { type: 'calendarFeed', id };
      },
    );
    const feed = await this.feeds.findById(scope, outcome.id as CalendarFeedId);
    if (feed === null) throw new NotFoundError('calendar feed');
    return { feed, token: feed.id === id ? token : null };
  }
}
