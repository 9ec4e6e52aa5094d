import { mongo } from 'mongoose';
import { carryOut, type Reply } from './commands';
import { noSuchTransaction, Refused } from './faults';
import type { MemoryStore } from './memory-store';
import type { MemoryTransaction } from './memory-transaction';
import type { Doc } from './values';

/** What goes over the network. */
export interface Request {
  /** `find`, `update`, `commit`, … */
  readonly name: string;
  readonly command: Doc;
  /** Of the transaction that it is part of. */
  readonly session: MemorySession | null;
  /** Whether the transaction begins with it. */
  readonly begins: boolean;
}

/** The network between a process and the database: decides when a request arrives, whether it does, and its answer. */
export type Wire = <T>(request: Request, apply: () => T | Promise<T>) => Promise<T>;

export type SendOptions = { readonly session?: MemorySession | null } & Doc;

/** What a session needs of the client that it belongs to. */
interface ClientSide {
  readonly store: MemoryStore;
  readonly wire: Wire;
}

export const asServerError = (error: unknown): unknown =>
  error instanceof Refused
    ? new mongo.MongoServerError({ message: error.message, code: error.code, keyPattern: error.keyPattern })
    : error;

type SessionState = 'none' | 'starting' | 'in progress' | 'committed' | 'committed empty' | 'aborted';

/** A session of the driver: which states lead where, and what is sent in each, is its `sessions.ts`. */
export class MemorySession {
  #state: SessionState = 'none';
  #transaction: MemoryTransaction | null = null;

  constructor(private readonly client: ClientSide) {}

  inTransaction(): boolean {
    return this.#state === 'starting' || this.#state === 'in progress';
  }

  startTransaction(): void {
    if (this.inTransaction()) throw new mongo.MongoTransactionError('Transaction already in progress');
    this.#state = 'starting';
    this.#transaction = null;
  }

  /** Whether the next statement is the transaction's first, which begins it on the server. */
  use(): boolean {
    const begins = this.#state === 'starting';
    this.#state = 'in progress';
    return begins;
  }

  /** On the server's side. */
  run(command: Doc, begins: boolean): Reply {
    const { store } = this.client;
    if (begins) this.#transaction = store.begin();
    const tx = this.#transaction;
    // Its first statement may have been lost.
    if (tx?.state !== 'open') throw noSuchTransaction();
    try {
      const reply = carryOut(store, tx, command);
      if ('writeErrors' in reply) store.abort(tx);
      return reply;
    } catch (error) {
      store.abort(tx);
      throw asServerError(error);
    }
  }

  async commitTransaction(): Promise<void> {
    if (this.#state === 'none') throw new mongo.MongoTransactionError('No transaction started');
    if (this.#state === 'aborted') throw new mongo.MongoTransactionError('Cannot commit after aborting');
    if (this.#state === 'starting') this.#state = 'committed empty';
    if (this.#state === 'committed empty') return;
    this.#state = 'committed';
    await this.client.wire({ name: 'commit', command: {}, session: this, begins: false }, () => {
      if (!this.#transaction) throw noSuchTransaction();
      this.client.store.commit(this.#transaction);
    });
  }

  async abortTransaction(): Promise<void> {
    const sends = this.#state === 'in progress';
    this.#state = 'aborted';
    if (!sends) return;
    // The driver swallows what goes wrong here: the server forgets the transaction by itself.
    await this.client
      .wire({ name: 'abort', command: {}, session: this, begins: false }, () => this.drop())
      .catch(() => undefined);
  }

  async endSession(): Promise<void> {
    if (this.inTransaction()) await this.abortTransaction();
  }

  /** On the server's side: the transaction is aborted, its client not told. */
  drop(): void {
    if (this.#transaction) this.client.store.abort(this.#transaction);
  }
}
