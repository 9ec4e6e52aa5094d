/**
 * Stands in for Mongoose where mutants of the domain are tried: its tests want ids of it and nothing else, and loading it
 * anew for each of three thousand mutants would be most of the work.
 */
let made = 0;

class ObjectId {
  readonly #hex = (made += 1).toString(16).padStart(24, '0');

  toHexString(): string {
    return this.#hex;
  }
}

export const Types = { ObjectId };
