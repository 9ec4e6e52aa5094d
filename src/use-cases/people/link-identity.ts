import { Injectable } from '@nestjs/common';
import { UnauthenticatedError } from '../../domain/errors';
import type { ViewerScope } from '../../domain/scope';
import type { Account } from '../../domain/user';
import { ProviderTokens } from '../../platform/oidc';
import { AccountRepository } from '../../store/account.repository';
import { EditOnce } from '../edit-once';
import { ProviderAccounts } from './provider-accounts';

export interface LinkIdentityInput {
  /** An ID token of the provider. */
  readonly providerToken: string;
  readonly idempotencyKey: string | null;
}

/** Whoever is signed in shows who they are at the provider, too: from then on that signs them in [T12]. */
@Injectable()
export class LinkIdentity {
  constructor(
    private readonly provider: ProviderTokens,
    private readonly known: ProviderAccounts,
    private readonly accounts: AccountRepository,
    private readonly once: EditOnce,
  ) {}

  /** @throws UnauthenticatedError; RefusedError IDENTITY_TAKEN, BUSY; IdempotencyKeyReusedError */
  async execute(scope: ViewerScope, { providerToken, idempotencyKey: key }: LinkIdentityInput): Promise<Account> {
    const { identity } = await this.provider.personOf(providerToken);
    const { accountId: id } = scope.actor;
    const link = this.known.linking({ id }, identity);
    // The identity and not the token: repeating the request may bring a fresh one.
    await this.once.run(scope, { key, operation: 'linkIdentity', input: { ...identity } }, async (tx) => {
      await link(tx);
      return { type: 'account', id };
    });
    const account = await this.accounts.findById(id);
    if (account === null) throw new UnauthenticatedError();
    return account;
  }
}
