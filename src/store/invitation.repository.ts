import { Injectable } from '@nestjs/common';
import { InjectConnection, InjectModel } from '@nestjs/mongoose';
import { Connection, trusted, Types, type Model } from 'mongoose';
import type { InvitationId } from '../domain/ids';
import { INVITATIONS_PER_DAY, type Invitation } from '../domain/invitation';
import { fromInvitation, toInvitation, type InvitationDoc } from './invitation.schema';
import { afterId, pageOf, type IdPosition, type Page, type PageRequest } from './page';
import { TenantCollection, type ReadScope } from './tenant-collection';
import { TenantRepository } from './tenant-repository';
import type { Tx } from './unit-of-work';

@Injectable()
export class InvitationRepository extends TenantRepository<InvitationDoc> {
  readonly #raw: TenantCollection<InvitationDoc>;

  constructor(@InjectModel('Invitation') model: Model<InvitationDoc>, @InjectConnection() connection: Connection) {
    super(model);
    this.#raw = new TenantCollection(connection, 'invitations');
  }

  async findById(scope: ReadScope, id: InvitationId): Promise<Invitation | null> {
    const doc = await this.findOneDoc(scope, { _id: new Types.ObjectId(id) });
    return doc && toInvitation(doc);
  }

  async findManyById(scope: ReadScope, ids: readonly InvitationId[]): Promise<(Invitation | null)[]> {
    return (await this.findDocsById(scope, ids)).map((doc) => doc && toInvitation(doc));
  }

  /** By the SHA-256 of its token. */
  async findByHash(scope: ReadScope, hash: string): Promise<Invitation | null> {
    const doc = await this.findOneDoc(scope, { hash });
    return doc && toInvitation(doc);
  }

  /** The one that has neither been accepted nor revoked; it may have expired. */
  async findOpen(scope: ReadScope, emailKey: string): Promise<Invitation | null> {
    const doc = await this.findOneDoc(scope, { emailKey, status: 'PENDING' });
    return doc && toInvitation(doc);
  }

  /** When an address was invited, the newest first: as many as its rule asks for. */
  async newestTo(scope: ReadScope, emailKey: string): Promise<Date[]> {
    const sort = { createdAt: -1 };
    const projection = { _id: 0, createdAt: 1 };
    const rows = await this.#raw.find(scope, { filter: { emailKey }, sort, projection, expected: INVITATIONS_PER_DAY });
    return rows.map(({ createdAt }) => createdAt);
  }

  /** @param hash SHA-256 of the token; the token itself is never stored */
  async add(tx: Tx, invitation: Invitation, hash: string): Promise<void> {
    await this.insertDocs(tx, [fromInvitation(invitation, hash)]);
  }

  /** Uses it up: of any number who try at once, one. False: it expired, or was accepted or revoked before. */
  accept(tx: Tx, { id }: Pick<Invitation, 'id'>, now: Date): Promise<boolean> {
    const open = { _id: new Types.ObjectId(id), status: 'PENDING', expiresAt: trusted({ $gt: now }) };
    return this.updateDoc(tx, open, { $set: { status: 'ACCEPTED' }, $inc: { version: 1 } });
  }

  /** False: it was accepted or revoked before. */
  revoke(tx: Tx, { id }: Pick<Invitation, 'id'>): Promise<boolean> {
    const open = { _id: new Types.ObjectId(id), status: 'PENDING' };
    return this.updateDoc(tx, open, { $set: { status: 'REVOKED' }, $inc: { version: 1 } });
  }

  /** In order of the id, which is the order of inviting. */
  async page(scope: ReadScope, { first, after }: PageRequest<IdPosition>): Promise<Page<Invitation>> {
    const [behind] = afterId(after);
    const rows = await this.#raw.find(scope, { filter: { ...behind }, sort: { _id: 1 }, expected: first + 1 });
    return pageOf(rows, first, toInvitation);
  }
}
