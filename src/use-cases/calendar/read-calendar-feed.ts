import { Injectable } from '@nestjs/common';
import type { CalendarFeed } from '../../domain/calendar-feed';
import { serialiseCalendar } from '../../domain/ical';
import { tenantScope, type TenantScope } from '../../domain/scope';
import { Clock } from '../../platform/clock';
import { tenantOfToken, tenantTokenHash } from '../../platform/tenant-token';
import { CalendarFeedRepository } from '../../store/calendar-feed.repository';
import { OrganizationRepository } from '../../store/organization.repository';
import { UnitOfWork } from '../../store/unit-of-work';
import { UserRepository } from '../../store/user.repository';
import { CalendarEntries } from './calendar-entries';

export interface CalendarRead {
  readonly feed: CalendarFeed;
  /** iCalendar; the same while nothing in it changes. */
  readonly text: string;
}

/** Reading is noted once in this time, milliseconds: a program that looks every minute is no write every minute. */
const NOTE_USE_MS = 3_600_000;

/**
 * The calendar behind a token [K6, T10]. Nothing is remembered between two readings: a feed that is revoked, a user who is
 * removed and an organization that is archived answer no more from that moment on.
 */
@Injectable()
export class ReadCalendarFeed {
  constructor(
    private readonly feeds: CalendarFeedRepository,
    private readonly users: UserRepository,
    private readonly organizations: OrganizationRepository,
    private readonly entries: CalendarEntries,
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  /** null: there is no such feed, or none any more; which of these is not told. */
  async execute(token: string, requestId: string): Promise<CalendarRead | null> {
    const tenantId = tenantOfToken(token);
    if (tenantId === null) return null;
    const scope = tenantScope(tenantId, { kind: 'system', name: 'calendar-feed' }, requestId);
    const feed = await this.feeds.findActiveByHash(scope, tenantTokenHash(token));
    if (feed === null) return null;
    const user = await this.users.findById(scope, feed.userId);
    const organization = await this.organizations.find(scope);
    if (user?.status !== 'ACTIVE' || organization?.status !== 'ACTIVE') return null;
    const text = serialiseCalendar({
      name: feed.kind === 'MINE' ? `${organization.name}: ${user.name}` : organization.name,
      timezone: organization.timezone,
      entries: await this.entries.of(scope, feed),
    });
    await this.noteUse(scope, feed);
    return { feed, text };
  }

  /** In the feed's own document and with no row in the journal: it is no change of what the feed is. */
  private async noteUse(scope: TenantScope, feed: CalendarFeed): Promise<void> {
    const now = this.clock.now();
    if (feed.lastUsedAt !== null && now.getTime() - feed.lastUsedAt.getTime() < NOTE_USE_MS) return;
    // One attempt: whoever reads at the same moment notes the same, and a note that is lost is made by the next reading.
    await this.unitOfWork.tryOnce(scope, (tx) => this.feeds.noteUse(tx, feed, now));
  }
}
