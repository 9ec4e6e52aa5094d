import { Injectable } from '@nestjs/common';
import { replacedBy } from '../../domain/journal';
import { requireOpen, type Organization } from '../../domain/organization';
import type { ViewerScope } from '../../domain/scope';
import { Clock } from '../../platform/clock';
import { JournalRepository } from '../../store/journal.repository';
import { OrganizationRepository } from '../../store/organization.repository';
import { EditOnce } from '../edit-once';
import { organizationRow } from './organization-journal';

/** What is left out stays as it is. */
export interface UpdateOrganizationInput {
  readonly name?: string | undefined;
  readonly slug?: string | undefined;
  /** IANA zone, canonical. Events keep the zone that they have. */
  readonly timezone?: string | undefined;
  readonly idempotencyKey: string | null;
}

@Injectable()
export class UpdateOrganization {
  constructor(
    private readonly once: EditOnce,
    private readonly organizations: OrganizationRepository,
    private readonly journal: JournalRepository,
    private readonly clock: Clock,
  ) {}

  /** @throws RefusedError SLUG_TAKEN, BUSY; ForbiddenError; IdempotencyKeyReusedError */
  async execute(
    scope: ViewerScope,
    { idempotencyKey: key, ...fields }: UpdateOrganizationInput,
  ): Promise<Organization> {
    const at = this.clock.now();
    await this.once.run(scope, { key, operation: 'updateOrganization', input: fields }, async (tx) => {
      const organization = await this.organizations.get(tx);
      requireOpen(organization);
      const set = changesOf(organization, fields);
      if (Object.keys(set).length > 0) {
        await this.organizations.change(tx, organization, set);
        await this.journal.add(tx, [
          organizationRow(scope, organization, {
            type: 'ORGANIZATION_UPDATED',
            p: { ...set, before: replacedBy(organization, set) },
            at,
          }),
        ]);
      }
      return { type: 'organization', id: organization.id };
    });
    return this.organizations.get(scope);
  }
}

type Fields = Omit<UpdateOrganizationInput, 'idempotencyKey'>;

/** The fields that are given, and other than they were. */
function changesOf(organization: Organization, { name, slug, timezone }: Fields): Fields {
  const given = Object.entries({ name, slug, timezone }) as [keyof Fields, string | undefined][];
  return Object.fromEntries(given.filter(([field, value]) => value !== undefined && value !== organization[field]));
}
