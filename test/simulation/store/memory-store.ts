import type { CollectionSpec } from '../../../src/store/collection-spec';
import { noSuchTransaction } from './faults';
import { MemoryCollection } from './memory-collection';
import { MemoryTransaction, type Written } from './memory-transaction';
import type { Doc } from './values';

/** What a commit wrote, by collection, in the order of writing; null: deleted. */
export type Committed = ReadonlyMap<string, readonly (Doc | null)[]>;

/**
 * A replica set in memory, as one transaction sees the others (`booking-engine.md` §1): snapshots, conflicts at once,
 * unique keys and validators, and any error ends the transaction. It has no time, no network and no faults: those are in
 * front of it. Whatever `mongo-facts` says of the real server is asked of this one, too.
 */
export class MemoryStore {
  readonly #collections = new Map<string, MemoryCollection>();
  readonly #names = new Map<Written, string>();
  readonly #open = new Set<MemoryTransaction>();
  #commits = 0;
  /** Told of every commit that wrote something, after it. */
  onCommit: (at: number, writes: Committed) => void = () => undefined;

  constructor(specs: readonly CollectionSpec[]) {
    for (const spec of specs) this.add(spec.name, new MemoryCollection(spec));
  }

  /** How many transactions were committed: the time by which everything is ordered. */
  get commits(): number {
    return this.#commits;
  }

  create(name: string): void {
    this.add(name, new MemoryCollection({ validator: {}, indexes: [] }));
  }

  collection(name: string): MemoryCollection {
    const collection = this.#collections.get(name);
    if (!collection) throw new Error(`the simulated store has no collection ${name}`);
    return collection;
  }

  begin(): MemoryTransaction {
    const tx = new MemoryTransaction(this.#commits);
    this.#open.add(tx);
    return tx;
  }

  /** Once more after it was committed: fine (F13). @throws NoSuchTransaction after it was aborted */
  commit(tx: MemoryTransaction): void {
    if (tx.state === 'aborted') throw noSuchTransaction();
    if (tx.state === 'committed') return;
    const committed = new Map<string, readonly (Doc | null)[]>();
    const at = this.#commits + 1;
    for (const [collection, writes] of tx.writes) {
      if (writes.size === 0) continue;
      collection.publish(writes, at);
      committed.set(this.nameOf(collection), [...writes.values()]);
    }
    this.#open.delete(tx);
    tx.end('committed');
    if (committed.size === 0) return;
    this.#commits = at;
    this.onCommit(at, committed);
  }

  abort(tx: MemoryTransaction): void {
    if (tx.state !== 'open') return;
    this.#open.delete(tx);
    tx.end('aborted');
  }

  /** A new primary: every transaction under way is gone. */
  abortAll(): void {
    for (const tx of this.#open) this.abort(tx);
  }

  /** Resolves when any of the transactions under way is over. */
  nextEnd(): Promise<void> {
    return Promise.race([...this.#open].map(({ ended }) => ended));
  }

  /** Everything that is committed. */
  all(name: string): Doc[] {
    return this.collection(name).find(new MemoryTransaction(this.#commits), {});
  }

  private add(name: string, collection: MemoryCollection): void {
    this.#collections.set(name, collection);
    this.#names.set(collection, name);
  }

  private nameOf(collection: Written): string {
    return this.#names.get(collection) ?? '';
  }
}
