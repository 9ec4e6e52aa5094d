/** A place for one value: a later one takes the place of one that nobody has taken, so that nobody is ever behind. */
export class Latest<Value> {
  #waiting: { readonly value: Value } | null = null;
  #taker: ((taken: { readonly value: Value } | null) => void) | null = null;
  #closed = false;

  get closed(): boolean {
    return this.#closed;
  }

  put(value: Value): void {
    if (this.#closed) return;
    const taker = this.#taker;
    this.#taker = null;
    if (taker === null) this.#waiting = { value };
    else taker({ value });
  }

  /** For one taker at a time; null: closed. */
  take(): Promise<{ readonly value: Value } | null> {
    const waiting = this.#waiting;
    this.#waiting = null;
    if (waiting !== null || this.#closed) return Promise.resolve(waiting);
    return new Promise((resolve) => {
      this.#taker = resolve;
    });
  }

  close(): void {
    this.#closed = true;
    this.#waiting = null;
    this.#taker?.(null);
    this.#taker = null;
  }
}
