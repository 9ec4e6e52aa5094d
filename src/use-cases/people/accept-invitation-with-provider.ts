import { Injectable } from '@nestjs/common';
import type { Invitation } from '../../domain/invitation';
import { emailKey } from '../../platform/email-key';
import { ProviderTokens } from '../../platform/oidc';
import type { ProviderPerson } from '../../platform/oidc-claims';
import { AccountRepository } from '../../store/account.repository';
import { type Acceptance, InvitationAcceptance, type Proven } from './invitation-acceptance';
import { ProviderAccounts } from './provider-accounts';
import type { Session } from './session';

export interface AcceptInvitationWithProviderInput extends Acceptance {
  /** An ID token of the provider. */
  readonly providerToken: string;
}

/**
 * Somebody joins by an invitation's token and what the provider says of them [J11, T12]: with the account that has both the
 * invited address and this identity, or with a new one without a password, where the address has none and is the one that
 * the provider names.
 */
@Injectable()
export class AcceptInvitationWithProvider {
  constructor(
    private readonly provider: ProviderTokens,
    private readonly known: ProviderAccounts,
    private readonly accounts: AccountRepository,
    private readonly acceptance: InvitationAcceptance,
  ) {}

  /** @throws RefusedError INVITATION_INVALID, BUSY; UnauthenticatedError: token or account; OutcomeUnknownError */
  async execute({ providerToken, ...input }: AcceptInvitationWithProviderInput, requestId: string): Promise<Session> {
    const person = await this.provider.personOf(providerToken);
    const otherwise =
      'The invited address is not that of your account with this sign-in provider. If it has an account here, log in to it and link the provider first.';
    const proof = { of: (invitation: Invitation | null) => this.prove(invitation, person), otherwise };
    return this.acceptance.execute(input, proof, requestId);
  }

  private async prove(invitation: Invitation | null, person: ProviderPerson): Promise<Proven | null> {
    const { identity, email, emailVerified } = person;
    const invited = invitation?.emailKey ?? '';
    // First: an account that this very person makes meanwhile has the address and the identity at once.
    const hasAccount = await this.accounts.hasEmail(invited);
    const found = await this.known.find(person);
    if (found !== null) {
      const { account, store: alongside } = found;
      return emailKey(account.email) === invited ? { account, alongside } : null;
    }
    if (hasAccount || email === null || emailKey(email) !== invited) return null;
    return { account: null, secrets: { identities: [identity] }, emailVerified };
  }
}
