import { Injectable } from '@nestjs/common';
import type { Event } from '../domain/event';
import type { EventId } from '../domain/ids';
import type { Organization } from '../domain/organization';
import type { TenantScope } from '../domain/scope';
import { ReadThroughCache } from '../platform/cache';
import { cacheableEvent, cacheableOrganization } from './cacheable';
import { EventRepository } from './event.repository';
import { OrganizationRepository } from './organization.repository';

/**
 * What events and organizations say about themselves, for queries: through the cache. Whoever decides something reads
 * the repository, in its transaction: a `Tx` is not accepted here.
 */
@Injectable()
export class CachedMetadata {
  constructor(
    private readonly cache: ReadThroughCache,
    private readonly events: EventRepository,
    private readonly organizations: OrganizationRepository,
  ) {}

  /** In the order asked, null where there is none. Drafts are among them: the caller hides what its viewer may not see. */
  findEvents(scope: TenantScope, ids: readonly EventId[]): Promise<(Event | null)[]> {
    const load = (missing: readonly string[]) => this.events.findManyById(scope, missing as readonly EventId[]);
    return this.cache.readMany(scope, cacheableEvent, { ids, load });
  }

  /** Past the cache: for whoever knows better than what it holds. */
  findEventsAnew(scope: TenantScope, ids: readonly EventId[]): Promise<(Event | null)[]> {
    return this.events.findManyById(scope, ids);
  }

  /** The organization of the scope. */
  findOrganization(scope: TenantScope): Promise<Organization | null> {
    const load = () => this.organizations.find(scope);
    return this.cache.read(scope, cacheableOrganization, { id: scope.tenantId, load });
  }
}
