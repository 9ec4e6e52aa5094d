import type { CollectionSpec } from '../../../src/store/collection-spec';
import { DUPLICATE_KEY, Refused, VALIDATION, writeConflict } from './faults';
import { matches } from './filter';
import type { MemoryTransaction } from './memory-transaction';
import { accepts } from './validator';
import { idKey, isPlain, same, stored, valueAt, type Doc } from './values';

/** A document as of a commit; null: it is gone since then. */
interface Version {
  readonly at: number;
  readonly doc: Doc | null;
}

type UniqueIndex = Pick<CollectionSpec['indexes'][number], 'key'> & { readonly partial: Doc | undefined };

/**
 * One collection with every version of its documents. It decides as WiredTiger does: a write to what somebody else has
 * in hand, or has committed after my snapshot, fails at once (F1, F2); for a new key the matrix of F10 holds.
 */
export class MemoryCollection {
  readonly #versions = new Map<string, Version[]>();
  readonly #writers = new Map<string, MemoryTransaction>();
  readonly #unique: readonly UniqueIndex[];

  constructor(private readonly spec: Pick<CollectionSpec, 'validator' | 'indexes'>) {
    this.#unique = spec.indexes
      .filter(({ options }) => options?.unique)
      .map(({ key, options }) => ({ key, partial: options?.partialFilterExpression }));
  }

  /** What the transaction sees, in no promised order. */
  find(tx: MemoryTransaction, filter: Doc): Doc[] {
    const found: Doc[] = [];
    for (const key of this.candidates(filter)) {
      const doc = this.visible(tx, key);
      if (doc !== null && matches(doc, filter)) found.push(doc);
    }
    return found;
  }

  /** @throws Refused, or a write conflict */
  insert(tx: MemoryTransaction, given: Doc): void {
    const doc = stored(given) as Doc;
    const key = idKey(doc['_id']);
    if (this.visible(tx, key) !== null) throw new Refused(DUPLICATE_KEY, { _id: 1 });
    this.write(tx, key, doc);
  }

  /** False: it was so before, which takes no lock (F18). @throws as `insert` */
  replace(tx: MemoryTransaction, before: Doc, given: Doc): boolean {
    const after = stored(given) as Doc;
    if (same(before, after)) return false;
    this.write(tx, idKey(before['_id']), after);
    return true;
  }

  remove(tx: MemoryTransaction, doc: Doc): void {
    this.put(tx, idKey(doc['_id']), null);
  }

  /** Makes what a transaction wrote everybody's. */
  publish(writes: ReadonlyMap<string, Doc | null>, at: number): void {
    for (const [key, doc] of writes) {
      const versions = this.#versions.get(key);
      if (versions) versions.push({ at, doc });
      else this.#versions.set(key, [{ at, doc }]);
    }
  }

  /** Lets go of what a transaction had in hand. */
  release(keys: Iterable<string>): void {
    for (const key of keys) this.#writers.delete(key);
  }

  private candidates(filter: Doc): Iterable<string> {
    const id = filter['_id'];
    if (id === undefined) return this.keys();
    if (!isPlain(id)) return [idKey(id)];
    return Array.isArray(id['$in']) ? new Set(id['$in'].map(idKey)) : this.keys();
  }

  private keys(): Set<string> {
    return new Set([...this.#versions.keys(), ...this.#writers.keys()]);
  }

  private visible(tx: MemoryTransaction, key: string): Doc | null {
    const own = tx.writesTo(this).get(key);
    if (own !== undefined) return own;
    const versions = this.#versions.get(key) ?? [];
    for (let index = versions.length - 1; index >= 0; index -= 1) {
      const version = versions[index];
      if (version && version.at <= tx.snapshot) return version.doc;
    }
    return null;
  }

  private write(tx: MemoryTransaction, key: string, doc: Doc): void {
    if (!accepts(this.spec.validator, doc)) throw new Refused(VALIDATION);
    for (const index of this.#unique) this.requireFree(tx, index, { key, doc });
    this.put(tx, key, doc);
  }

  private put(tx: MemoryTransaction, key: string, doc: Doc | null): void {
    const writer = this.#writers.get(key);
    if (writer && writer !== tx) throw writeConflict();
    if ((this.#versions.get(key)?.at(-1)?.at ?? 0) > tx.snapshot) throw writeConflict();
    this.#writers.set(key, tx);
    tx.writesTo(this).set(key, doc);
  }

  /** F10 for a secondary unique key: seen in my snapshot is E11000, written by others since then is a conflict. */
  private requireFree(tx: MemoryTransaction, index: UniqueIndex, { key, doc }: { key: string; doc: Doc }): void {
    if (index.partial && !matches(doc, index.partial)) return;
    const meets = (other: Doc | null | undefined): boolean => !!other && isSameKey(index, doc, other);
    for (const other of this.keys()) {
      if (other === key) continue;
      if (meets(this.visible(tx, other))) throw new Refused(DUPLICATE_KEY, index.key);
      const writer = this.#writers.get(other);
      if (writer && writer !== tx && meets(writer.writesTo(this).get(other))) throw writeConflict();
      const since = this.#versions.get(other)?.filter(({ at }) => at > tx.snapshot) ?? [];
      if (since.some((version) => meets(version.doc))) throw writeConflict();
    }
  }
}

function isSameKey({ key, partial }: UniqueIndex, a: Doc, b: Doc): boolean {
  for (const path of Object.keys(key)) {
    const parts = path.split('.');
    if (!same(valueAt(a, parts), valueAt(b, parts))) return false;
  }
  return !partial || matches(b, partial);
}
