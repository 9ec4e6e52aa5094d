import { Injectable } from '@nestjs/common';
import { BadUserInputError, NotFoundError, RateLimitedError, RefusedError } from '../../domain/errors';
import type { InvitationId } from '../../domain/ids';
import { INVITATION_TTL_MS, invitationWait, type Invitation } from '../../domain/invitation';
import type { Role } from '../../domain/permissions';
import type { ViewerScope } from '../../domain/scope';
import { Clock } from '../../platform/clock';
import { emailKey } from '../../platform/email-key';
import { newId } from '../../platform/new-id';
import { newTenantToken } from '../../platform/tenant-token';
import { InvitationRepository } from '../../store/invitation.repository';
import { MembershipRepository } from '../../store/membership.repository';
import { EditOnce } from '../edit-once';
import { OpenInvitations } from './open-invitations';

export interface InviteUserInput {
  /** As typed. */
  readonly email: string;
  readonly role: Role;
  readonly idempotencyKey: string | null;
}

export interface UserInvited {
  readonly invitation: Invitation;
  /** Shown this once; null where the request was answered before. */
  readonly token: string | null;
}

/**
 * Asks an address to join in a role [T18, T19]. There is one open invitation per address: inviting again revokes the
 * earlier one, so that a role chosen by mistake is corrected by inviting anew, and no forgotten token stays good. A few in
 * a day are all that one address is mailed: it may be a stranger's.
 */
@Injectable()
export class InviteUser {
  constructor(
    private readonly once: EditOnce,
    private readonly invitations: InvitationRepository,
    private readonly memberships: MembershipRepository,
    private readonly open: OpenInvitations,
    private readonly clock: Clock,
  ) {}

  /**
   * @throws RefusedError ALREADY_MEMBER, BUSY; BadUserInputError; RateLimitedError; IdempotencyKeyReusedError;
   * OutcomeUnknownError
   */
  async execute(scope: ViewerScope, input: InviteUserInput): Promise<UserInvited> {
    const { token, hash } = newTenantToken(scope.tenantId);
    const made = this.invitationFrom(scope, input);
    const { emailKey: address, role } = made;
    const keyed = { key: input.idempotencyKey, operation: 'inviteUser', input: { email: address, role } };
    const outcome = await this.once.run(scope, keyed, async (tx) => {
      if (await this.memberships.existsFor(tx, address)) throw new RefusedError({ code: 'ALREADY_MEMBER' });
      const wait = invitationWait(await this.invitations.newestTo(tx, address), made.createdAt);
      if (wait > 0) throw new RateLimitedError(wait);
      const earlier = await this.invitations.findOpen(tx, address);
      if (earlier !== null) await this.open.revoke(tx, earlier, { at: made.createdAt, replacedBy: made.id });
      await this.open.add(tx, made, { token, hash });
      return { type: 'invitation', id: made.id };
    });
    const invitation = await this.invitations.findById(scope, outcome.id as InvitationId);
    if (invitation === null) throw new NotFoundError('invitation');
    return { invitation, token: invitation.id === made.id ? token : null };
  }

  private invitationFrom({ tenantId, actor }: ViewerScope, { email, role }: InviteUserInput): Invitation {
    const key = emailKey(email);
    if (key === null) throw BadUserInputError.at('input.email', 'is not an e-mail address');
    const createdAt = this.clock.now();
    return {
      id: newId<InvitationId>(),
      tenantId,
      email: email.trim(),
      emailKey: key,
      role,
      status: 'PENDING',
      expiresAt: new Date(createdAt.getTime() + INVITATION_TTL_MS),
      invitedBy: actor.userId,
      createdAt,
      version: 1,
    };
  }
}
