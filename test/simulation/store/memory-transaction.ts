import type { Doc } from './values';

/** A collection, as far as a transaction has to know it. */
export interface Written {
  publish(writes: ReadonlyMap<string, Doc | null>, at: number): void;
  release(keys: Iterable<string>): void;
}

/** A transaction on the server: what it saw first, and what it wrote. */
export class MemoryTransaction {
  state: 'open' | 'committed' | 'aborted' = 'open';
  readonly #writes = new Map<Written, Map<string, Doc | null>>();
  #end: () => void = () => undefined;
  /** Resolves when it is over, one way or the other. */
  readonly ended = new Promise<void>((resolve) => (this.#end = resolve));

  /** @param snapshot the newest commit that it sees (F2) */
  constructor(readonly snapshot: number) {}

  get writes(): ReadonlyMap<Written, ReadonlyMap<string, Doc | null>> {
    return this.#writes;
  }

  writesTo(collection: Written): Map<string, Doc | null> {
    let writes = this.#writes.get(collection);
    if (!writes) this.#writes.set(collection, (writes = new Map<string, Doc | null>()));
    return writes;
  }

  end(state: 'committed' | 'aborted'): void {
    this.state = state;
    for (const [collection, writes] of this.#writes) collection.release(writes.keys());
    this.#end();
  }
}
