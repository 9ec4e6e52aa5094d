import { Injectable } from '@nestjs/common';
import { NotFoundError } from '../../domain/errors';
import type { InvitationId } from '../../domain/ids';
import type { Invitation } from '../../domain/invitation';
import type { ViewerScope } from '../../domain/scope';
import { Clock } from '../../platform/clock';
import { InvitationRepository } from '../../store/invitation.repository';
import type { ReadScope } from '../../store/tenant-collection';
import { EditOnce } from '../edit-once';
import { OpenInvitations } from './open-invitations';

export interface RevokeInvitationInput {
  readonly invitationId: InvitationId;
  readonly idempotencyKey: string | null;
}

/** Makes an invitation's token worthless. One that was accepted or revoked before stays as it is: its status says so. */
@Injectable()
export class RevokeInvitation {
  constructor(
    private readonly once: EditOnce,
    private readonly invitations: InvitationRepository,
    private readonly open: OpenInvitations,
    private readonly clock: Clock,
  ) {}

  /** @throws NotFoundError; RefusedError BUSY; IdempotencyKeyReusedError; OutcomeUnknownError */
  async execute(scope: ViewerScope, { invitationId, idempotencyKey: key }: RevokeInvitationInput): Promise<Invitation> {
    const at = this.clock.now();
    await this.once.run(scope, { key, operation: 'revokeInvitation', input: { invitationId } }, async (tx) => {
      await this.open.revoke(tx, await this.getById(tx, invitationId), { at });
      return { type: 'invitation', id: invitationId };
    });
    return this.getById(scope, invitationId);
  }

  private async getById(scope: ReadScope, id: InvitationId): Promise<Invitation> {
    const invitation = await this.invitations.findById(scope, id);
    if (invitation === null) throw new NotFoundError('invitation');
    return invitation;
  }
}
