import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { trusted, Types, type Model } from 'mongoose';
import type { AccountId, UserId } from '../domain/ids';
import type { Role } from '../domain/permissions';
import type { AccountDoc } from './account.schema';
import { tenantIdOf, type ReadScope } from './tenant-collection';
import { Tx } from './unit-of-work';

export interface Member {
  readonly accountId: AccountId;
  readonly userId: UserId;
  readonly role: Role;
}

/**
 * What accounts remember of their users, so that a log-in finds its organizations: written in the transaction that writes
 * the user. Accounts are global, but this touches the membership of the scope's own organization and no other.
 */
@Injectable()
export class MembershipRepository {
  readonly #model: Model<AccountDoc>;

  constructor(@InjectModel('Account') model: Model<AccountDoc>) {
    this.#model = model;
  }

  /** Whether the address's account belongs to the organization: nothing is told of accounts that do not. */
  async existsFor(scope: ReadScope, emailKey: string): Promise<boolean> {
    const session = scope instanceof Tx ? scope.session : null;
    const held = { emailKey, 'memberships.tenantId': tenantIdOf(scope) };
    return (await this.#model.exists(held).session(session).exec()) !== null;
  }

  /** False: the account has one in this organization already, or there is no such account. */
  add(tx: Tx, { accountId, userId, role }: Member): Promise<boolean> {
    const tenantId = tenantIdOf(tx);
    const free = { _id: new Types.ObjectId(accountId), 'memberships.tenantId': trusted({ $ne: tenantId }) };
    return this.#update(tx, free, { $push: { memberships: { tenantId, userId: new Types.ObjectId(userId), role } } });
  }

  setRole(tx: Tx, { accountId, role }: Omit<Member, 'userId'>): Promise<boolean> {
    const held = { _id: new Types.ObjectId(accountId), 'memberships.tenantId': tenantIdOf(tx) };
    return this.#update(tx, held, { $set: { 'memberships.$.role': role } });
  }

  remove(tx: Tx, { accountId }: Pick<Member, 'accountId'>): Promise<boolean> {
    const held = { _id: new Types.ObjectId(accountId), 'memberships.tenantId': tenantIdOf(tx) };
    return this.#update(tx, held, { $pull: { memberships: { tenantId: tenantIdOf(tx) } } });
  }

  async #update(tx: Tx, filter: object, update: object): Promise<boolean> {
    tx.wroteTo(this.#model.collection.name);
    const { matchedCount } = await this.#model.updateOne(filter, update, { session: tx.session }).exec();
    return matchedCount === 1;
  }
}
