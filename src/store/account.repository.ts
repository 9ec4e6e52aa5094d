import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Types, type Model } from 'mongoose';
import { RefusedError } from '../domain/errors';
import type { AccountId } from '../domain/ids';
import type { Account } from '../domain/user';
import { fromAccount, toAccount, type AccountDoc, type AccountSecrets } from './account.schema';
import { duplicateKeyOf } from './database-error';
import { insertGlobal } from './insert-global';
import type { Tx } from './unit-of-work';

/** Accounts are global: a person signs in before an organization is known. */
@Injectable()
export class AccountRepository {
  readonly #model: Model<AccountDoc>;

  constructor(@InjectModel('Account') model: Model<AccountDoc>) {
    this.#model = model;
  }

  async findById(id: AccountId): Promise<Account | null> {
    const doc = await this.#model.findById(new Types.ObjectId(id)).lean().exec();
    return doc && toAccount(doc);
  }

  /** For log-in alone: the only read that brings the password's hash. */
  async findCredentials(emailKey: string): Promise<{ account: Account; passwordHash: string } | null> {
    const doc = await this.#model.findOne({ emailKey }).select('+passwordHash').lean().exec();
    return doc && { account: toAccount(doc), passwordHash: doc.passwordHash };
  }

  /** @throws RefusedError EMAIL_TAKEN */
  async add(tx: Tx, account: Account, secrets: AccountSecrets): Promise<void> {
    try {
      await insertGlobal(tx, this.#model, fromAccount(account, secrets));
    } catch (error) {
      if (duplicateKeyOf(error)?.includes('emailKey')) throw new RefusedError({ code: 'EMAIL_TAKEN' });
      throw error;
    }
  }
}
