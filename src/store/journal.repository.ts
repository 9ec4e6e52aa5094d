import { Injectable } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import { Connection, Types } from 'mongoose';
import type { JournalId, TenantId } from '../domain/ids';
import type { JournalRow, JournalType } from '../domain/journal';
import type { SystemScope } from '../domain/scope';
import { fromJournalRow, toJournalRow, type JournalDoc } from './journal.schema';
import { TenantCollection, type ReadScope } from './tenant-collection';
import type { Tx } from './unit-of-work';

/** A row that waits to be worked on. */
export interface DueRef {
  readonly id: JournalId;
  readonly tenantId: TenantId;
  readonly type: JournalType;
  readonly due: Date;
}

export interface DueQuery {
  readonly now: Date;
  readonly limit: number;
  /** Rows of these types; left out: of all. */
  readonly only?: readonly JournalType[];
  /** But not of these. */
  readonly except?: readonly JournalType[];
}

/** A row that is one worker's until its lease ends. */
export interface ClaimedRow {
  readonly row: JournalRow;
  readonly lease: Date;
  /** This one included. */
  readonly attempts: number;
}

/** One row per change: audit, history and outbox in one (`booking-engine.md` §3.3). */
@Injectable()
export class JournalRepository {
  readonly #rows: TenantCollection<JournalDoc>;

  constructor(@InjectConnection() connection: Connection) {
    this.#rows = new TenantCollection(connection, 'journal');
  }

  async add(tx: Tx, rows: readonly JournalRow[]): Promise<void> {
    await this.#rows.insert(tx, rows.map(fromJournalRow));
    tx.witnesses.push(...rows.map((row) => row.id));
  }

  /** What happened to one thing, in order. */
  async history(scope: ReadScope, target: string, first: number): Promise<JournalRow[]> {
    const rows = await this.#rows.find(scope, { filter: { target }, sort: { version: 1 }, expected: first });
    return rows.map(toJournalRow);
  }

  /** The last time that something happened to a thing. */
  async findLast(scope: ReadScope, target: string, type: JournalType): Promise<JournalRow | null> {
    const query = { filter: { target, type }, sort: { version: -1 }, expected: 1 };
    const [row] = await this.#rows.find(scope, query);
    return row ? toJournalRow(row) : null;
  }

  /** Rows with work that is due, the longest waiting first, of all tenants: whose it is, and nothing of what it says. */
  async findDue(system: SystemScope, { now, limit, only, except }: DueQuery): Promise<DueRef[]> {
    const types = { ...(only ? { $in: only } : {}), ...(except ? { $nin: except } : {}) };
    const filter = { due: { $lte: now }, ...(only || except ? { type: types } : {}) };
    const query = { filter, sort: { due: 1 }, projection: { tenantId: 1, type: 1, due: 1 }, limit };
    const rows = await this.#rows.findAcrossTenants(system, query);
    return rows.flatMap(({ _id, tenantId, type, due }) =>
      due ? [{ id: _id.toHexString() as JournalId, tenantId: tenantId.toHexString() as TenantId, type, due }] : [],
    );
  }

  /** Takes a due row for as long as `until`; null: somebody else has it. */
  async claim(tx: Tx, { id, due }: Pick<DueRef, 'id' | 'due'>, until: Date): Promise<ClaimedRow | null> {
    const filter = { _id: new Types.ObjectId(id), due };
    const [doc] = await this.#rows.find(tx, { filter, expected: 1 });
    if (!doc) return null;
    await this.#rows.update(tx, [{ filter, update: { $set: { due: until }, $inc: { attempts: 1 } } }]);
    return { row: toJournalRow(doc), lease: until, attempts: (doc.attempts ?? 0) + 1 };
  }

  /** Whether the row is still this worker's. */
  async holds(tx: Tx, claimed: ClaimedRow): Promise<boolean> {
    return (await this.#rows.find(tx, { filter: byLease(claimed), expected: 1 })).length === 1;
  }

  /** The work is done. Throws where the lease ran out and somebody else has taken over, so that only one finishes. */
  async finish(tx: Tx, claimed: ClaimedRow): Promise<void> {
    await this.#rows.update(tx, [{ filter: byLease(claimed), update: { $unset: { due: '' } } }]);
  }

  /** Gives a row back until `due`; its attempts count on unless it got on with its work. */
  async giveBack(tx: Tx, claimed: ClaimedRow, { due, failed }: { due: Date; failed: boolean }): Promise<void> {
    const set = { due, ...(failed ? {} : { attempts: 0 }) };
    await this.#rows.update(tx, [{ filter: byLease(claimed), update: { $set: set }, optional: true }]);
  }

  /** Nobody tries it again; somebody has to look. */
  async bury(tx: Tx, claimed: ClaimedRow, deadAt: Date): Promise<void> {
    const update = { $set: { deadAt }, $unset: { due: '' } };
    await this.#rows.update(tx, [{ filter: byLease(claimed), update, optional: true }]);
  }
}

const byLease = ({ row, lease }: ClaimedRow) => ({ _id: new Types.ObjectId(row.id), due: lease });
