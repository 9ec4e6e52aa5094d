import type { TenantId } from '../domain/ids';
import type { TenantScope } from '../domain/scope';
import { cacheKey, type CacheNoun, generationKey } from './cache-key';
import type { CacheSettings } from './cache-settings';
import { type Clock, isWithin } from './clock';
import { LruCache } from './lru-cache';
import type { RedisLink } from './redis';
import { SharedCache } from './cache-shared';

/** How one kind of thing is cached. */
export interface Cacheable<Value> extends CacheNoun {
  /** How long a value in Redis is taken, milliseconds. */
  readonly sharedMs: number;
  /**
   * A value from what Redis held, already parsed as JSON; null for anything that is not one of exactly this tenant and
   * id. What Redis holds is not trusted.
   */
  decode(stored: unknown, of: { readonly tenantId: TenantId; readonly id: string }): Value | null;
}

/** Reads from the database what is in no cache; null for what does not exist, which is not cached. */
export type Load<Value> = (ids: readonly string[]) => Promise<readonly (Value | null)[]>;

const MOST_VALUES = 5_000;
const MOST_SHELVES = 5_000;

/** What this process reads of one tenant's things of one noun. A change throws the shelf away, reads under way included. */
interface Shelf {
  /** Reads under way, by key. */
  readonly reads: Map<string, Promise<unknown>>;
}

interface Held {
  readonly value: unknown;
  readonly shelf: Shelf;
  readonly since: number;
}

interface Wanted<Value> {
  readonly scope: TenantScope;
  readonly kind: Cacheable<Value>;
  readonly shelf: Shelf;
  readonly load: Load<Value>;
}

/** Something of this noun in this organization is not as it was. */
export interface ChangedCollection {
  readonly tenantId: TenantId;
  readonly noun: string;
}

/** Where values came from, for the hit rate. */
export interface CacheStats {
  memory: number;
  shared: number;
  database: number;
}

/**
 * Read-through: memory, then Redis, then the database. For queries outside transactions (a `Tx` is no `TenantScope`),
 * never for a decision and never for seat numbers. Who may see what comes out is for the caller to say: entries know no
 * viewer.
 *
 * A value is only taken while the shelf (here) and the generation (in Redis) it was read under are in force. Both end
 * with `changed`, which every commit awaits before anybody is answered. So in this process no read that begins after an
 * answer is older than it; other processes hear of the change within milliseconds. Where the message is lost they hold
 * a value for `memoryMs` at most, and one that Redis kept through an outage for `sharedMs` more.
 */
export class ReadThroughCache {
  readonly stats: CacheStats = { memory: 0, shared: 0, database: 0 };
  readonly #held = new LruCache<string, Held>(MOST_VALUES);
  /** By generation key. */
  #shelves = new LruCache<string, Shelf>(MOST_SHELVES);
  readonly #shared: SharedCache;

  constructor(
    private readonly redis: RedisLink,
    private readonly clock: Clock,
    private readonly settings: CacheSettings,
  ) {
    this.#shared = new SharedCache(redis, (generation) => this.#forget(generation));
  }

  /** The values of many ids, in the order asked; null where there is none. Whoever wants the same at one time shares one read. */
  async readMany<Value>(
    scope: TenantScope,
    kind: Cacheable<Value>,
    { ids, load }: { readonly ids: readonly string[]; readonly load: Load<Value> },
  ): Promise<(Value | null)[]> {
    const wanted = { scope, kind, load, shelf: this.#shelfOf(generationKey(scope, kind.noun)) };
    const { reads } = wanted.shelf;
    const here = new Map<string, Value>();
    const missing = new Set<string>();
    for (const id of ids) {
      const key = cacheKey(scope, kind, id);
      const held = this.#take(key, wanted.shelf);
      if (held !== undefined) here.set(id, held as Value);
      else if (!reads.has(key)) missing.add(id);
    }
    if (missing.size > 0) this.#begin(wanted, [...missing]);
    const under = (id: string) => reads.get(cacheKey(scope, kind, id)) as Promise<Value | null>;
    return Promise.all(ids.map(async (id) => here.get(id) ?? under(id)));
  }

  /** One value that is computed rather than looked up, e.g. a report, by a digest of what was asked. */
  async read<Value>(
    scope: TenantScope,
    kind: Cacheable<Value>,
    { id, load }: { readonly id: string; readonly load: () => Promise<Value | null> },
  ): Promise<Value | null> {
    const [value] = await this.readMany(scope, kind, { ids: [id], load: async () => [await load()] });
    return value ?? null;
  }

  /** What a commit changed. When this returns, this process serves nothing of before, whatever became of Redis. */
  async changed(changes: readonly ChangedCollection[]): Promise<void> {
    if (changes.length === 0) return;
    const generations = changes.map((change) => generationKey(change, change.noun));
    for (const generation of generations) this.#shelves.delete(generation);
    await this.#shared.change(generations);
  }

  /** @param generation null: everything */
  #forget(generation: string | null): void {
    if (generation === null) this.#shelves = new LruCache(MOST_SHELVES);
    else this.#shelves.delete(generation);
  }

  #shelfOf(generation: string): Shelf {
    const known = this.#shelves.get(generation);
    if (known !== undefined) return known;
    const made: Shelf = { reads: new Map() };
    this.#shelves.set(generation, made);
    return made;
  }

  #take(key: string, shelf: Shelf): unknown {
    // Others' changes pass by a process that does not hear Redis: until it does again, it holds nothing.
    if (!this.redis.hears) return undefined;
    const held = this.#held.get(key);
    if (held?.shelf !== shelf) return undefined;
    if (!isWithin(this.clock.now().getTime(), held.since, this.settings.memoryMs)) return undefined;
    this.stats.memory += 1;
    return held.value;
  }

  #begin<Value>(wanted: Wanted<Value>, ids: readonly string[]): void {
    const { scope, kind, shelf } = wanted;
    const keys = ids.map((id) => cacheKey(scope, kind, id));
    const all = this.#fetch(wanted, ids, keys);
    keys.forEach((key, n) =>
      shelf.reads.set(
        key,
        all.then((values) => values[n]),
      ),
    );
    const end = (): void => keys.forEach((key) => shelf.reads.delete(key));
    void all.then(end, end);
  }

  /** What is loaded is stored under the generation and the shelf from before it was: a change in between voids both. */
  async #fetch<Value>(
    { scope, kind, shelf, load }: Wanted<Value>,
    ids: readonly string[],
    keys: readonly string[],
  ): Promise<(Value | null)[]> {
    const since = this.clock.now().getTime();
    const { texts, generation } = await this.#shared.read(generationKey(scope, kind.noun), keys);
    const values = ids.map((id, n) => decoded(kind, texts[n], { tenantId: scope.tenantId, id }));
    const missing = [...ids.keys()].filter((n) => values[n] === null);
    this.stats.shared += ids.length - missing.length;
    this.stats.database += missing.length;
    const loaded = missing.length === 0 ? [] : await load(missing.map((n) => ids[n] as string));
    missing.forEach((n, m) => (values[n] = loaded[m] ?? null));
    if (generation !== null) {
      const found = missing.filter((n) => values[n] !== null);
      const texts = new Map(found.map((n) => [keys[n] as string, JSON.stringify(values[n])]));
      // Nobody waits for it.
      void this.#shared.store({ texts, generation, ttlMs: kind.sharedMs });
    }
    if (this.settings.memoryMs > 0 && this.#shelves.get(generationKey(scope, kind.noun)) === shelf) {
      values.forEach((value, n) => value !== null && this.#held.set(keys[n] as string, { value, shelf, since }));
    }
    return values;
  }
}

function decoded<Value>(
  kind: Cacheable<Value>,
  text: string | null | undefined,
  of: { readonly tenantId: TenantId; readonly id: string },
): Value | null {
  if (text === null || text === undefined) return null;
  try {
    return kind.decode(JSON.parse(text), of);
  } catch {
    return null;
  }
}
