import { Injectable } from '@nestjs/common';
import { serialiseCalendar } from '../../domain/ical';
import { Clock } from '../../platform/clock';
import { Logger } from '../../platform/logger';
import { CalendarFeedRepository } from '../../store/calendar-feed.repository';
import { UnitOfWork } from '../../store/unit-of-work';
import { CalendarEntries } from './calendar-entries';
import type { ReadableFeed } from './find-calendar-feed';

/** Reading is noted once in this time, milliseconds: a program that looks every minute is no write every minute. */
const NOTE_USE_MS = 3_600_000;

/** Makes the calendar of a feed that was found: the dear part, after the reading was counted. */
@Injectable()
export class ReadCalendarFeed {
  constructor(
    private readonly feeds: CalendarFeedRepository,
    private readonly entries: CalendarEntries,
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  /** iCalendar; the same while nothing in it changes. */
  async execute(found: ReadableFeed): Promise<string> {
    const { scope, feed, name, timezone } = found;
    const text = serialiseCalendar({ name, timezone, entries: await this.entries.of(scope, feed) });
    await this.noteUse(found);
    return text;
  }

  /** In the feed's own document and with no row in the journal: it is no change of what the feed is. */
  private async noteUse({ scope, feed }: ReadableFeed): Promise<void> {
    const now = this.clock.now();
    if (feed.lastUsedAt !== null && now.getTime() - feed.lastUsedAt.getTime() < NOTE_USE_MS) return;
    try {
      // One attempt: whoever reads at the same moment notes the same, and a note that is lost is made by the next reading.
      await this.unitOfWork.tryOnce(scope, (tx) => this.feeds.noteUse(tx, feed, now));
    } catch (error) {
      const { requestId, tenantId } = scope;
      this.logger.debug({ err: error, feed: feed.id, requestId, tenantId }, 'the use of a calendar feed was not noted');
    }
  }
}
