import { LruCache } from '../../../src/platform/lru-cache';

describe('a bounded cache', () => {
  it('forgets what was used longest ago, and never holds more than it may', () => {
    const cache = new LruCache<number, string>(2);
    cache.set(1, 'one');
    cache.set(2, 'two');
    cache.get(1);
    cache.set(3, 'three');

    expect([cache.get(1), cache.get(2), cache.get(3)]).toEqual(['one', undefined, 'three']);
    for (let n = 0; n < 100; n += 1) cache.set(n, 'x');
    expect(cache.size).toBe(2);
  });

  it('replaces a value without forgetting another one', () => {
    const cache = new LruCache<string, number>(2);
    cache.set('a', 1);
    cache.set('b', 2);
    cache.set('a', 3);

    expect([cache.get('a'), cache.get('b')]).toEqual([3, 2]);
    cache.delete('a');
    expect(cache.get('a')).toBeUndefined();
  });
});
