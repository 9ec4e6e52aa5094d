import { Injectable } from '@nestjs/common';
import { RefusedError, UnauthenticatedError } from '../../domain/errors';
import type { AccountId, TenantId, UserId } from '../../domain/ids';
import { type Invitation, invitationStatus, isBacked } from '../../domain/invitation';
import type { Organization } from '../../domain/organization';
import { tenantScope, viewerScope } from '../../domain/scope';
import type { Account, User } from '../../domain/user';
import { Clock } from '../../platform/clock';
import { newId } from '../../platform/new-id';
import { hashPassword, isPassword } from '../../platform/password';
import { tenantOfToken, tenantTokenHash } from '../../platform/tenant-token';
import { AccountRepository } from '../../store/account.repository';
import { InvitationRepository } from '../../store/invitation.repository';
import { OrganizationRepository } from '../../store/organization.repository';
import { UserRepository } from '../../store/user.repository';
import { JoinOrganization } from './join-organization';
import type { Session, SessionViewer } from './session';

export interface AcceptInvitationInput {
  /** As it was sent: `<organization id>.<secret>`. */
  readonly token: string;
  /** What the person is to be called in the organization. */
  readonly name: string;
  /** Of the account that the address has, or for the one that is made. */
  readonly password: string;
}

/** Nobody's: what is not a token is looked up all the same, and so is who sent it. */
const NO_TENANT = '0'.repeat(24) as TenantId;
const NO_USER = '0'.repeat(24) as UserId;
const INVALID = { code: 'INVITATION_INVALID' } as const;

/**
 * Somebody who holds an invitation's token joins: the invited address, in the invited role, in the organization that the
 * token names, once [J11]. Unknown, expired, revoked, used, of somebody who may not invite any more, and of an archived
 * organization are one answer, after the same work. Only to whoever holds a good token a wrong password is told as such; that the address has an account they would
 * learn from signing up as well.
 */
@Injectable()
export class AcceptInvitation {
  constructor(
    private readonly accounts: AccountRepository,
    private readonly users: UserRepository,
    private readonly organizations: OrganizationRepository,
    private readonly invitations: InvitationRepository,
    private readonly join: JoinOrganization,
    private readonly clock: Clock,
  ) {}

  /** @throws RefusedError INVITATION_INVALID, BUSY; UnauthenticatedError: not the account's password; OutcomeUnknownError */
  async execute(input: AcceptInvitationInput, requestId: string): Promise<Session> {
    try {
      return await this.accept(input, requestId);
    } catch (error) {
      if (!(error instanceof RefusedError) || error.code !== 'EMAIL_TAKEN') throw error;
      // The address has got an account in the meantime: its password decides.
      return this.accept(input, requestId);
    }
  }

  private async accept(input: AcceptInvitationInput, requestId: string): Promise<Session> {
    const open = await this.findOpen(input.token, requestId);
    const known = await this.accounts.findCredentials(open?.invitation.emailKey ?? '');
    // One password's work in every case.
    const passwordHash = open && !known ? await hashPassword(input.password) : null;
    const fits = passwordHash !== null || (await isPassword(known?.passwordHash ?? null, input.password));
    if (open === null) throw new RefusedError(INVALID);
    if (!fits) throw new UnauthenticatedError('This is not the password of the account that the invited address has.');
    const { invitation, at } = open;
    const account = known?.account ?? accountFor(invitation, input.name, at);
    const before = await this.users.findByAccount(asSystem(invitation.tenantId, requestId), account.id);
    if (before?.status === 'ACTIVE') throw new RefusedError(INVALID);
    const secrets = passwordHash === null ? null : { emailKey: invitation.emailKey, passwordHash };
    const viewer = viewerOf({ ...open, account, before, name: input.name, requestId });
    return this.join.execute({ invitation, viewer, secrets, before, at });
  }

  /** The invitation of a token that is still good, and its organization. */
  private async findOpen(token: string, requestId: string): Promise<Open | null> {
    const scope = asSystem(tenantOfToken(token) ?? NO_TENANT, requestId);
    const invitation = await this.invitations.findByHash(scope, tenantTokenHash(token));
    const organization = await this.organizations.find(scope);
    const invitedBy = await this.users.findById(scope, invitation?.invitedBy ?? NO_USER);
    const at = this.clock.now();
    if (invitation === null || organization?.status !== 'ACTIVE' || !isBacked(invitedBy)) return null;
    return invitationStatus(invitation, at) === 'PENDING' ? { invitation, organization, at } : null;
  }
}

interface Open {
  readonly invitation: Invitation;
  readonly organization: Organization;
  readonly at: Date;
}

const asSystem = (tenantId: TenantId, requestId: string) =>
  tenantScope(tenantId, { kind: 'system', name: 'invitations' }, requestId);

/** The address is the inviter's word for it: it is not verified. */
const accountFor = ({ email }: Invitation, name: string, createdAt: Date): Account => ({
  id: newId<AccountId>(),
  email,
  name,
  memberships: [],
  emailVerifiedAt: null,
  createdAt,
});

/** Whoever was here before, and was removed, is the same user again. */
function viewerOf(
  of: Open & { account: Account; before: User | null; name: string; requestId: string },
): SessionViewer {
  const { account, before, name, organization, at } = of;
  const { tenantId, role } = of.invitation;
  const accountId = account.id;
  const id = before?.id ?? newId<UserId>();
  const user: User = {
    ...{ id, tenantId, accountId, name, email: account.email, role, status: 'ACTIVE' },
    version: (before?.version ?? 0) + 1,
    createdAt: before?.createdAt ?? at,
  };
  return {
    scope: viewerScope(tenantId, { kind: 'user', userId: id, accountId, role }, of.requestId),
    account: { ...account, memberships: [...account.memberships, { tenantId, userId: id, role }] },
    user,
    organization,
  };
}
