import { RateLimitedError } from '../../../src/domain/errors';
import type { Budgets } from '../../../src/platform/edge-settings';
import { RateLimits } from '../../../src/platform/rate-limits';
import { RedisLink } from '../../../src/platform/redis';
import { TestClock } from '../../support/clock';

const NONE = { points: 0, seconds: 60 };
const silent = { debug: jest.fn(), info: jest.fn(), warn: jest.fn(), error: jest.fn() };
const budgets: Budgets = {
  address: { points: 3, seconds: 60 },
  user: NONE,
  tenant: NONE,
  sensitive: NONE,
  logIn: NONE,
};
const limits = (): RateLimits => new RateLimits(RedisLink.open(undefined, new TestClock(), silent), budgets);

describe('a budget', () => {
  // The library reads the process' own clock.
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('lets through as much as it has, then says how long to wait', async () => {
    const some = limits();
    for (let n = 0; n < 3; n += 1) await some.take('address', 'a');
    jest.advanceTimersByTime(20_000);
    await expect(some.take('address', 'a')).rejects.toEqual(new RateLimitedError(40_000));
    await expect(some.take('address', 'a')).rejects.toMatchObject({ retryAfterMs: 40_000 });
  });

  it('is there again when its time is over', async () => {
    const some = limits();
    await some.take('address', 'a', 3);
    jest.advanceTimersByTime(60_001);
    await expect(some.take('address', 'a')).resolves.toBeUndefined();
  });

  it("is nobody else's", async () => {
    const some = limits();
    await expect(some.take('address', 'a', 4)).rejects.toBeInstanceOf(RateLimitedError);
    await expect(some.take('address', 'b', 3)).resolves.toBeUndefined();
  });

  it('is whole again when what was taken is forgotten', async () => {
    const some = limits();
    await some.take('address', 'a', 3);
    await some.forget('address', 'a');
    await expect(some.take('address', 'a', 3)).resolves.toBeUndefined();
  });

  it('of zero is none', async () => {
    const some = limits();
    for (let n = 0; n < 10_000; n += 1) await some.take('user', 'a');
  });

  it('of many at once lets exactly as many through', async () => {
    const some = limits();
    const all = await Promise.allSettled(Array.from({ length: 50 }, () => some.take('address', 'a')));
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
  });
});
