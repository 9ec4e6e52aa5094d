import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Types, type Model } from 'mongoose';
import type { EmailCheck } from '../domain/email-code';
import { RefusedError } from '../domain/errors';
import type { AccountId } from '../domain/ids';
import type { Account, Identity } from '../domain/user';
import { fromAccount, toAccount, type AccountDoc, type AccountSecrets } from './account.schema';
import type { Collection } from './driver';
import { duplicateKeyOf } from './database-error';
import { insertGlobal } from './insert-global';
import type { Tx } from './unit-of-work';

const VERIFIED = { emailVerifiedAt: { $type: 'date' as const } };

/** Issuer and subject of one identity: two conditions on the array would mix those of several. The partial index needs the first. */
const holds = ({ issuer, subject }: Identity) => ({
  'identities.issuer': issuer,
  identities: { $elemMatch: { issuer, subject } },
});

const takenIdentity = (error: unknown): unknown =>
  duplicateKeyOf(error)?.includes('identities.issuer') ? new RefusedError({ code: 'IDENTITY_TAKEN' }) : error;

const NO_CODE_YET = { version: 0, code: null, sentAt: [] };

export type Linked = 'NEW' | 'KNOWN' | 'NO_SUCH_ACCOUNT';

/** Accounts are global: a person signs in before an organization is known. */
@Injectable()
export class AccountRepository {
  readonly #model: Model<AccountDoc>;

  constructor(@InjectModel('Account') model: Model<AccountDoc>) {
    this.#model = model;
  }

  /** In the driver's own form: `sanitizeFilter` would take the operators below for something that was sent. */
  get #raw(): Collection<AccountDoc> {
    const { db, collection } = this.#model;
    return db.getClient().db(db.name).collection(collection.collectionName);
  }

  async findById(id: AccountId): Promise<Account | null> {
    const doc = await this.#model.findById(new Types.ObjectId(id)).lean().exec();
    return doc && toAccount(doc);
  }

  /** For log-in alone: the only read that brings the password's hash. */
  async findCredentials(emailKey: string): Promise<{ account: Account; passwordHash: string | null } | null> {
    const doc = await this.#model.findOne({ emailKey }).select('+passwordHash').lean().exec();
    return doc && { account: toAccount(doc), passwordHash: doc.passwordHash ?? null };
  }

  /** Whether the address has an account, its own or not. */
  async hasEmail(emailKey: string): Promise<boolean> {
    return (await this.#raw.findOne({ emailKey }, { projection: { _id: 1 } })) !== null;
  }

  async findByIdentity(identity: Identity): Promise<Account | null> {
    const doc = await this.#raw.findOne(holds(identity));
    return doc && toAccount(doc);
  }

  /** The account whose owner has shown that the address is theirs. */
  async findByVerifiedEmail(emailKey: string): Promise<Account | null> {
    const doc = await this.#raw.findOne({ emailKey, ...VERIFIED });
    return doc && toAccount(doc);
  }

  /**
   * Links an identity to an account.
   *
   * @param emailKey only while the account has this address, and has shown that it is its own
   * @returns KNOWN: it was linked already; NO_SUCH_ACCOUNT: there is none, or the address is not (any more) its own
   * @throws RefusedError IDENTITY_TAKEN
   */
  async link(tx: Tx, id: AccountId, { issuer, subject }: Identity, emailKey?: string): Promise<Linked> {
    tx.wroteTo(this.#raw.collectionName);
    const filter = { _id: new Types.ObjectId(id), ...(emailKey === undefined ? {} : { emailKey, ...VERIFIED }) };
    const update = { $addToSet: { identities: { issuer, subject } } };
    try {
      const { matchedCount, modifiedCount } = await this.#raw.updateOne(filter, update, { session: tx.session });
      if (matchedCount === 0) return 'NO_SUCH_ACCOUNT';
      return modifiedCount === 1 ? 'NEW' : 'KNOWN';
    } catch (error) {
      throw takenIdentity(error);
    }
  }

  /** How far an account is with showing that its address, whose key comes along, is its own. */
  async findEmailCheck(tx: Tx, id: AccountId): Promise<{ emailKey: string; check: EmailCheck } | null> {
    const doc = await this.#raw.findOne({ _id: new Types.ObjectId(id) }, { session: tx.session });
    if (doc === null) return null;
    const { version, code, sentAt } = doc.emailCheck ?? NO_CODE_YET;
    return { emailKey: doc.emailKey, check: { version, code, sentAt, verifiedAt: doc.emailVerifiedAt ?? null } };
  }

  /** What `findEmailCheck` read in the same transaction has become: two at once conflict here. */
  async saveEmailCheck(tx: Tx, id: AccountId, { verifiedAt, ...emailCheck }: EmailCheck): Promise<void> {
    tx.wroteTo(this.#raw.collectionName);
    const update = { $set: { emailVerifiedAt: verifiedAt, emailCheck } };
    await this.#raw.updateOne({ _id: new Types.ObjectId(id) }, update, { session: tx.session });
  }

  /** @throws RefusedError EMAIL_TAKEN, IDENTITY_TAKEN */
  async add(tx: Tx, account: Account, secrets: AccountSecrets): Promise<void> {
    try {
      await insertGlobal(tx, this.#model, fromAccount(account, secrets));
    } catch (error) {
      if (duplicateKeyOf(error)?.includes('emailKey')) throw new RefusedError({ code: 'EMAIL_TAKEN' });
      throw takenIdentity(error);
    }
  }
}
