import { createHash } from 'node:crypto';

/**
 * Everything that a seeding would otherwise draw by lot: ids and choices, made from (seed, scenario, path) alone. The
 * same path gives the same answer whatever was asked before, so that more data does not change the data there was.
 */
export class SeedIds {
  constructor(private readonly path: string) {}

  static of(seed: number, scenario: string): SeedIds {
    return new SeedIds(`happening/seed/${scenario}/${seed}`);
  }

  under(...path: readonly (string | number)[]): SeedIds {
    return new SeedIds([this.path, ...path].join('/'));
  }

  /** Shaped like an ObjectId: `at` in seconds, then the hash. Lists that go by the id so go by `at` too. */
  id<Id extends string>(kind: string, at: Date): Id {
    const seconds = Math.floor(at.getTime() / 1_000);
    return `${seconds.toString(16).padStart(8, '0')}${this.hash(kind).slice(0, 16)}` as Id;
  }

  /** A whole number from 0 to `count` - 1. */
  below(count: number, what: string): number {
    return Number.parseInt(this.hash(what).slice(0, 12), 16) % count;
  }

  /** A letter and digits that tell one seed's names from another's. */
  tag(): string {
    return this.hash('tag').slice(0, 6);
  }

  private hash(what: string): string {
    return createHash('sha256').update(`${this.path}/${what}`).digest('hex');
  }
}
