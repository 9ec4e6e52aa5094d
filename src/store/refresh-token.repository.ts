import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import {
  fromRefreshToken,
  toRefreshToken,
  type NewRefreshToken,
  type RefreshTokenDoc,
  type StoredRefreshToken,
} from './refresh-token.schema';
import type { ReadScope } from './tenant-collection';
import { TenantRepository } from './tenant-repository';
import type { Tx } from './unit-of-work';

@Injectable()
export class RefreshTokenRepository extends TenantRepository<RefreshTokenDoc> {
  constructor(@InjectModel('RefreshToken') model: Model<RefreshTokenDoc>) {
    super(model);
  }

  async findByHash(scope: ReadScope, hash: string): Promise<StoredRefreshToken | null> {
    const doc = await this.findOneDoc(scope, { hash });
    return doc && toRefreshToken(doc);
  }

  async add(tx: Tx, token: NewRefreshToken): Promise<void> {
    await this.insertDocs(tx, [fromRefreshToken(token)]);
  }

  /** Whether it was there and unused: of two who try, one is told so. */
  markUsed(tx: Tx, hash: string, usedAt: Date): Promise<boolean> {
    return this.updateDoc(tx, { hash, usedAt: null }, { $set: { usedAt } });
  }
}
