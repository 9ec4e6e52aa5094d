import { Injectable } from '@nestjs/common';
import { InjectConnection, InjectModel } from '@nestjs/mongoose';
import { Connection, Types, type Model } from 'mongoose';
import type { UserId } from '../domain/ids';
import type { Role } from '../domain/permissions';
import type { User } from '../domain/user';
import { afterId, pageOf, type IdPosition, type Page, type PageRequest } from './page';
import { TenantCollection, type ReadScope } from './tenant-collection';
import { TenantRepository } from './tenant-repository';
import type { Tx } from './unit-of-work';
import { fromUser, toUser, type UserDoc } from './user.schema';

export interface UsersQuery extends PageRequest<IdPosition> {
  readonly role?: Role | null;
}

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

  async add(tx: Tx, user: User): Promise<void> {
    await this.insertDocs(tx, [fromUser(user)]);
  }

  /** In order of the id, those who left included: their status says so. */
  async page(scope: ReadScope, { role, first, after }: UsersQuery): Promise<Page<User>> {
    const conditions = [...afterId(after), ...(role ? [{ role }] : [])];
    const rows = await this.#raw.find(scope, {
      filter: conditions.length === 0 ? {} : { $and: conditions },
      sort: { _id: 1 },
      expected: first + 1,
    });
    return pageOf(rows, first, toUser);
  }
}
