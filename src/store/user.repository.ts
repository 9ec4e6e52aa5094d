import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Types, type Model } from 'mongoose';
import type { UserId } from '../domain/ids';
import type { User } from '../domain/user';
import type { ReadScope } from './tenant-collection';
import { TenantRepository } from './tenant-repository';
import type { Tx } from './unit-of-work';
import { toUser, type UserDoc } from './user.schema';

@Injectable()
export class UserRepository extends TenantRepository<UserDoc> {
  constructor(@InjectModel('User') model: Model<UserDoc>) {
    super(model);
  }

  async findById(scope: ReadScope, id: UserId): Promise<User | null> {
    const doc = await this.findOneDoc(scope, { _id: new Types.ObjectId(id) });
    return doc && toUser(doc);
  }

  async findManyById(scope: ReadScope, ids: readonly UserId[]): Promise<(User | null)[]> {
    return (await this.findDocsById(scope, ids)).map((doc) => doc && toUser(doc));
  }

  async add(tx: Tx, user: User): Promise<void> {
    const { id, accountId, ...rest } = user;
    const doc = { _id: new Types.ObjectId(id), accountId: new Types.ObjectId(accountId), ...rest };
    await this.insertDocs(tx, [{ ...doc, tenantId: new Types.ObjectId(user.tenantId) }]);
  }
}
