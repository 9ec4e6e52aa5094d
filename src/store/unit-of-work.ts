import { Injectable } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import { Connection, Types } from 'mongoose';
import { setTimeout as sleep } from 'node:timers/promises';
import { OutcomeUnknownError, RefusedError } from '../domain/errors';
import type { JournalId, TenantId } from '../domain/ids';
import type { TenantScope } from '../domain/scope';
import { type ChangedCollection, ReadThroughCache } from '../platform/cache';
import { CACHED_COLLECTIONS } from './cacheable';
import { databaseErrorOf } from './database-error';
import type { ClientSession } from './driver';

const GRANT = Symbol('only the unit of work makes a Tx');

/** The right to write, inside one transaction of one tenant. Only the unit of work makes one; it cannot nest. */
export class Tx {
  /** Journal rows written so far: after an unknown commit their presence tells the outcome. */
  readonly witnesses: JournalId[] = [];
  /** Whether anything was written: a transaction that only read may simply be decided again. */
  wrote = false;

  constructor(
    grant: typeof GRANT,
    readonly scope: TenantScope,
    readonly session: ClientSession,
    /** Which cached collections were written, and whose: what its commit has to tell. */
    readonly changed = new Map<string, ChangedCollection>(),
  ) {
    if (grant !== GRANT) throw new Error('only the unit of work opens a transaction');
  }

  get tenantId(): TenantId {
    return this.scope.tenantId;
  }

  /** Every statement that writes says where to first. */
  wroteTo(collection: string): void {
    this.wrote = true;
    if (!CACHED_COLLECTIONS.has(collection)) return;
    this.changed.set(`${this.tenantId}|${collection}`, { tenantId: this.tenantId, noun: collection });
  }

  /**
   * The same transaction in another organization, for the one thing that concerns two: a member of one founds another, and
   * the request's idempotency key is kept where the member is. The witnesses stay those of this one.
   */
  in(scope: TenantScope): Tx {
    // What is written there counts here.
    this.wrote = true;
    return new Tx(GRANT, scope, this.session, this.changed);
  }
}

/** How long a request's transaction is retried against competitors before it answers BUSY. */
export const RETRY_BUDGET_MS = 5_000;
const MAX_BACKOFF_MS = 250;
const COMMIT_ATTEMPTS = 5;
/** How long the journal is asked for a witness. */
const WITNESS_MS = 2_000;

export interface TransactionStats {
  committed: number;
  aborted: number;
  /** Of the aborted: somebody else wrote the same document first. */
  conflicts: number;
}

/**
 * The only place that opens a transaction: read concern `local` on the primary, committed with `majority` before anybody
 * is told [D11]. A conflict with somebody else runs the work again on fresh data, with jitter, within a budget; the
 * driver's own runner sleeps from 5 ms and retries for two minutes, too slow and too patient for a request [D7].
 */
@Injectable()
export class UnitOfWork {
  /** Counted here because the server does not count conflicts inside transactions (SERVER-78929). */
  readonly stats: TransactionStats = { committed: 0, aborted: 0, conflicts: 0 };

  constructor(
    @InjectConnection() private readonly connection: Connection,
    private readonly cache: ReadThroughCache,
  ) {}

  /**
   * Runs `work` in one transaction. It may run more than once: make ids and `now` before, touch only the database in it.
   *
   * @throws RefusedError BUSY when the budget ends (no effect); OutcomeUnknownError when the database cannot tell.
   */
  async run<T>(scope: TenantScope, work: (tx: Tx) => Promise<T>, budgetMs = RETRY_BUDGET_MS): Promise<T> {
    const deadline = performance.now() + budgetMs;
    for (let attempt = 0; ; attempt += 1) {
      const outcome = await this.tryOnce(scope, work);
      if (outcome.done) return outcome.value;
      const pause = Math.random() * Math.min(2 ** attempt, MAX_BACKOFF_MS);
      if (performance.now() + pause >= deadline) throw new RefusedError({ code: 'BUSY', retryAfterMs: MAX_BACKOFF_MS });
      await sleep(pause);
    }
  }

  /** One attempt; `done: false` when a competitor won and the work has to be decided again. */
  async tryOnce<T>(
    scope: TenantScope,
    work: (tx: Tx) => Promise<T>,
  ): Promise<{ done: true; value: T } | { done: false }> {
    const session = this.connection.getClient().startSession();
    const tx = new Tx(GRANT, scope, session);
    try {
      session.startTransaction({
        readConcern: { level: 'local' },
        writeConcern: { w: 'majority', journal: true },
        readPreference: 'primary',
      });
      const value = await work(tx);
      if (!(await this.commitAndTell(tx))) return { done: false };
      this.stats.committed += 1;
      return { done: true, value };
    } catch (error) {
      this.stats.aborted += 1;
      if (session.inTransaction()) await session.abortTransaction().catch(() => undefined);
      const kind = databaseErrorOf(error);
      if (kind === 'CONFLICT') this.stats.conflicts += 1;
      if (kind === 'CONFLICT' || kind === 'UNREACHED') return { done: false };
      throw error;
    } finally {
      await session.endSession();
    }
  }

  /** After the commit and before anybody is answered, the cache hears of it; of one whose outcome is unknown, too. */
  private async commitAndTell(tx: Tx): Promise<boolean> {
    try {
      return await this.commit(tx);
    } finally {
      await this.cache.changed([...tx.changed.values()]);
    }
  }

  /**
   * True: committed on a majority. False: certainly not committed.
   *
   * @throws OutcomeUnknownError when neither is certain
   */
  private async commit(tx: Tx): Promise<boolean> {
    for (let attempt = 1; attempt <= COMMIT_ATTEMPTS; attempt += 1) {
      try {
        await tx.session.commitTransaction();
        return true;
      } catch (error) {
        const kind = databaseErrorOf(error);
        if (kind === 'COMMIT_UNKNOWN' || kind === 'UNREACHED') continue;
        if (attempt === 1) throw error;
        // A repeated commit that finds no transaction: the first one did not happen, or its trace is gone.
        return this.witnessed(tx);
      }
    }
    // Never an answer: the commit may even be there and only not on a majority yet. Absence would prove nothing.
    if (!tx.wrote || (await this.witnessed(tx))) return tx.wrote;
    throw new OutcomeUnknownError();
  }

  /**
   * Whether the transaction's first journal row is there, on a majority. Read in the transaction's own session, which is
   * causally consistent: the server waits until a majority has all that the session was told of.
   */
  private async witnessed(tx: Tx): Promise<boolean> {
    if (!tx.wrote) return false;
    if (tx.witnesses.length === 0) throw new OutcomeUnknownError();
    try {
      const row = await this.connection
        .getClient()
        .db(this.connection.name)
        .collection('journal')
        .findOne(
          { _id: new Types.ObjectId(tx.witnesses[0]), tenantId: new Types.ObjectId(tx.tenantId) },
          { session: tx.session, projection: { _id: 1 }, readConcern: { level: 'majority' }, maxTimeMS: WITNESS_MS },
        );
      return row !== null;
    } catch {
      throw new OutcomeUnknownError();
    }
  }
}
