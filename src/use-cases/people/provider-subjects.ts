import { Injectable } from '@nestjs/common';
import { UnauthenticatedError } from '../../domain/errors';
import type { Identity } from '../../domain/user';
import { Clock } from '../../platform/clock';
import { ProviderTokens } from '../../platform/oidc';
import type { TokenSubject } from '../../platform/token';
import { AccountRepository } from '../../store/account.repository';
import { SessionViewers } from './session-viewers';
import { TrustedReads } from './trusted-reads';

/**
 * For whom a request acts that carries an access token of the sign-in provider: the account that is linked, in the
 * organization that it joined first of those that let it in. Nothing that is sent chooses another one.
 */
@Injectable()
export class ProviderSubjects {
  readonly #subjects: TrustedReads<TokenSubject | null>;

  constructor(
    private readonly tokens: ProviderTokens,
    private readonly accounts: AccountRepository,
    private readonly viewers: SessionViewers,
    clock: Clock,
  ) {
    this.#subjects = new TrustedReads(clock);
  }

  /** @returns null for a token that is not the provider's. @throws UnauthenticatedError */
  async subjectOf(bearer: string, requestId: string): Promise<TokenSubject | null> {
    const identity = await this.tokens.holderOf(bearer);
    if (identity === null) return null;
    const key = JSON.stringify([identity.issuer, identity.subject]);
    const subject = await this.#subjects.get(key, () => this.read(identity, requestId));
    if (subject === null) throw new UnauthenticatedError();
    return subject;
  }

  private async read(identity: Identity, requestId: string): Promise<TokenSubject | null> {
    const account = await this.accounts.findByIdentity(identity);
    const viewer = account && (await this.viewers.open(account, null, requestId));
    if (!viewer) return null;
    const { tenantId, actor } = viewer.scope;
    return { tenantId, userId: actor.userId, accountId: actor.accountId };
  }
}
