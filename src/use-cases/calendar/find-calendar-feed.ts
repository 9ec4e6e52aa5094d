import { Injectable } from '@nestjs/common';
import type { CalendarFeed } from '../../domain/calendar-feed';
import { tenantScope, type TenantScope } from '../../domain/scope';
import { tenantOfToken, tenantTokenHash } from '../../platform/tenant-token';
import { CalendarFeedRepository } from '../../store/calendar-feed.repository';
import { OrganizationRepository } from '../../store/organization.repository';
import { UserRepository } from '../../store/user.repository';

/** A feed that answers, and what its calendar is called. */
export interface ReadableFeed {
  readonly scope: TenantScope;
  readonly feed: CalendarFeed;
  readonly name: string;
  /** Of the organization. */
  readonly timezone: string;
}

/**
 * The feed behind a token [K6, T10]. Nothing is remembered between two readings: a feed that is revoked, a user who is
 * removed and an organization that is archived answer no more from that moment on.
 */
@Injectable()
export class FindCalendarFeed {
  constructor(
    private readonly feeds: CalendarFeedRepository,
    private readonly users: UserRepository,
    private readonly organizations: OrganizationRepository,
  ) {}

  /** null: there is no such feed, or none any more; which of these is not told. */
  async execute(token: string, requestId: string): Promise<ReadableFeed | null> {
    const tenantId = tenantOfToken(token);
    if (tenantId === null) return null;
    const scope = tenantScope(tenantId, { kind: 'system', name: 'calendar-feed' }, requestId);
    const feed = await this.feeds.findActiveByHash(scope, tenantTokenHash(token));
    if (feed === null) return null;
    const user = await this.users.findById(scope, feed.userId);
    const organization = await this.organizations.find(scope);
    if (user?.status !== 'ACTIVE' || organization?.status !== 'ACTIVE') return null;
    const name = feed.kind === 'MINE' ? `${organization.name}: ${user.name}` : organization.name;
    return { scope, feed, name, timezone: organization.timezone };
  }
}
