import { Injectable } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import { Connection } from 'mongoose';
import type { JournalRow, JournalType } from '../domain/journal';
import { fromJournalRow, toJournalRow, type JournalDoc } from './journal.schema';
import { TenantCollection, type ReadScope } from './tenant-collection';
import type { Tx } from './unit-of-work';

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
}
