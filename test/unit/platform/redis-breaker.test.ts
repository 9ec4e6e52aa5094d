import { CircuitBreaker, FAILURES_TO_OPEN, REST_MS } from '../../../src/platform/redis-breaker';
import { TestClock } from '../../support/clock';

const failing = (breaker: CircuitBreaker, times: number): boolean[] =>
  Array.from({ length: times }, () => breaker.failed());

describe('a circuit breaker', () => {
  it('opens after failures in a row, and says once that it did', () => {
    const breaker = new CircuitBreaker(new TestClock());

    expect(failing(breaker, FAILURES_TO_OPEN + 2)).toEqual([false, false, true, false, false]);
    expect([breaker.open, breaker.admits()]).toEqual([true, false]);
  });

  it('counts failures in a row only', () => {
    const breaker = new CircuitBreaker(new TestClock());
    failing(breaker, FAILURES_TO_OPEN - 1);
    breaker.succeeded();
    failing(breaker, FAILURES_TO_OPEN - 1);

    expect(breaker.admits()).toBe(true);
  });

  it('lets one try through per rest, and closes when that one succeeds', () => {
    const clock = new TestClock();
    const breaker = new CircuitBreaker(clock);
    failing(breaker, FAILURES_TO_OPEN);
    clock.advance(REST_MS);

    expect([breaker.admits(), breaker.admits()]).toEqual([true, false]);
    expect(breaker.failed()).toBe(false);
    expect(breaker.admits()).toBe(false);
    clock.advance(REST_MS);
    expect(breaker.admits()).toBe(true);
    breaker.succeeded();
    expect([breaker.admits(), breaker.admits()]).toEqual([true, true]);
  });
});
