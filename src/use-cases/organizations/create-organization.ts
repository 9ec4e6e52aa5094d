import { Injectable } from '@nestjs/common';
import { UnauthenticatedError } from '../../domain/errors';
import type { TenantId, UserId } from '../../domain/ids';
import type { Organization } from '../../domain/organization';
import { viewerScope, type ViewerScope } from '../../domain/scope';
import type { Account, User } from '../../domain/user';
import { Clock } from '../../platform/clock';
import { newId } from '../../platform/new-id';
import { AccountRepository } from '../../store/account.repository';
import { MembershipRepository } from '../../store/membership.repository';
import { EditOnce } from '../edit-once';
import { FoundOrganization, withFreeSlug } from '../people/found-organization';
import type { SessionViewer } from '../people/session';
import { SessionViewers } from '../people/session-viewers';

export interface CreateOrganizationInput {
  readonly name: string;
  /** IANA zone, canonical. */
  readonly timezone: string;
  readonly idempotencyKey: string | null;
}

/** What an account has in a new organization. */
export type Founded = Pick<SessionViewer, 'organization' | 'user'>;

/** A further organization of an account that owns none: the caller becomes its ORG_ADMIN, and stays what they are here. */
@Injectable()
export class CreateOrganization {
  constructor(
    private readonly once: EditOnce,
    private readonly accounts: AccountRepository,
    private readonly founding: FoundOrganization,
    private readonly memberships: MembershipRepository,
    private readonly viewers: SessionViewers,
    private readonly clock: Clock,
  ) {}

  /** @throws RefusedError ORGANIZATION_ALREADY_OWNED, BUSY; IdempotencyKeyReusedError */
  async execute(scope: ViewerScope, { idempotencyKey: key, ...input }: CreateOrganizationInput): Promise<Founded> {
    const account = await this.accountOf(scope);
    const keyed = { key, operation: 'createOrganization', input };
    const { id } = await withFreeSlug(input.name, (slug) => {
      const { organization, user } = newOrganization(account, { ...input, slug }, this.clock.now());
      const founded = viewerScope(organization.id, founderOf(user), scope.requestId);
      return this.once.found(scope, { ...keyed, founded }, async (tx) => {
        await this.founding.write(tx, organization, user);
        await this.memberships.add(tx, founderOf(user));
        return { type: 'organization', id: organization.id };
      });
    });
    return this.read(scope, id as TenantId);
  }

  private async accountOf({ actor }: ViewerScope): Promise<Account> {
    const account = await this.accounts.findById(actor.accountId);
    if (account === null) throw new UnauthenticatedError();
    return account;
  }

  /** As it is now: a replay may find it archived. */
  private async read(scope: ViewerScope, tenantId: TenantId): Promise<Founded> {
    const account = await this.accountOf(scope);
    const membership = account.memberships.find((one) => one.tenantId === tenantId);
    const viewer = membership && (await this.viewers.as(account, membership, scope.requestId));
    if (!viewer) throw new UnauthenticatedError();
    return viewer;
  }
}

const founderOf = ({ id, accountId, role }: User) => ({ kind: 'user', userId: id, accountId, role }) as const;

function newOrganization(
  { id: accountId, name, email }: Account,
  given: Pick<Organization, 'name' | 'slug' | 'timezone'>,
  createdAt: Date,
): { readonly organization: Organization; readonly user: User } {
  const tenantId = newId<TenantId>();
  const common = { status: 'ACTIVE', version: 1, createdAt } as const;
  return {
    organization: { ...given, ...common, id: tenantId, ownerAccountId: accountId },
    user: { ...common, id: newId<UserId>(), tenantId, accountId, name, email, role: 'ORG_ADMIN' },
  };
}
