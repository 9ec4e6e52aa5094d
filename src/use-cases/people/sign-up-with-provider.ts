import { Injectable } from '@nestjs/common';
import { BadUserInputError } from '../../domain/errors';
import { emailKey } from '../../platform/email-key';
import { ProviderTokens } from '../../platform/oidc';
import type { Session } from './session';
import { SignUp } from './sign-up';

export interface ProviderSignUp {
  /** An ID token of the provider, with the person's e-mail address. */
  readonly providerToken: string;
  /** null: as the provider says. */
  readonly name: string | null;
  readonly organizationName: string;
  /** IANA zone, canonical. */
  readonly timezone: string;
}

/**
 * Somebody founds an organization with an account that has no password: the provider signs its owner in. An address
 * that has an account is taken, whatever the provider says of it: that account is linked by whoever can log in to it.
 */
@Injectable()
export class SignUpWithProvider {
  constructor(
    private readonly provider: ProviderTokens,
    private readonly signUp: SignUp,
  ) {}

  /** @throws UnauthenticatedError; RefusedError IDENTITY_TAKEN, EMAIL_TAKEN, BUSY; BadUserInputError */
  async execute({ providerToken, ...input }: ProviderSignUp, requestId: string): Promise<Session> {
    const { identity, email, emailVerified, ...person } = await this.provider.personOf(providerToken);
    const key = emailKey(email ?? '');
    if (email === null || key === null) {
      throw BadUserInputError.at(
        'input.providerToken',
        'brings no e-mail address: ask the provider for the scope email',
      );
    }
    const name = input.name ?? nameOf(person.name) ?? email.trim();
    const founder = { ...input, name, email, emailVerified };
    return this.signUp.found(founder, { emailKey: key, identities: [identity] }, requestId);
  }
}

const MAX_NAME = 200;

/** What the provider calls the person, as one line; null where that leaves nothing. */
function nameOf(given: string | null): string | null {
  const line = [...(given ?? '').replace(/[\p{C}\p{Zl}\p{Zp}]/gu, ' ').trim()].slice(0, MAX_NAME).join('');
  return line === '' ? null : line;
}
