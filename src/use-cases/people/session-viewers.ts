import { Injectable } from '@nestjs/common';
import type { TenantId } from '../../domain/ids';
import { AccountRepository } from '../../store/account.repository';
import { tenantScope, viewerScope } from '../../domain/scope';
import type { Account, Membership } from '../../domain/user';
import { OrganizationRepository } from '../../store/organization.repository';
import type { StoredRefreshToken } from '../../store/refresh-token.schema';
import { UserRepository } from '../../store/user.repository';
import type { SessionViewer } from './session';

/** As whom an account may act, and where. A membership only says where to look: role and status are the user's own. */
@Injectable()
export class SessionViewers {
  constructor(
    private readonly accounts: AccountRepository,
    private readonly users: UserRepository,
    private readonly organizations: OrganizationRepository,
  ) {}

  /**
   * The account as the active user of an open organization.
   *
   * @param wanted which organization; null: the first one that lets the account in
   * @returns null where none does
   */
  async open(account: Account, wanted: TenantId | null, requestId: string): Promise<SessionViewer | null> {
    for (const membership of account.memberships) {
      if (wanted !== null && membership.tenantId !== wanted) continue;
      const viewer = await this.as(account, membership, requestId);
      if (viewer?.organization.status === 'ACTIVE') return viewer;
    }
    return null;
  }

  /** Whom a session belongs to, if still an active user; the organization may be archived. */
  async ofToken(
    token: Pick<StoredRefreshToken, 'tenantId' | 'userId' | 'accountId'>,
    requestId: string,
  ): Promise<SessionViewer | null> {
    const account = await this.accounts.findById(token.accountId);
    return account && this.as(account, token, requestId);
  }

  /** The account as that user, if it is an active one; the organization may be archived. */
  async as(
    account: Account,
    { tenantId, userId }: Pick<Membership, 'tenantId' | 'userId'>,
    requestId: string,
  ): Promise<SessionViewer | null> {
    const scope = tenantScope(tenantId, { kind: 'system', name: 'session-viewers' }, requestId);
    const user = await this.users.findById(scope, userId);
    const organization = await this.organizations.find(scope);
    if (user?.status !== 'ACTIVE' || user.accountId !== account.id || organization === null) return null;
    const actor = { kind: 'user', userId, accountId: account.id, role: user.role } as const;
    return { scope: viewerScope(tenantId, actor, requestId), account, user, organization };
  }
}
