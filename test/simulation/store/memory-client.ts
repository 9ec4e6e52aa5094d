import { mongo } from 'mongoose';
import { carryOut, type Reply } from './commands';
import { WRITE_CONFLICT } from './faults';
import { MemoryDriverCollection } from './memory-driver-collection';
import type { MemoryStore } from './memory-store';
import { asServerError, MemorySession, type SendOptions, type Wire } from './memory-session';
import type { Doc } from './values';

/** Arrives at once, and nothing gets lost. */
export const directly: Wire = async (_request, apply) => apply();

const isConflict = (error: unknown): boolean =>
  error instanceof mongo.MongoServerError && error.code === WRITE_CONFLICT;

/**
 * The part of the MongoDB driver that the store's primitives touch (`TenantCollection`, `TenantRepository` through
 * Mongoose, `UnitOfWork`), on a store in memory. Every call is one request over the wire.
 */
export class MemoryClient {
  constructor(
    public store: MemoryStore,
    public wire: Wire = directly,
  ) {}

  startSession(): MemorySession {
    return new MemorySession(this);
  }

  db(): MemoryDb {
    return new MemoryDb(this);
  }

  /** One command: in the session's transaction, or in one of its own. */
  send(command: Doc, { session }: SendOptions): Promise<Reply> {
    const [name = ''] = Object.keys(command);
    const inTransaction = session?.inTransaction() ? session : null;
    const begins = inTransaction?.use() ?? false;
    return this.wire({ name, command, session: inTransaction, begins }, () =>
      inTransaction ? inTransaction.run(command, begins) : this.runAlone(command),
    );
  }

  /** A conflict outside a transaction is the server's to retry: it waits for whoever has the document (F3). */
  private async runAlone(command: Doc): Promise<Reply> {
    for (;;) {
      const tx = this.store.begin();
      try {
        const reply = carryOut(this.store, tx, command);
        this.store.commit(tx);
        return reply;
      } catch (error) {
        this.store.abort(tx);
        if (!isConflict(error)) throw asServerError(error);
        await this.store.nextEnd();
      }
    }
  }
}

export class MemoryDb {
  constructor(private readonly client: MemoryClient) {}

  command(command: Doc, options: SendOptions = {}): Promise<Reply> {
    return this.client.send(command, options);
  }

  collection(name: string): MemoryDriverCollection {
    return new MemoryDriverCollection(this.client, name);
  }

  async createCollection(name: string): Promise<void> {
    this.client.store.create(name);
  }
}
