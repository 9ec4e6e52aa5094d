import { Injectable } from '@nestjs/common';
import type { ViewerScope } from '../../domain/scope';
import { EditOnce } from '../edit-once';
import { EmailCodes } from './email-codes';

@Injectable()
export class RequestEmailVerification {
  constructor(
    private readonly once: EditOnce,
    private readonly codes: EmailCodes,
  ) {}

  /** Mails a new code to the viewer's own address. @throws RateLimitedError; RefusedError BUSY; IdempotencyKeyReusedError */
  async execute(
    scope: ViewerScope,
    { idempotencyKey: key }: { readonly idempotencyKey: string | null },
  ): Promise<void> {
    const { accountId } = scope.actor;
    await this.once.run(scope, { key, operation: 'requestEmailVerification', input: {} }, async (tx) => {
      await this.codes.send(tx, accountId);
      return { type: 'account', id: accountId };
    });
  }
}
