import { Injectable } from '@nestjs/common';
import { RefusedError, UnauthenticatedError } from '../../domain/errors';
import type { AccountId, TenantId, UserId } from '../../domain/ids';
import { type Invitation, invitationStatus, isBacked } from '../../domain/invitation';
import type { Organization } from '../../domain/organization';
import { tenantScope, viewerScope } from '../../domain/scope';
import type { Account, User } from '../../domain/user';
import { Clock } from '../../platform/clock';
import { newId } from '../../platform/new-id';
import { tenantOfToken, tenantTokenHash } from '../../platform/tenant-token';
import type { AccountSecrets } from '../../store/account.schema';
import { InvitationRepository } from '../../store/invitation.repository';
import { OrganizationRepository } from '../../store/organization.repository';
import type { Tx } from '../../store/unit-of-work';
import { UserRepository } from '../../store/user.repository';
import { JoinOrganization } from './join-organization';
import type { Session, SessionViewer } from './session';

export interface Acceptance {
  /** As it was sent: `<organization id>.<secret>`. */
  readonly token: string;
  /** What the person is to be called in the organization. */
  readonly name: string;
}

/** Whose account joins. */
export type Proven =
  | {
      readonly account: Account;
      /** What else is written, in the same transaction. */
      readonly alongside?: (tx: Tx) => Promise<void>;
    }
  | {
      /** The invited address has none, and one is made. */
      readonly account: null;
      /** How it is let in. */
      readonly secrets: Omit<AccountSecrets, 'emailKey'>;
      /** Whether the address is known to be its own. */
      readonly emailVerified: boolean;
    };

/** How somebody shows that the invited address's account is theirs, or theirs to make. */
export interface Proof {
  /** null: it is not. Asked without an invitation, too: then the token is no good, and nothing comes of the answer. */
  readonly of: (invitation: Invitation | null) => Promise<Proven | null>;
  /** What somebody hears whose account it is not. */
  readonly otherwise: string;
}

/** Nobody's: what is not a token is looked up all the same, and so is who sent it. */
const NO_TENANT = '0'.repeat(24) as TenantId;
const NO_USER = '0'.repeat(24) as UserId;
const INVALID = { code: 'INVITATION_INVALID' } as const;

/**
 * Somebody who holds an invitation's token joins: the invited address, in the invited role, in the organization that the
 * token names, once [J11]. Unknown, expired, revoked, used, of somebody who may not invite any more, and of an archived
 * organization are one answer, after the same work. Only to whoever holds a good token it is told that the account is not
 * theirs; that the address has one they would learn from signing up as well.
 */
@Injectable()
export class InvitationAcceptance {
  constructor(
    private readonly users: UserRepository,
    private readonly organizations: OrganizationRepository,
    private readonly invitations: InvitationRepository,
    private readonly join: JoinOrganization,
    private readonly clock: Clock,
  ) {}

  /** @throws RefusedError INVITATION_INVALID, BUSY; UnauthenticatedError: not their account; OutcomeUnknownError */
  async execute(acceptance: Acceptance, proof: Proof, requestId: string): Promise<Session> {
    try {
      return await this.accept(acceptance, proof, requestId);
    } catch (error) {
      const isTaken =
        error instanceof RefusedError && (error.code === 'EMAIL_TAKEN' || error.code === 'IDENTITY_TAKEN');
      if (!isTaken) throw error;
      // There has come to be an account in the meantime: whose it is decides.
      return this.accept(acceptance, proof, requestId);
    }
  }

  private async accept({ token, name }: Acceptance, proof: Proof, requestId: string): Promise<Session> {
    const open = await this.findOpen(token, requestId);
    const proven = await proof.of(open?.invitation ?? null);
    if (open === null) throw new RefusedError(INVALID);
    if (proven === null) throw new UnauthenticatedError(proof.otherwise);
    const { invitation, at } = open;
    const account = proven.account ?? accountFor(invitation, { name, at, emailVerified: proven.emailVerified });
    const before = await this.users.findByAccount(asSystem(invitation.tenantId, requestId), account.id);
    if (before?.status === 'ACTIVE') throw new RefusedError(INVALID);
    const secrets = proven.account === null ? { ...proven.secrets, emailKey: invitation.emailKey } : null;
    const alongside = proven.account === null ? undefined : proven.alongside;
    const viewer = viewerOf({ ...open, account, before, name, requestId });
    return this.join.execute({ invitation, viewer, secrets, before, at, alongside });
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

/** Unless shown otherwise the address is the inviter's word for it: it is not verified. */
const accountFor = (
  { email }: Invitation,
  { name, at, emailVerified }: { name: string; at: Date; emailVerified: boolean },
): Account => ({
  id: newId<AccountId>(),
  email,
  name,
  memberships: [],
  emailVerifiedAt: emailVerified ? at : null,
  createdAt: at,
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
