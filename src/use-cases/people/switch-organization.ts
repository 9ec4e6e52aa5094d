import { Injectable } from '@nestjs/common';
import { NotFoundError, UnauthenticatedError } from '../../domain/errors';
import type { TenantId } from '../../domain/ids';
import type { ViewerScope } from '../../domain/scope';
import { AccountRepository } from '../../store/account.repository';
import { UnitOfWork } from '../../store/unit-of-work';
import { type Session, Sessions } from './session';
import { SessionViewers } from './session-viewers';

/** A further session of the same account, in another of its organizations; the one that asks stays as it is. */
@Injectable()
export class SwitchOrganization {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly accounts: AccountRepository,
    private readonly viewers: SessionViewers,
    private readonly sessions: Sessions,
  ) {}

  /** @throws NotFoundError where the account is not an active user, and where the organization is archived, alike */
  async execute({ actor, requestId }: ViewerScope, tenantId: TenantId): Promise<Session> {
    const account = await this.accounts.findById(actor.accountId);
    if (account === null) throw new UnauthenticatedError();
    const viewer = await this.viewers.open(account, tenantId, requestId);
    if (viewer === null) throw new NotFoundError('organization');
    const { session, store } = await this.sessions.prepare(viewer);
    await this.unitOfWork.run(viewer.scope, store);
    return session;
  }
}
