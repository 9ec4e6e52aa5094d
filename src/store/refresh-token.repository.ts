import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Types, type Model } from 'mongoose';
import type { AccountId, TenantId, UserId } from '../domain/ids';
import { newId } from '../platform/new-id';
import type { RefreshTokenDoc } from './refresh-token.schema';
import { TenantRepository } from './tenant-repository';
import type { Tx } from './unit-of-work';

export interface IssuedRefreshToken {
  readonly tenantId: TenantId;
  readonly userId: UserId;
  readonly accountId: AccountId;
  /** SHA-256 of the token; the token itself is never stored. */
  readonly hash: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

@Injectable()
export class RefreshTokenRepository extends TenantRepository<RefreshTokenDoc> {
  constructor(@InjectModel('RefreshToken') model: Model<RefreshTokenDoc>) {
    super(model);
  }

  /** The first token of a new family: one log-in. */
  async addFamily(tx: Tx, token: IssuedRefreshToken): Promise<void> {
    await this.insertDocs(tx, [
      {
        ...token,
        _id: new Types.ObjectId(newId()),
        tenantId: new Types.ObjectId(token.tenantId),
        userId: new Types.ObjectId(token.userId),
        accountId: new Types.ObjectId(token.accountId),
        familyId: new Types.ObjectId(newId()),
      },
    ]);
  }
}
