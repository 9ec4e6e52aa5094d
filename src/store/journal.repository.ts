import { Injectable } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import { Connection, Types } from 'mongoose';
import type { JournalId, TenantId } from '../domain/ids';
import { WORK_TYPES, type AuditType, type JournalRow, type JournalType } from '../domain/journal';
import type { SystemScope } from '../domain/scope';
import type { Document } from './driver';
import { fromJournalRow, toJournalRow, type JournalDoc } from './journal.schema';
import type { InstantRange } from './occurrence-range';
import { beforeTime, pageOf, type Page, type PageRequest, type TimePosition } from './page';
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

/** Which rows of the audit log; what is left out does not matter. */
export interface AuditQuery extends PageRequest<TimePosition> {
  /** `<noun>:<id>`: what happened to one thing. */
  readonly target?: string | null;
  /** `actorKey` of who did it. */
  readonly actor?: string | null;
  readonly types?: readonly AuditType[] | null;
  readonly range?: InstantRange | null;
}

/** A thing whose history is asked for, and the version at which it stands. */
export interface Versioned {
  readonly target: string;
  readonly version: number;
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

  /** What happened to each of many things, in order: the last `MAX_HISTORY` changes, as far as they are kept. */
  async histories(scope: ReadScope, things: readonly Versioned[]): Promise<JournalRow[][]> {
    const found: JournalRow[] = [];
    for (let from = 0; from < things.length; from += THINGS_PER_FIND) {
      const some = things.slice(from, from + THINGS_PER_FIND);
      const expected = some.reduce((sum, { version }) => sum + Math.min(version, MAX_HISTORY), 0);
      const rows = await this.#rows.find(scope, { filter: { $or: some.map(lastChangesOf) }, expected });
      found.push(...rows.map(toJournalRow));
    }
    const byTarget = new Map<string, JournalRow[]>(things.map(({ target }) => [target, []]));
    for (const row of found.sort((a, b) => a.version - b.version)) byTarget.get(row.target)?.push(row);
    return things.map(({ target }) => byTarget.get(target) ?? []);
  }

  /** The audit log, newest first. What the service left itself to do is no part of it. */
  async auditPage(
    scope: ReadScope,
    { target, actor, types, range, first, after }: AuditQuery,
  ): Promise<Page<JournalRow>> {
    const conditions: Document[] = [
      { type: types ? { $in: types } : { $nin: WORK_TYPES } },
      ...(target ? [{ target }] : []),
      ...(actor ? [{ actor }] : []),
      ...(range ? [{ at: { $gte: range.from, $lt: range.to } }] : []),
      ...beforeTime('at', after),
    ];
    const rows = await this.#rows.find(scope, {
      filter: { $and: conditions },
      sort: { at: -1, _id: -1 },
      expected: first + 1,
      // One thing's few rows are sorted; anything else is read in order.
      hint: target ? BY_TARGET : BY_TIME,
    });
    return pageOf(rows, first, toJournalRow);
  }

  /**
   * Deletes some rows that are older than `before` and leave nothing to do; how many. Repeated until it says 0, they are
   * all gone, the oldest first: what is kept of one thing's history is its end.
   */
  async removeSome(tx: Tx, before: Date, limit: number): Promise<number> {
    const filter = { at: { $lt: before }, due: { $exists: false } };
    const query = { filter, sort: { at: 1, _id: 1 }, projection: { _id: 1 }, expected: limit, hint: BY_TIME };
    const rows = await this.#rows.find(tx, query);
    await this.#rows.delete(
      tx,
      rows.map(({ _id }) => ({ _id })),
    );
    return rows.length;
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

/** As many changes of one thing are told; the cost of an operation counts on it. */
const MAX_HISTORY = 100;
/** So that no reply nears 16 MB. */
const THINGS_PER_FIND = 50;
const BY_TIME = { tenantId: 1, at: 1, _id: 1 };
const BY_TARGET = { tenantId: 1, target: 1, version: 1 };

/** Newer rows than the version are those of changes that came after it was read. */
const lastChangesOf = ({ target, version }: Versioned): Document => ({
  target,
  version: { $gt: version - MAX_HISTORY, $lte: version },
});
