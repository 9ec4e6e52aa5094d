import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Types, type Model } from 'mongoose';
import type { SessionId, UserId } from '../domain/ids';
import type { SystemScope } from '../domain/scope';
import { fromSession, toSession, type SessionDoc, type StoredSession } from './session.schema';
import type { ReadScope, TenantsId } from './tenant-collection';
import { TenantRepository } from './tenant-repository';
import type { Tx } from './unit-of-work';

export type SessionHold = Pick<StoredSession, 'userId' | 'expiresAt'>;

/** Who is signed in. A session that was ended is gone: there is nothing to forget to look at. */
@Injectable()
export class SessionRepository extends TenantRepository<SessionDoc> {
  constructor(@InjectModel('Session') model: Model<SessionDoc>) {
    super(model);
  }

  async find(scope: ReadScope, id: SessionId): Promise<StoredSession | null> {
    const doc = await this.findOneDoc(scope, { _id: new Types.ObjectId(id) });
    return doc && toSession(doc);
  }

  /** Whose they are and how long, in the order asked. null: there is none, any more. */
  async findOfTenants(system: SystemScope, wanted: readonly TenantsId[]): Promise<(SessionHold | null)[]> {
    const docs = await this.findDocsOfTenants(system, wanted, ['userId', 'expiresAt']);
    return docs.map((doc) => doc && { userId: doc.userId.toHexString() as UserId, expiresAt: doc.expiresAt });
  }

  async add(tx: Tx, session: StoredSession): Promise<void> {
    await this.insertDocs(tx, [fromSession(session)]);
  }

  /** Whether it is there, and lasts until `expiresAt` now: one that is being ended meanwhile is not revived. */
  extend(tx: Tx, id: SessionId, expiresAt: Date): Promise<boolean> {
    return this.updateDoc(tx, { _id: new Types.ObjectId(id) }, { $set: { expiresAt }, $inc: { version: 1 } });
  }

  /** Whether it was there. */
  async end(tx: Tx, id: SessionId): Promise<boolean> {
    return (await this.deleteDocs(tx, { _id: new Types.ObjectId(id) })) === 1;
  }

  /** How many there were. */
  endAllOf(tx: Tx, userId: UserId): Promise<number> {
    return this.deleteDocs(tx, { userId: new Types.ObjectId(userId) });
  }
}
