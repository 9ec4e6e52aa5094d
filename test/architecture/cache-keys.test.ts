import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TenantId } from '../../src/domain/ids';
import { cacheKey, generationKey } from '../../src/platform/cache-key';
import { makeScope } from '../support/make';

const sources = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .map((path) => ({ path: join('src', path), text: readFileSync(join('src', path), 'utf8') }));
const filesWith = (pattern: RegExp): string[] =>
  sources.filter(({ text }) => pattern.test(text)).map(({ path }) => path);

describe('keys of the cache [T4]', () => {
  it('are made by one function, of the scope', () => {
    const scope = makeScope('64b000000000000000000001' as TenantId);

    expect(cacheKey(scope, { noun: 'events', schema: 3 }, 'x1')).toBe('t:64b000000000000000000001:events:x1:v3');
    expect(generationKey(scope, 'events')).toBe('t:64b000000000000000000001:generation:events:v1');
    expect(filesWith(/[`'"]t:/)).toEqual(['src/platform/cache-key.ts']);
    expect(filesWith(/\bcacheKey\(/)).toEqual(['src/platform/cache-key.ts', 'src/platform/cache.ts']);
  });

  it.each(['', 'a:b', 'a b', 'a\nb', 'ä', 'x'.repeat(129)])('take no id that could say more than an id', (id) => {
    expect(() => cacheKey(makeScope(), { noun: 'events', schema: 1 }, id)).toThrow('cannot be part of a key');
  });

  it('are read and written in one place', () => {
    expect(filesWith(/\.mget\(|\.set\([^)]*'PX'/)).toEqual(['src/platform/cache-shared.ts']);
  });
});

describe('what ends a cached value', () => {
  it('cannot be forgotten: whoever writes in a transaction says to which collection', () => {
    expect(filesWith(/\bwrote = true/)).toEqual(['src/store/unit-of-work.ts']);
  });

  it('is never asked for within a transaction: the cache takes a scope, and a Tx is none', () => {
    const takers = sources.filter(({ text }) => text.includes('CachedMetadata')).map(({ path }) => path);

    expect(takers.sort()).toEqual([
      'src/graphql/loaders.ts',
      'src/store/cached-metadata.ts',
      'src/store/store.module.ts',
    ]);
    expect(filesWith(/\.readMany\(|cache\.read\(/).sort()).toEqual([
      'src/platform/cache.ts',
      'src/store/cached-metadata.ts',
    ]);
  });
});
