import type { TenantScope } from '../../src/domain/scope';
import { type Cacheable, ReadThroughCache } from '../../src/platform/cache';
import type { Logger } from '../../src/platform/logger';
import { RedisLink } from '../../src/platform/redis';
import { TestClock } from './clock';

const nothing = (): void => undefined;
export const SILENT: Logger = { debug: nothing, info: nothing, warn: nothing, error: nothing };

/** A cache that holds nothing and knows no Redis. */
export const withoutCache = (): ReadThroughCache => {
  const clock = new TestClock();
  return new ReadThroughCache(RedisLink.open(undefined, clock, SILENT), clock, { memoryMs: 0 });
};

/** What is cached in these tests. */
export interface Note {
  readonly id: string;
  readonly text: string;
}

export const NOTES: Cacheable<Note> = {
  noun: 'notes',
  schema: 1,
  sharedMs: 60_000,
  decode: (stored, { id }) => {
    const note = stored as Partial<Note>;
    return note.id === id && typeof note.text === 'string' ? (note as Note) : null;
  },
};

/** Stands for the database: what is true, who read it, and a barrier in front of the reads. */
export class Notes {
  readonly texts = new Map<string, string>();
  loads = 0;
  #gate: Promise<void> = Promise.resolve();

  /** Reads that begin from now on have read, and do not come back before the returned function was called. */
  holdReads(): () => void {
    let open = nothing;
    this.#gate = new Promise((resolve) => (open = resolve));
    return () => {
      this.#gate = Promise.resolve();
      open();
    };
  }

  readonly load = async (ids: readonly string[]): Promise<(Note | null)[]> => {
    this.loads += 1;
    const read = ids.map((id) => {
      const text = this.texts.get(id);
      return text === undefined ? null : { id, text };
    });
    await this.#gate;
    return read;
  };
}

/** One process with a cache of its own on a Redis and a database that it shares. */
export class CacheProcess {
  readonly clock = new TestClock();
  readonly link: RedisLink;
  readonly cache: ReadThroughCache;

  constructor(
    private readonly scope: TenantScope,
    private readonly notes: Notes,
    { url, memoryMs = 2_000 }: { readonly url?: string; readonly memoryMs?: number },
  ) {
    this.link = RedisLink.open(url, this.clock, SILENT);
    this.cache = new ReadThroughCache(this.link, this.clock, { memoryMs });
  }

  async read(id: string, scope = this.scope): Promise<string | null> {
    const [note] = await this.cache.readMany(scope, NOTES, { ids: [id], load: this.notes.load });
    return note?.text ?? null;
  }

  /** A commit and what it tells, in the order of the unit of work. */
  async write(id: string, text: string): Promise<void> {
    this.notes.texts.set(id, text);
    await this.cache.changed([{ tenantId: this.scope.tenantId, noun: NOTES.noun }]);
  }
}
