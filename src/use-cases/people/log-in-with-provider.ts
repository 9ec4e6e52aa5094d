import { Injectable } from '@nestjs/common';
import { UnauthenticatedError } from '../../domain/errors';
import type { TenantId } from '../../domain/ids';
import { ProviderTokens } from '../../platform/oidc';
import { UnitOfWork } from '../../store/unit-of-work';
import { NOBODY, ProviderAccounts } from './provider-accounts';
import { type Session, Sessions } from './session';
import { SessionViewers } from './session-viewers';

export interface ProviderLogIn {
  /** An ID token of the provider. */
  readonly providerToken: string;
  /** Which of the account's organizations; null: the first one that lets it in. */
  readonly organizationId: TenantId | null;
}

/** The provider says who somebody is, and the account that is linked to that signs in [T11]. */
@Injectable()
export class LogInWithProvider {
  constructor(
    private readonly provider: ProviderTokens,
    private readonly known: ProviderAccounts,
    private readonly viewers: SessionViewers,
    private readonly sessions: Sessions,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  /** @throws UnauthenticatedError, in the same words for an unknown identity and for an organization that is not theirs */
  async execute({ providerToken, organizationId }: ProviderLogIn, requestId: string): Promise<Session> {
    const found = await this.known.find(await this.provider.personOf(providerToken));
    const viewer = found && (await this.viewers.open(found.account, organizationId, requestId));
    if (found === null || viewer === null) throw new UnauthenticatedError(NOBODY);
    const { session, store } = await this.sessions.prepare(viewer);
    await this.unitOfWork.run(viewer.scope, async (tx) => {
      await found.store(tx);
      await store(tx);
    });
    return session;
  }
}
