import { Injectable } from '@nestjs/common';
import type { Invitation } from '../../domain/invitation';
import { hashPassword, isPassword } from '../../platform/password';
import { AccountRepository } from '../../store/account.repository';
import { type Acceptance, InvitationAcceptance, NOTHING_ALONGSIDE, type Proven } from './invitation-acceptance';
import type { Session } from './session';

export interface AcceptInvitationInput extends Acceptance {
  /** Of the account that the address has, or for the one that is made. */
  readonly password: string;
}

/** Somebody joins by an invitation's token and a password [J11]. */
@Injectable()
export class AcceptInvitation {
  constructor(
    private readonly accounts: AccountRepository,
    private readonly acceptance: InvitationAcceptance,
  ) {}

  /** @throws RefusedError INVITATION_INVALID, BUSY; UnauthenticatedError: not the account's password; OutcomeUnknownError */
  execute({ password, ...input }: AcceptInvitationInput, requestId: string): Promise<Session> {
    const otherwise = 'This is not the password of the account that the invited address has.';
    const proof = { of: (invitation: Invitation | null) => this.prove(invitation, password), otherwise };
    return this.acceptance.execute(input, proof, requestId);
  }

  private async prove(invitation: Invitation | null, password: string): Promise<Proven | null> {
    const known = await this.accounts.findCredentials(invitation?.emailKey ?? '');
    const proven = { emailVerified: false, alongside: NOTHING_ALONGSIDE };
    // One password's work in every case.
    if (invitation !== null && known === null) {
      return { ...proven, account: null, secrets: { passwordHash: await hashPassword(password) } };
    }
    const fits = await isPassword(known?.passwordHash ?? null, password);
    return fits && known !== null ? { ...proven, account: known.account, secrets: {} } : null;
  }
}
