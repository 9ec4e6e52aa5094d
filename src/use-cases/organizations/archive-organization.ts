import { Injectable } from '@nestjs/common';
import type { Organization } from '../../domain/organization';
import type { ViewerScope } from '../../domain/scope';
import { Clock } from '../../platform/clock';
import { JournalRepository } from '../../store/journal.repository';
import { OrganizationRepository } from '../../store/organization.repository';
import { EditOnce } from '../edit-once';
import { Authenticator } from '../people/authenticate';
import { organizationRow } from './organization-journal';

/**
 * Closes an organization: from then on its tokens answer FORBIDDEN, here at once and in other processes within `TRUST_MS`.
 * Nothing in it is cancelled. It keeps its slug; its owner may found another one [T21], with a token that is still valid
 * (`OUTSIDE_ORGANIZATION`) or from another organization.
 */
@Injectable()
export class ArchiveOrganization {
  constructor(
    private readonly once: EditOnce,
    private readonly organizations: OrganizationRepository,
    private readonly journal: JournalRepository,
    private readonly authenticator: Authenticator,
    private readonly clock: Clock,
  ) {}

  /** @throws RefusedError BUSY; IdempotencyKeyReusedError */
  async execute(scope: ViewerScope, key: string | null): Promise<Organization> {
    const at = this.clock.now();
    await this.once.run(scope, { key, operation: 'archiveOrganization', input: {} }, async (tx) => {
      const organization = await this.organizations.get(tx);
      if (organization.status === 'ACTIVE') {
        await this.organizations.change(tx, organization, { status: 'ARCHIVED' });
        const p = { status: 'ARCHIVED', before: { status: organization.status } };
        await this.journal.add(tx, [organizationRow(scope, organization, { type: 'ORGANIZATION_ARCHIVED', p, at })]);
      }
      return { type: 'organization', id: organization.id };
    });
    this.authenticator.forgetOrganization(scope.tenantId);
    return this.organizations.get(scope);
  }
}
