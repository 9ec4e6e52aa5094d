import { Injectable } from '@nestjs/common';
import { InjectConnection, InjectModel } from '@nestjs/mongoose';
import { Connection, Types, type Model } from 'mongoose';
import type { AccountId, UserId } from '../domain/ids';
import type { Role } from '../domain/permissions';
import type { SystemScope } from '../domain/scope';
import type { User, UserStatus } from '../domain/user';
import { afterId, pageOf, type IdPosition, type Page, type PageRequest } from './page';
import { StaleStatementError, TenantCollection, type ReadScope, type TenantsId } from './tenant-collection';
import { TenantRepository } from './tenant-repository';
import type { Tx } from './unit-of-work';
import { fromUser, toUser, type UserDoc } from './user.schema';

export interface UsersQuery extends PageRequest<IdPosition> {
  readonly role?: Role | null;
  /** null: any. */
  readonly status?: UserStatus | null;
}

export type UserStanding = Pick<User, 'accountId' | 'role' | 'status'>;

@Injectable()
export class UserRepository extends TenantRepository<UserDoc> {
  readonly #raw: TenantCollection<UserDoc>;

  constructor(@InjectModel('User') model: Model<UserDoc>, @InjectConnection() connection: Connection) {
    super(model);
    this.#raw = new TenantCollection(connection, 'users');
  }

  async findById(scope: ReadScope, id: UserId): Promise<User | null> {
    const doc = await this.findOneDoc(scope, { _id: new Types.ObjectId(id) });
    return doc && toUser(doc);
  }

  async findManyById(scope: ReadScope, ids: readonly UserId[]): Promise<(User | null)[]> {
    return (await this.findDocsById(scope, ids)).map((doc) => doc && toUser(doc));
  }

  /** As what they may act, in the order asked. null: there is none. */
  async findOfTenants(system: SystemScope, wanted: readonly TenantsId[]): Promise<(UserStanding | null)[]> {
    const docs = await this.findDocsOfTenants(system, wanted, ['accountId', 'role', 'status']);
    return docs.map(
      (doc) => doc && { accountId: doc.accountId.toHexString() as AccountId, role: doc.role, status: doc.status },
    );
  }

  /** What an account is inside the organization, removed or not. */
  async findByAccount(scope: ReadScope, accountId: AccountId): Promise<User | null> {
    const doc = await this.findOneDoc(scope, { accountId: new Types.ObjectId(accountId) });
    return doc && toUser(doc);
  }

  async add(tx: Tx, user: User): Promise<void> {
    await this.insertDocs(tx, [fromUser(user)]);
  }

  /** The user as changed. Throws where it is not at `version` any more. */
  async change(tx: Tx, user: User, set: Partial<Pick<User, 'name' | 'role' | 'status'>>): Promise<User> {
    const asRead = { _id: new Types.ObjectId(user.id), version: user.version };
    const changed = await this.updateDoc(tx, asRead, { $set: set, $inc: { version: 1 } });
    if (!changed) throw new StaleStatementError('users', 1, 0);
    return { ...user, ...set, version: user.version + 1 };
  }

  /** In order of the id, which is the order of joining. */
  async page(scope: ReadScope, { role, status, first, after }: UsersQuery): Promise<Page<User>> {
    const conditions = [...afterId(after), ...(role ? [{ role }] : []), ...(status ? [{ status }] : [])];
    const rows = await this.#raw.find(scope, {
      filter: conditions.length === 0 ? {} : { $and: conditions },
      sort: { _id: 1 },
      expected: first + 1,
    });
    return pageOf(rows, first, toUser);
  }
}
