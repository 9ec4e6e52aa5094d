import { Injectable } from '@nestjs/common';
import type { Invitation } from '../../domain/invitation';
import { hashPassword, isPassword } from '../../platform/password';
import { AccountRepository } from '../../store/account.repository';
import { type Acceptance, InvitationAcceptance, type Proven } from './invitation-acceptance';
import type { Session } from './session';

export interface AcceptInvitationInput extends Acceptance {
  /** Of the account that the address has, or for the one that is made. */
  readonly password: string;
}

/**
 * Counts a guess at the password of the account that an address has; called before each one is tried. An empty address
 * stands for those who have none.
 *
 * @throws RateLimitedError
 */
export type CountGuess = (emailKey: string) => Promise<void>;

/** Somebody joins by an invitation's token and a password [J11]. */
@Injectable()
export class AcceptInvitation {
  constructor(
    private readonly accounts: AccountRepository,
    private readonly acceptance: InvitationAcceptance,
  ) {}

  /**
   * Anybody can invite any address, and so try its account's password here: that is one way more to guess, and no guess
   * more. It is counted whether or not there is such an account or invitation, so that the count tells of neither [J9].
   *
   * @throws RefusedError INVITATION_INVALID, BUSY; UnauthenticatedError: not the account's password; OutcomeUnknownError;
   *   what `countGuess` throws
   */
  execute({ password, ...input }: AcceptInvitationInput, countGuess: CountGuess, requestId: string): Promise<Session> {
    const otherwise = 'This is not the password of the account that the invited address has.';
    const of = async (invitation: Invitation | null): Promise<Proven | null> => {
      await countGuess(invitation?.emailKey ?? '');
      return this.prove(invitation, password);
    };
    return this.acceptance.execute(input, { of, otherwise }, requestId);
  }

  private async prove(invitation: Invitation | null, password: string): Promise<Proven | null> {
    const known = await this.accounts.findCredentials(invitation?.emailKey ?? '');
    // One password's work in every case.
    if (invitation !== null && known === null) {
      return { account: null, secrets: { passwordHash: await hashPassword(password) }, emailVerified: false };
    }
    const fits = await isPassword(known?.passwordHash ?? null, password);
    return fits && known !== null ? { account: known.account } : null;
  }
}
