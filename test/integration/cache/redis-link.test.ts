import { FAILURES_TO_OPEN, REST_MS } from '../../../src/platform/redis-breaker';
import { RedisLink } from '../../../src/platform/redis';
import { TestClock } from '../../support/clock';
import { testRedis } from '../../support/redis';
import { until } from '../../support/until';

const redis = testRedis();
const clock = new TestClock();
const lines: string[] = [];
const say = (_fields: object, message: string) => void lines.push(message);
const logger = { debug: say, info: say, warn: say, error: say };
let link: RedisLink;

beforeEach(async () => {
  lines.length = 0;
  link = RedisLink.open(redis.url, clock, logger);
  await until(() => link.usable, 'Redis is in reach');
});
afterEach(() => link.close());

/** Counts the commands that are really tried. */
const counting = () => {
  const counter = { tried: 0 };
  const ping = () =>
    link.attempt((client) => {
      counter.tried += 1;
      return client.ping();
    });
  return { counter, ping };
};

describe('the link to Redis', () => {
  it('answers', async () => {
    expect(await link.attempt((client) => client.set('a', '1'))).toBe('OK');
    expect(await link.attempt((client) => client.get('nothing'))).toBeNull();
  });

  it('without an address has no answer and nothing to close', async () => {
    const none = RedisLink.open(undefined, clock, logger);

    expect([none.usable, none.client]).toEqual([false, null]);
    expect(await none.attempt((client) => client.ping())).toBeUndefined();
    none.follow(
      'channel',
      (message) => void lines.push(message),
      () => void lines.push('a gap'),
    );
    await none.close();
    expect(lines).toEqual([]);
  });

  it('stops asking a Redis that does not answer, tries once per rest, and finds it again', async () => {
    const { counter, ping } = counting();
    redis.pause();
    try {
      for (let n = 0; n < 20; n += 1) expect(await ping()).toBeUndefined();
      expect(counter.tried).toBe(FAILURES_TO_OPEN);
      expect(link.usable).toBe(false);
      clock.advance(REST_MS);
      expect(await Promise.all([ping(), ping(), ping()])).toEqual([undefined, undefined, undefined]);
      expect(counter.tried).toBe(FAILURES_TO_OPEN + 1);
    } finally {
      redis.resume();
    }
    clock.advance(REST_MS);
    expect(await ping()).toBe('PONG');
    expect(link.usable).toBe(true);
  });

  it('survives a crash of Redis, with one line at its begin and one at its end', async () => {
    await redis.kill();
    await until(() => !link.usable, 'Redis is missed');
    for (let n = 0; n < 20; n += 1) expect(await link.attempt((client) => client.ping())).toBeUndefined();
    await redis.restart();
    await until(() => link.usable, 'Redis is in reach');

    expect(await link.attempt((client) => client.ping())).toBe('PONG');
    expect(lines).toEqual(['Redis is out of reach; the service does without', 'Redis is back']);
  });

  it('takes a refusal for no answer', async () => {
    await redis.admin.config('SET', 'maxmemory', '1');
    try {
      expect(await link.attempt((client) => client.set('a', '1'))).toBeUndefined();
    } finally {
      await redis.admin.config('SET', 'maxmemory', '0');
    }
  });

  it('hears what others publish, and of each time it may have missed something', async () => {
    const heard: string[] = [];
    let gaps = 0;
    link.follow(
      'channel',
      (message) => void heard.push(message),
      () => void (gaps += 1),
    );
    await until(() => gaps === 1, 'the link listens');
    await redis.admin.publish('channel', 'one');
    await until(() => heard.length === 1, 'the first message is heard');
    await redis.kill();
    await redis.restart();
    await until(() => gaps === 2, 'the link listens again');
    await redis.admin.publish('channel', 'two');
    await until(() => heard.length === 2, 'the second message is heard');

    expect(heard).toEqual(['one', 'two']);
  });
});
