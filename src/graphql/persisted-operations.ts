import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { ApolloDriverConfig } from '@nestjs/apollo';
import { z } from 'zod';
import { BadEnvironmentError } from '../platform/env';
import { LruCache } from '../platform/lru-cache';

type DocumentCache = NonNullable<Exclude<NonNullable<ApolloDriverConfig['persistedQueries']>, false>['cache']>;

const HASH = /^[0-9a-f]{64}$/;
const hashOf = (document: string): string => createHash('sha256').update(document).digest('hex');
const manifest = z.record(z.string().regex(HASH), z.string());

/** How many documents clients may leave here under their hash, and how long each may be, characters. */
const MAX_DOCUMENTS = 1_000;
const MAX_LENGTH = 16_384;

/** What of a request says which document is meant. */
const named = z.object({
  query: z.string().optional(),
  extensions: z.object({ persistedQuery: z.object({ sha256Hash: z.string() }) }).optional(),
});

/** The only operations that this service executes: known by hash, and nobody can add one [G14]. */
export class PersistedOperations {
  private constructor(private readonly documents: ReadonlyMap<string, string>) {}

  /** @throws BadEnvironmentError for a file that is not such a list, or whose documents are not those of their hashes */
  static read(path: string): PersistedOperations {
    const fault = (message: string): BadEnvironmentError =>
      new BadEnvironmentError([{ key: 'PERSISTED_OPERATIONS', message }]);
    try {
      const entries = Object.entries(manifest.parse(JSON.parse(readFileSync(path, 'utf8'))));
      const wrong = entries.find(([hash, document]) => hashOf(document) !== hash);
      if (wrong !== undefined) throw fault(`${wrong[0]} is not the SHA-256 of its document`);
      return new PersistedOperations(new Map(entries));
    } catch (error) {
      if (error instanceof BadEnvironmentError) throw error;
      throw fault('must name a JSON file of { "<sha256>": "<document>" }');
    }
  }

  /** Whether a body, or the parameters of a GET, mean one of them: by its text, or by its hash alone. */
  allow(sent: unknown): boolean {
    const { data } = named.safeParse(sent);
    if (data === undefined) return false;
    const claimed = data.extensions?.persistedQuery.sha256Hash;
    const hash = data.query === undefined ? claimed : hashOf(data.query);
    return hash !== undefined && this.documents.has(hash) && (claimed === undefined || claimed === hash);
  }

  /** What Apollo looks hashes up in. It offers what it was sent; nothing of that is taken. */
  get cache(): DocumentCache {
    return {
      get: (key) => Promise.resolve(this.documents.get(withoutPrefix(key))),
      set: () => Promise.resolve(),
      delete: () => Promise.resolve(false),
    };
  }
}

/** Apollo writes `apq:` before a hash. */
const withoutPrefix = (key: string): string => key.slice(key.indexOf(':') + 1);

/** Automatic persisted queries: a client may leave a document once, and name its hash from then on. */
export function clientsDocuments(): DocumentCache {
  const documents = new LruCache<string, string>(MAX_DOCUMENTS);
  return {
    get: (key) => Promise.resolve(documents.get(key)),
    set: (key, document) => {
      if (document.length <= MAX_LENGTH) documents.set(key, document);
      return Promise.resolve();
    },
    delete: (key) => {
      documents.delete(key);
      return Promise.resolve(true);
    },
  };
}
