import { Injectable } from '@nestjs/common';
import type { Account } from '../../domain/user';
import { AccountRepository } from '../../store/account.repository';
import type { AccountSecrets } from '../../store/account.schema';
import type { Tx } from '../../store/unit-of-work';
import { EmailCodes } from './email-codes';

/** How every account begins: with a code on its way to its address, unless that is known to be its own. */
@Injectable()
export class NewAccounts {
  constructor(
    private readonly accounts: AccountRepository,
    private readonly codes: EmailCodes,
  ) {}

  /** Part of somebody's transaction. @throws RefusedError EMAIL_TAKEN, IDENTITY_TAKEN */
  async add(tx: Tx, account: Account, secrets: AccountSecrets): Promise<void> {
    await this.accounts.add(tx, account, secrets);
    if (account.emailVerifiedAt === null) await this.codes.send(tx, account.id);
  }
}
