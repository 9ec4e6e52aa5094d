import { ReadThroughCache } from '../../../src/platform/cache';
import { isWithin } from '../../../src/platform/clock';
import { RedisLink } from '../../../src/platform/redis';
import { CircuitBreaker, FAILURES_TO_OPEN } from '../../../src/platform/redis-breaker';
import { TrustedReads } from '../../../src/use-cases/people/trusted-reads';
import { SILENT } from '../../support/cache';
import { TestClock } from '../../support/clock';
import { makeScope } from '../../support/make';

const HOUR = 3_600_000;
const SCOPE = makeScope();
const NOTE = { noun: 'notes', schema: 1, sharedMs: 60_000, decode: () => null };

/** A time server corrects clocks that went wrong: what was to last seconds must not last for as long as they were wrong. */
describe('a clock that is set back by an hour', () => {
  test('leaves a while neither over nor running: nobody knows', () => {
    expect([isWithin(5, 1, 5), isWithin(6, 1, 5), isWithin(1, 1, 5), isWithin(0, 1, 5)]).toEqual([
      true,
      false,
      true,
      false,
    ]);
  });

  test('does not let in for an hour whoever was let in a moment ago', async () => {
    const clock = new TestClock();
    const reads = new TrustedReads<string | null>(clock);
    await reads.get('somebody', async () => 'USER');
    clock.advance(-HOUR);
    expect(await reads.get('somebody', async () => null)).toBeNull();
  });

  test('does not keep in memory for an hour what is kept for two seconds', async () => {
    const clock = new TestClock();
    const cache = new ReadThroughCache(new RedisLink(null, clock, SILENT), clock, { memoryMs: 2_000 });
    const read = (value: string) => cache.read(SCOPE, NOTE, { id: 'a', load: async () => value });
    expect(await read('old')).toBe('old');
    expect(await read('new')).toBe('old');
    clock.advance(-HOUR);
    expect(await read('new')).toBe('new');
  });

  test('does not leave Redis alone for an hour', () => {
    const clock = new TestClock();
    const breaker = new CircuitBreaker(clock);
    for (let time = 0; time < FAILURES_TO_OPEN; time += 1) breaker.failed();
    expect(breaker.admits()).toBe(false);
    clock.advance(-HOUR);
    expect([breaker.admits(), breaker.admits()]).toEqual([true, false]);
  });
});
