import { Injectable } from '@nestjs/common';
import { UnauthenticatedError } from '../../domain/errors';
import type { TenantId } from '../../domain/ids';
import { viewerScope } from '../../domain/scope';
import type { Account, Membership } from '../../domain/user';
import { emailKey } from '../../platform/email-key';
import { isPassword } from '../../platform/password';
import { AccountRepository } from '../../store/account.repository';
import { OrganizationRepository } from '../../store/organization.repository';
import { UnitOfWork } from '../../store/unit-of-work';
import { UserRepository } from '../../store/user.repository';
import { type Session, Sessions, type SessionViewer } from './session';

export interface LogInInput {
  readonly email: string;
  readonly password: string;
  /** Which of the account's organizations; null: the one it joined first. */
  readonly organizationId: TenantId | null;
}

/** One answer for every way to fail: it does not tell which addresses have an account, nor who belongs where [J9]. */
const REFUSED = 'These credentials do not fit: check the address, the password and, if given, the organization.';

@Injectable()
export class LogIn {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly accounts: AccountRepository,
    private readonly users: UserRepository,
    private readonly organizations: OrganizationRepository,
    private readonly sessions: Sessions,
  ) {}

  /** @throws UnauthenticatedError, after the same work whether or not the address is known */
  async execute({ email, password, organizationId }: LogInInput, requestId: string): Promise<Session> {
    // What is no address is looked up all the same: as the key that no account has.
    const known = await this.accounts.findCredentials(emailKey(email) ?? '');
    const fits = await isPassword(known?.passwordHash ?? null, password);
    if (known === null || !fits) throw new UnauthenticatedError(REFUSED);
    const viewer = await this.viewerIn(known.account, organizationId, requestId);
    if (viewer === null) throw new UnauthenticatedError(REFUSED);
    const { session, store } = await this.sessions.prepare(viewer);
    await this.unitOfWork.run(viewer.scope, store);
    return session;
  }

  private async viewerIn(account: Account, wanted: TenantId | null, requestId: string): Promise<SessionViewer | null> {
    for (const membership of account.memberships) {
      if (wanted !== null && membership.tenantId !== wanted) continue;
      const viewer = await this.viewerAs(account, membership, requestId);
      if (viewer !== null) return viewer;
    }
    return null;
  }

  /** The membership only says where to look: role and status are the user's own, the organization has to be open. */
  private async viewerAs(
    account: Account,
    { tenantId, userId, role }: Membership,
    requestId: string,
  ): Promise<SessionViewer | null> {
    const claimed = viewerScope(tenantId, { kind: 'user', userId, accountId: account.id, role }, requestId);
    const user = await this.users.findById(claimed, userId);
    const organization = await this.organizations.find(claimed);
    if (user?.status !== 'ACTIVE' || user.accountId !== account.id || organization?.status !== 'ACTIVE') return null;
    const scope = viewerScope(tenantId, { ...claimed.actor, role: user.role }, requestId);
    return { scope, account, user, organization };
  }
}
