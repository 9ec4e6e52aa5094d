import { Injectable } from '@nestjs/common';
import { RefusedError } from '../../domain/errors';
import type { ViewerScope } from '../../domain/scope';
import { EditOnce } from '../edit-once';
import { EmailCodes } from './email-codes';

export interface VerifyEmailInput {
  readonly code: string;
  readonly idempotencyKey: string | null;
}

const VERIFIED = 'account';
const NOT_VERIFIED = 'account that is not verified';

/** The viewer's address is shown to be their own. One answer for every code that does not do it [J10]. */
@Injectable()
export class VerifyEmail {
  constructor(
    private readonly once: EditOnce,
    private readonly codes: EmailCodes,
  ) {}

  /** @throws RefusedError EMAIL_CODE_INVALID, BUSY; IdempotencyKeyReusedError */
  async execute(scope: ViewerScope, { code, idempotencyKey: key }: VerifyEmailInput): Promise<void> {
    const { accountId } = scope.actor;
    const input = { code: this.codes.fingerprint(accountId, code) };
    const outcome = await this.once.run(scope, { key, operation: 'verifyEmail', input }, async (tx) => ({
      type: (await this.codes.try(tx, accountId, code)) ? VERIFIED : NOT_VERIFIED,
      id: accountId,
    }));
    if (outcome.type !== VERIFIED) throw new RefusedError({ code: 'EMAIL_CODE_INVALID' });
  }
}
