import { Injectable } from '@nestjs/common';
import { BadUserInputError, NotFoundError, RefusedError } from '../../domain/errors';
import type { InvitationId } from '../../domain/ids';
import { INVITATION_TTL_MS, type Invitation } from '../../domain/invitation';
import type { Role } from '../../domain/permissions';
import type { ViewerScope } from '../../domain/scope';
import { Clock } from '../../platform/clock';
import { emailKey } from '../../platform/email-key';
import { newId } from '../../platform/new-id';
import { newTenantToken } from '../../platform/tenant-token';
import { InvitationRepository } from '../../store/invitation.repository';
import { JournalRepository } from '../../store/journal.repository';
import { MembershipRepository } from '../../store/membership.repository';
import type { Tx } from '../../store/unit-of-work';
import { MailOutbox } from '../delivery/mail-outbox';
import { EditOnce } from '../edit-once';
import { peopleRow } from './people-journal';

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
 * earlier one, so that a role chosen by mistake is corrected by inviting anew, and no forgotten token stays good.
 */
@Injectable()
export class InviteUser {
  constructor(
    private readonly once: EditOnce,
    private readonly invitations: InvitationRepository,
    private readonly memberships: MembershipRepository,
    private readonly journal: JournalRepository,
    private readonly outbox: MailOutbox,
    private readonly clock: Clock,
  ) {}

  /** @throws RefusedError ALREADY_MEMBER, BUSY; BadUserInputError; IdempotencyKeyReusedError; OutcomeUnknownError */
  async execute(scope: ViewerScope, input: InviteUserInput): Promise<UserInvited> {
    const { token, hash } = newTenantToken(scope.tenantId);
    const made = this.invitationFrom(scope, input);
    const { emailKey: address, role } = made;
    const keyed = { key: input.idempotencyKey, operation: 'inviteUser', input: { email: address, role } };
    const outcome = await this.once.create(scope, keyed, async (tx) => {
      if (await this.memberships.existsFor(tx, address)) throw new RefusedError({ code: 'ALREADY_MEMBER' });
      await this.revokeEarlier(tx, made);
      await this.invitations.add(tx, made, hash);
      await this.announce(tx, made, token);
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

  /** In the journal, whose row is due: the mail with the token follows. */
  private async announce(tx: Tx, made: Invitation, secret: string): Promise<void> {
    const { role, email: to, expiresAt, createdAt: at } = made;
    const told = { type: 'USER_INVITED', p: { role, expiresAt }, at } as const;
    const row = { ...peopleRow(tx.scope, { noun: 'invitation', ...made }, told), due: at };
    await this.journal.add(tx, [row]);
    await this.outbox.add(tx, { row, to, kind: 'INVITATION', secret, expiresAt });
  }

  private async revokeEarlier(tx: Tx, { id, emailKey: address, createdAt: at }: Invitation): Promise<void> {
    const earlier = await this.invitations.findOpen(tx, address);
    if (earlier === null) return;
    await this.invitations.revoke(tx, earlier);
    const target = { noun: 'invitation', id: earlier.id, version: earlier.version + 1 } as const;
    const p = { status: 'REVOKED', replacedBy: id, before: { status: earlier.status } };
    await this.journal.add(tx, [peopleRow(tx.scope, target, { type: 'INVITATION_REVOKED', p, at })]);
  }
}
