import { Injectable } from '@nestjs/common';
import { UnauthenticatedError } from '../../domain/errors';
import type { TenantId } from '../../domain/ids';
import { emailKey } from '../../platform/email-key';
import { isPassword } from '../../platform/password';
import { AccountRepository } from '../../store/account.repository';
import { UnitOfWork } from '../../store/unit-of-work';
import { type Session, Sessions } from './session';
import { SessionViewers } from './session-viewers';

export interface LogInInput {
  readonly email: string;
  readonly password: string;
  /** Which of the account's organizations; null: the one it joined first. */
  readonly organizationId: TenantId | null;
}

/** One answer for every way to fail: it does not tell which addresses have an account, nor who belongs where [J9]. */
const REFUSED = 'These credentials do not fit: check the address, the password and, if given, the organization.';

@Injectable()
export class LogIn {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly accounts: AccountRepository,
    private readonly viewers: SessionViewers,
    private readonly sessions: Sessions,
  ) {}

  /** @throws UnauthenticatedError, after the same work whether or not the address is known */
  async execute({ email, password, organizationId }: LogInInput, requestId: string): Promise<Session> {
    // What is no address is looked up all the same: as the key that no account has.
    const known = await this.accounts.findCredentials(emailKey(email) ?? '');
    const fits = await isPassword(known?.passwordHash ?? null, password);
    if (known === null || !fits) throw new UnauthenticatedError(REFUSED);
    const viewer = await this.viewers.open(known.account, organizationId, requestId);
    if (viewer === null) throw new UnauthenticatedError(REFUSED);
    const { session, store } = await this.sessions.prepare(viewer);
    await this.unitOfWork.run(viewer.scope, store);
    return session;
  }
}
