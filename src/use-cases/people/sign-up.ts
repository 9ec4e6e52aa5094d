import { Injectable } from '@nestjs/common';
import { BadUserInputError } from '../../domain/errors';
import type { AccountId, TenantId, UserId } from '../../domain/ids';
import { viewerScope } from '../../domain/scope';
import { Clock } from '../../platform/clock';
import { emailKey } from '../../platform/email-key';
import { newId } from '../../platform/new-id';
import { hashPassword } from '../../platform/password';
import type { AccountSecrets } from '../../store/account.schema';
import { UnitOfWork } from '../../store/unit-of-work';
import { FoundOrganization, withFreeSlug } from './found-organization';
import { NewAccounts } from './new-accounts';
import { type Session, Sessions, type SessionViewer } from './session';

export interface SignUpInput {
  /** As typed. */
  readonly email: string;
  readonly password: string;
  readonly name: string;
  readonly organizationName: string;
  /** IANA zone, canonical. */
  readonly timezone: string;
}

export interface Founder extends Omit<SignUpInput, 'password'> {
  /** Whether somebody who is trusted has seen that the address is theirs. */
  readonly emailVerified?: boolean;
}

/** Somebody founds an organization: account, organization, first ORG_ADMIN and session, all or nothing [T5]. */
@Injectable()
export class SignUp {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly accounts: NewAccounts,
    private readonly founding: FoundOrganization,
    private readonly sessions: Sessions,
    private readonly clock: Clock,
  ) {}

  /** @throws RefusedError EMAIL_TAKEN, BUSY; BadUserInputError; OutcomeUnknownError */
  async execute(input: SignUpInput, requestId: string): Promise<Session> {
    const key = emailKey(input.email);
    if (key === null) throw BadUserInputError.at('input.email', 'is not an e-mail address');
    return this.found(input, { emailKey: key, passwordHash: await hashPassword(input.password) }, requestId);
  }

  /** The same, however the account is let in from now on. @throws as `execute`, and RefusedError IDENTITY_TAKEN */
  async found(input: Founder, secrets: AccountSecrets, requestId: string): Promise<Session> {
    return withFreeSlug(input.organizationName, async (slug) => {
      const viewer = this.founder(input, slug, requestId);
      const { session, store } = await this.sessions.prepare(viewer);
      await this.unitOfWork.run(viewer.scope, async (tx) => {
        // First, so that a taken address is what a person hears of, whatever else is taken.
        await this.accounts.add(tx, viewer.account, secrets);
        await this.founding.write(tx, viewer.organization, viewer.user);
        await store(tx);
      });
      return session;
    });
  }

  private founder({ name, organizationName, timezone, ...input }: Founder, slug: string, requestId: string) {
    const [accountId, userId, tenantId] = [newId<AccountId>(), newId<UserId>(), newId<TenantId>()];
    const role = 'ORG_ADMIN';
    const email = input.email.trim();
    const common = { version: 1, createdAt: this.clock.now() };
    return {
      scope: viewerScope(tenantId, { kind: 'user', userId, accountId, role }, requestId),
      account: {
        id: accountId,
        email,
        name,
        memberships: [{ tenantId, userId, role }],
        emailVerifiedAt: input.emailVerified === true ? common.createdAt : null,
        createdAt: common.createdAt,
      },
      user: { id: userId, tenantId, accountId, name, email, role, status: 'ACTIVE', ...common },
      organization: {
        id: tenantId,
        name: organizationName,
        slug,
        timezone,
        status: 'ACTIVE',
        ownerAccountId: accountId,
        ...common,
      },
    } satisfies SessionViewer;
  }
}
