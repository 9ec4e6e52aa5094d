import { Injectable } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import { Connection, Types } from 'mongoose';
import type { Delivery } from '../domain/delivery';
import type { JournalId, TenantId } from '../domain/ids';
import type { SystemScope } from '../domain/scope';
import { fromDelivery, toDelivery, type DeliveryDoc } from './delivery.schema';
import { TenantCollection } from './tenant-collection';
import type { Tx } from './unit-of-work';

/** A delivery that waits to be sent. */
export interface DueDelivery {
  readonly id: string;
  readonly tenantId: TenantId;
  readonly due: Date;
}

/** A delivery that is one worker's until its lease ends. */
export interface ClaimedDelivery {
  readonly delivery: Delivery;
  readonly lease: Date;
  /** This one included. */
  readonly attempts: number;
  /** How many of the attempts right before this one nobody heard of again: their workers died. */
  readonly unfinished: number;
}

/** One row of the journal goes to a few people. */
const MAX_RECEIVERS = 1_000;

/** Messages to people, each with its own tries and its own end (`booking-engine.md` §5.2). */
@Injectable()
export class DeliveryRepository {
  readonly #rows: TenantCollection<DeliveryDoc>;

  constructor(@InjectConnection() connection: Connection) {
    this.#rows = new TenantCollection(connection, 'deliveries');
  }

  /** They are not sent before `release`. */
  async add(tx: Tx, deliveries: readonly Delivery[]): Promise<void> {
    await this.#rows.insert(tx, deliveries.map(fromDelivery));
  }

  /** Makes due what waits for this journal row. A second time it changes nothing. */
  async release(tx: Tx, journalId: JournalId, due: Date): Promise<void> {
    const waiting = { due: { $exists: false }, sentAt: { $exists: false }, deadAt: { $exists: false } };
    const filter = { journalId: new Types.ObjectId(journalId), ...waiting };
    const rows = await this.#rows.find(tx, { filter, expected: MAX_RECEIVERS, projection: { _id: 1 } });
    const statements = rows.map(({ _id }) => ({ filter: { _id, ...waiting }, update: { $set: { due } } }));
    await this.#rows.update(tx, statements);
  }

  /** What is due, the longest waiting first, of all tenants: whose it is, and nothing of what it says. */
  async findDue(system: SystemScope, now: Date, limit: number): Promise<DueDelivery[]> {
    const query = { filter: { due: { $lte: now } }, sort: { due: 1 }, projection: { tenantId: 1, due: 1 }, limit };
    const rows = await this.#rows.findAcrossTenants(system, query);
    return rows.flatMap(({ _id, tenantId, due }) =>
      due ? [{ id: _id, tenantId: tenantId.toHexString() as TenantId, due }] : [],
    );
  }

  /** Takes a due delivery for as long as `until`; null: somebody else has it. */
  async claim(tx: Tx, { id, due }: Pick<DueDelivery, 'id' | 'due'>, until: Date): Promise<ClaimedDelivery | null> {
    const filter = { _id: id, due };
    const [doc] = await this.#rows.find(tx, { filter, expected: 1 });
    if (!doc) return null;
    await this.#rows.update(tx, [{ filter, update: { $set: { due: until }, $inc: { attempts: 1, unfinished: 1 } } }]);
    return { delivery: toDelivery(doc), lease: until, attempts: doc.attempts + 1, unfinished: doc.unfinished ?? 0 };
  }

  /** Gives it back until `due`, with the reason why it was not sent. */
  async giveBack(tx: Tx, claimed: ClaimedDelivery, { due, why }: { due: Date; why: string }): Promise<void> {
    await this.#end(tx, claimed, { $set: { due, lastError: why, unfinished: 0 } });
  }

  /** The secret goes with it. */
  async markSent(tx: Tx, claimed: ClaimedDelivery, sentAt: Date): Promise<void> {
    await this.#end(tx, claimed, { $set: { sentAt, secret: null }, $unset: { due: '' } });
  }

  /** Nobody tries it again. The secret goes with it. */
  async bury(tx: Tx, claimed: ClaimedDelivery, { deadAt, why }: { deadAt: Date; why: string }): Promise<void> {
    await this.#end(tx, claimed, { $set: { deadAt, lastError: why, secret: null }, $unset: { due: '' } });
  }

  /** Nobody sends what has not gone out yet for this journal row; what is being sent right now may still arrive. */
  async withdraw(tx: Tx, journalId: JournalId, deadAt: Date): Promise<void> {
    const open = { sentAt: { $exists: false }, deadAt: { $exists: false } };
    const filter = { journalId: new Types.ObjectId(journalId), ...open };
    const rows = await this.#rows.find(tx, { filter, expected: MAX_RECEIVERS, projection: { _id: 1 } });
    const update = { $set: { deadAt, lastError: 'withdrawn', secret: null }, $unset: { due: '' } };
    await this.#rows.update(
      tx,
      rows.map(({ _id }) => ({ filter: { _id, ...open }, update })),
    );
  }

  /** Does nothing where the lease ran out and somebody else has taken over. */
  async #end(tx: Tx, { delivery, lease }: ClaimedDelivery, update: object): Promise<void> {
    await this.#rows.update(tx, [{ filter: { _id: delivery.id, due: lease }, update, optional: true }]);
  }
}
