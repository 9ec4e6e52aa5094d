import { Injectable } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import { RefusedError } from '../../domain/errors';
import type { JournalId } from '../../domain/ids';
import type { Organization } from '../../domain/organization';
import { actorKey } from '../../domain/scope';
import { slugOf } from '../../domain/slug';
import type { User } from '../../domain/user';
import { newId } from '../../platform/new-id';
import { JournalRepository } from '../../store/journal.repository';
import { OrganizationRepository } from '../../store/organization.repository';
import type { Tx } from '../../store/unit-of-work';
import { UserRepository } from '../../store/user.repository';

/** An organization and the user who founds it, with their journal rows, as part of somebody's transaction. */
@Injectable()
export class FoundOrganization {
  constructor(
    private readonly organizations: OrganizationRepository,
    private readonly users: UserRepository,
    private readonly journal: JournalRepository,
  ) {}

  /** @throws RefusedError SLUG_TAKEN, ORGANIZATION_ALREADY_OWNED */
  async write(tx: Tx, organization: Organization, founder: User): Promise<void> {
    await this.organizations.add(tx, organization);
    await this.users.add(tx, founder);
    const { tenantId, scope } = tx;
    const common = {
      tenantId,
      version: 1,
      actor: actorKey(scope.actor),
      requestId: scope.requestId,
      at: organization.createdAt,
    };
    await this.journal.add(tx, [
      {
        ...common,
        id: newId<JournalId>(),
        type: 'ORGANIZATION_FOUNDED',
        target: `organization:${tenantId}`,
        p: { name: organization.name, slug: organization.slug, timezone: organization.timezone },
      },
      {
        ...common,
        id: newId<JournalId>(),
        type: 'USER_JOINED',
        target: `user:${founder.id}`,
        p: { role: founder.role },
      },
    ]);
  }
}

/** The second attempt already has four random bytes: only a name that everybody takes needs it. */
const SLUG_ATTEMPTS = 5;

/** Runs `found` with a slug made from the name, and again with another one as long as the slug is taken. */
export async function withFreeSlug<T>(name: string, found: (slug: string) => Promise<T>): Promise<T> {
  const plain = slugOf(name);
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await found(attempt === 1 ? plain : `${plain}-${randomBytes(4).toString('hex')}`);
    } catch (error) {
      const taken = error instanceof RefusedError && error.code === 'SLUG_TAKEN';
      if (!taken || attempt === SLUG_ATTEMPTS) throw error;
    }
  }
}
