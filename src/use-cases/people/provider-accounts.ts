import { Injectable } from '@nestjs/common';
import { createHash } from 'node:crypto';
import { UnauthenticatedError } from '../../domain/errors';
import type { Account, Identity } from '../../domain/user';
import { Clock } from '../../platform/clock';
import { emailKey } from '../../platform/email-key';
import type { ProviderPerson } from '../../platform/oidc-claims';
import { AccountRepository } from '../../store/account.repository';
import { JournalRepository } from '../../store/journal.repository';
import type { Tx } from '../../store/unit-of-work';
import { peopleRow } from './people-journal';

/** One answer for whoever is nobody here: it tells neither which addresses have an account, nor who belongs where [J9]. */
export const NOBODY =
  'Nobody here signs in this way: sign up with it or, if there is an account, log in as usual and link it.';

/** Somebody's account, and what has to be written for it to be found by the identity from now on. */
export interface FoundAccount {
  readonly account: Account;
  readonly store: (tx: Tx) => Promise<void>;
}

/**
 * Whose account an identity at the provider is. Issuer and subject decide. An unknown identity is linked at once to the
 * account with its address where both the provider and we have seen that the address is theirs: trusting either alone
 * would hand an account to whoever typed its address first [T12, J3].
 */
@Injectable()
export class ProviderAccounts {
  constructor(
    private readonly accounts: AccountRepository,
    private readonly journal: JournalRepository,
    private readonly clock: Clock,
  ) {}

  async find({ identity, email, emailVerified }: ProviderPerson): Promise<FoundAccount | null> {
    const known = await this.accounts.findByIdentity(identity);
    if (known !== null) return { account: known, store: async () => undefined };
    const key = emailVerified && email !== null ? emailKey(email) : null;
    const account = key === null ? null : await this.accounts.findByVerifiedEmail(key);
    if (key === null || account === null) return null;
    const linking = this.linking(account, identity, key);
    return { account, store: linking };
  }

  /**
   * What links an identity to an account, and writes it into the journal, in the transaction that it is given; once more
   * changes nothing. It throws RefusedError IDENTITY_TAKEN, and UnauthenticatedError when there is no such account (any
   * more).
   *
   * @param emailKey only while the account has this address, and has shown that it is its own
   */
  linking({ id }: Pick<Account, 'id'>, identity: Identity, emailKey?: string): (tx: Tx) => Promise<void> {
    const target = { noun: 'identity', id: identityId(identity), version: 1 } as const;
    const row = {
      type: 'IDENTITY_LINKED',
      p: { issuer: identity.issuer, accountId: id },
      at: this.clock.now(),
    } as const;
    return async (tx) => {
      const outcome = await this.accounts.link(tx, id, identity, emailKey);
      if (outcome === 'NO_SUCH_ACCOUNT') throw new UnauthenticatedError(NOBODY);
      if (outcome === 'NEW') await this.journal.add(tx, [peopleRow(tx.scope, target, row)]);
    };
  }
}

/** Names an identity in the journal, which need not know what the provider calls people. */
const identityId = ({ issuer, subject }: Identity): string =>
  createHash('sha256')
    .update(JSON.stringify([issuer, subject]))
    .digest('hex')
    .slice(0, 24);
