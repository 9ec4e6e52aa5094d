import { Resolver } from '@nestjs/graphql';
import { UnauthenticatedError } from '../domain/errors';
import type { ViewerScope } from '../domain/scope';
import { AccountRepository } from '../store/account.repository';
import { RequestEmailVerification } from '../use-cases/people/request-email-verification';
import { VerifyEmail } from '../use-cases/people/verify-email';
import { Requires } from './auth.guard';
import {
  RequestEmailVerificationInput,
  RequestEmailVerificationPayload,
  VerifyEmailInput,
  VerifyEmailPayload,
  VerifyEmailResult,
} from './email.types';
import { CurrentScope } from './graphql-context';
import { Input } from './input.decorator';
import { Mutation } from './mutation.decorator';
import { type AccountNode, toAccountNode } from './viewer.types';

@Resolver()
export class EmailResolver {
  constructor(
    private readonly accounts: AccountRepository,
    private readonly request: RequestEmailVerification,
    private readonly verify: VerifyEmail,
  ) {}

  @Mutation(() => RequestEmailVerificationPayload, {
    description:
      "Mails a new code to the viewer's own address; the ones before it count no more. RATE_LIMITED after five within an hour.",
  })
  @Requires('account.verifyEmail')
  async requestEmailVerification(
    @Input() input: RequestEmailVerificationInput,
    @CurrentScope() scope: ViewerScope,
  ): Promise<RequestEmailVerificationPayload> {
    await this.request.execute(scope, { idempotencyKey: input.idempotencyKey ?? null });
    return { account: await this.accountOf(scope) };
  }

  @Mutation(() => VerifyEmailResult, {
    description: 'Shows that the address is the viewer’s own. A code has five tries. Once in an operation.',
  })
  @Requires('account.verifyEmail')
  async verifyEmail(@Input() input: VerifyEmailInput, @CurrentScope() scope: ViewerScope): Promise<VerifyEmailPayload> {
    await this.verify.execute(scope, { code: input.code, idempotencyKey: input.idempotencyKey ?? null });
    return { __typename: 'VerifyEmailPayload', account: await this.accountOf(scope) };
  }

  private async accountOf({ actor }: ViewerScope): Promise<AccountNode> {
    const account = await this.accounts.findById(actor.accountId);
    if (account === null) throw new UnauthenticatedError();
    return toAccountNode(account);
  }
}
