import type { TenantScope } from '../../../src/domain/scope';
import { cacheKey, generationKey } from '../../../src/platform/cache-key';
import { LONGEST_TEXT } from '../../../src/platform/cache-shared';
import { COMMAND_TIMEOUT } from '../../../src/platform/redis';
import { FAILURES_TO_OPEN, REST_MS } from '../../../src/platform/redis-breaker';
import { CacheProcess, NOTES, Notes } from '../../support/cache';
import { makeScope } from '../../support/make';
import { testRedis } from '../../support/redis';
import { until } from '../../support/until';

const redis = testRedis();
let scope: TenantScope;
let notes: Notes;
let processes: CacheProcess[];

beforeEach(async () => {
  await redis.admin.flushall();
  scope = makeScope();
  notes = new Notes();
  notes.texts.set('a', 'old');
  processes = [];
});
afterEach(async () => {
  redis.resume();
  await Promise.all(processes.map(({ link }) => link.close()));
});

const start = async (settings: { memoryMs?: number; url?: string } = {}): Promise<CacheProcess> => {
  const made = new CacheProcess(scope, notes, { url: redis.url, ...settings });
  processes.push(made);
  await until(() => made.link.usable && made.link.hears, 'Redis is in reach and heard');
  return made;
};
/** Takes everything from Redis, nothing from its memory. */
const startForgetful = () => start({ memoryMs: 0 });
const fail = (): never => {
  throw new Error('no Redis for this one');
};
const alone = (memoryMs = 2_000) => new CacheProcess(scope, notes, { memoryMs });
const key = () => cacheKey(scope, NOTES, 'a');
const generation = () => generationKey(scope, NOTES.noun);
const stored = () => until(async () => (await redis.admin.exists(key())) === 1, 'the note is stored');
const inRedis = async () => (await redis.admin.get(key())) ?? '';

describe('a read-through cache', () => {
  it('reads the database once for all that ask at the same time, and not again while it holds the answer', async () => {
    const one = await start();
    const open = notes.holdReads();
    const reads = Array.from({ length: 50 }, () => one.read('a'));
    await until(() => notes.loads > 0, 'the database is read');
    reads.push(one.read('a'));
    open();

    expect(new Set(await Promise.all(reads))).toEqual(new Set(['old']));
    await one.read('a');
    expect(notes.loads).toBe(1);
    expect(one.cache.stats).toEqual({ memory: 1, shared: 0, database: 1 });
  });

  it('shares through Redis what another process has read', async () => {
    await (await start()).read('a');
    await stored();
    const other = await start();

    expect(await other.read('a')).toBe('old');
    expect(notes.loads).toBe(1);
    expect(other.cache.stats).toEqual({ memory: 0, shared: 1, database: 0 });
  });

  it('answers many ids in their order, reads only those it does not hold, and keeps nothing of what is not there', async () => {
    const one = await start();
    notes.texts.set('b', 'b');
    await one.read('a');
    const asked = await one.cache.readMany(scope, NOTES, { ids: ['b', 'none', 'a', 'b'], load: notes.load });

    expect(asked.map((note) => note?.text ?? null)).toEqual(['b', null, 'old', 'b']);
    expect(one.cache.stats).toEqual({ memory: 1, shared: 0, database: 3 });
    notes.texts.set('none', 'now there is');
    expect(await one.read('none')).toBe('now there is');
  });

  it('holds a value in memory for its time and no longer', async () => {
    const one = alone();
    await one.read('a');
    notes.texts.set('a', 'changed past the service');
    one.clock.advance(1_999);
    expect(await one.read('a')).toBe('old');
    one.clock.advance(1);
    expect(await one.read('a')).toBe('changed past the service');
  });

  it('gives Redis a time to live for everything', async () => {
    await (await start()).read('a');
    await stored();

    expect(await redis.admin.pttl(key())).toBeGreaterThan(0);
    expect(await redis.admin.pttl(generation())).toBeGreaterThan(NOTES.sharedMs);
  });

  it('passes a failed read on to all who wait for it, and tries again for the next', async () => {
    const one = alone();
    let fails = true;
    const load = async (ids: readonly string[]) => {
      if (fails) throw new Error('no database');
      return notes.load(ids);
    };
    const read = () => one.cache.readMany(scope, NOTES, { ids: ['a'], load });

    expect((await Promise.allSettled([read(), read()])).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    fails = false;
    expect(await read()).toEqual([{ id: 'a', text: 'old' }]);
  });

  it('keeps organizations apart', async () => {
    const one = await start();
    await one.read('a');
    await stored();
    notes.texts.set('a', 'theirs');

    expect(await one.read('a', makeScope())).toBe('theirs');
    expect(await one.read('a')).toBe('old');
  });
});

describe('after a change', () => {
  it('its own process has the new value, from memory and through Redis', async () => {
    const [one, forgetful] = [await start(), await startForgetful()];
    for (const each of [one, forgetful]) {
      await each.read('a');
      await stored();
      await each.write('a', 'new');
      expect(await each.read('a')).toBe('new');
      await each.write('a', 'old');
    }
  });

  it('no other process finds the old value in Redis', async () => {
    const [writer, reader] = [await start(), await startForgetful()];
    await reader.read('a');
    await stored();
    await writer.write('a', 'new');

    expect(await reader.read('a')).toBe('new');
  });

  it('another process hears of it and gives up what it holds in memory', async () => {
    const [writer, reader] = [await start(), await start()];
    await reader.read('a');
    await writer.write('a', 'new');

    // Its clock stands still: nothing but the message ends what it holds.
    await until(async () => (await reader.read('a')) === 'new', 'the reader sees the new text');
  });

  it('a process without Redis that holds the old value is behind for the time of its memory at most', async () => {
    const [writer, reader] = [alone(), alone()];
    await reader.read('a');
    await writer.write('a', 'new');
    reader.clock.advance(2_000);

    expect([await writer.read('a'), await reader.read('a')]).toEqual(['new', 'new']);
  });

  it('a reader that read the database before it brings the old value back neither for its own process', async () => {
    const one = alone();
    const open = notes.holdReads();
    const late = one.read('a');
    await until(() => notes.loads === 1, 'the database is read');
    await one.write('a', 'new');
    open();

    expect(await late).toBe('old');
    expect(await one.read('a')).toBe('new');
  });

  it('nor for other processes', async () => {
    const [reader, writer, third] = [await startForgetful(), await start(), await startForgetful()];
    const open = notes.holdReads();
    const late = reader.read('a');
    await until(() => notes.loads === 1, 'the database is read');
    await writer.write('a', 'new');
    open();
    expect(await late).toBe('old');
    await stored();
    expect(await inRedis()).toContain('old');
    // A new generation has begun, and the old value lies there under the one before.
    await third.read('b');

    expect([await third.read('a'), await reader.read('a')]).toEqual(['new', 'new']);
  });

  it('nobody joins a read that began before it', async () => {
    const one = alone();
    const open = notes.holdReads();
    const early = one.read('a');
    await until(() => notes.loads === 1, 'the database is read');
    await one.write('a', 'new');
    const after = one.read('a');
    await until(() => notes.loads === 2, 'the database is read again');
    open();

    expect(await Promise.all([early, after])).toEqual(['old', 'new']);
    expect(await one.read('a')).toBe('new');
  });

  it('a value of a generation that Redis lost stays out', async () => {
    const one = await startForgetful();
    await one.read('a');
    await stored();
    await redis.admin.del(generation());
    notes.texts.set('a', 'new');

    expect(await one.read('a')).toBe('new');
  });
});

describe('a change that Redis does not hear of', () => {
  const whilePaused = async (work: () => Promise<void>) => {
    redis.pause();
    try {
      await work();
    } finally {
      redis.resume();
    }
  };

  it('is served by its own process at once, and by others as soon as it could be told', async () => {
    const [writer, reader] = [await startForgetful(), await startForgetful()];
    await reader.read('a');
    await stored();
    await whilePaused(async () => {
      await writer.write('a', 'new');
      expect(await writer.read('a')).toBe('new');
    });
    // The deletion that timed out was sent: a paused server carries it out later. One that never reaches it is below.
    await until(async () => (await reader.read('a')) === 'new', 'the reader sees the new text');
    expect(await writer.read('a')).toBe('new');
  });

  it('is told later when Redis refused it, and until then that process takes nothing of Redis', async () => {
    const [writer, reader] = [await startForgetful(), await startForgetful()];
    await reader.read('a');
    await stored();
    await redis.admin.acl('SETUSER', 'default', '-del');
    try {
      await writer.write('a', 'new');
      expect(await writer.read('a')).toBe('new');
      expect(await reader.read('a')).toBe('old');
    } finally {
      await redis.admin.acl('SETUSER', 'default', '+del');
    }
    writer.clock.advance(REST_MS);
    expect(await writer.read('a')).toBe('new');
    await until(async () => (await reader.read('a')) === 'new', 'the reader sees the new text');
  });

  it('is not taken for told because an earlier one was', async () => {
    const [writer, reader] = [await startForgetful(), await startForgetful()];
    const { client } = writer.link;
    const first = writer.write('a', 'first');
    const spy = jest.spyOn(client ?? fail(), 'multi').mockImplementationOnce(() => fail());
    await Promise.all([first, writer.write('a', 'second')]);
    expect(spy).toHaveBeenCalledTimes(1);
    // As a reader does that read the database between the two.
    notes.texts.set('a', 'first');
    await reader.read('a');
    await stored();
    notes.texts.set('a', 'second');

    expect(await writer.read('a')).toBe('second');
  });

  it('costs a Redis that does not answer no more than a few timeouts, however many read and write', async () => {
    const one = await startForgetful();
    await one.read('a');
    const sent = jest.spyOn(one.link.client ?? fail(), 'sendCommand');
    await whilePaused(async () => {
      for (let n = 0; n < 200; n += 1) {
        await one.write('a', String(n));
        expect(await one.read('a')).toBe(String(n));
      }
    });

    // A write is MULTI, DEL, PUBLISH, EXEC; a read before the first failure is one MGET.
    expect(sent.mock.calls.length).toBeLessThanOrEqual(FAILURES_TO_OPEN * 4);
    expect(COMMAND_TIMEOUT).toBeLessThan(500);
  });
});

describe('what Redis holds is not trusted', () => {
  const poison: Record<string, (word: string) => Promise<unknown>> = {
    'no text of ours': () => redis.admin.set(key(), 'garbage'),
    'no JSON': (word) => redis.admin.set(key(), `${word}\n{"id":"a","te`),
    null: (word) => redis.admin.set(key(), `${word}\nnull`),
    'a number': (word) => redis.admin.set(key(), `${word}\n17`),
    'another shape': (word) => redis.admin.set(key(), `${word}\n{"id":"a","text":5}`),
    'another id': (word) => redis.admin.set(key(), `${word}\n{"id":"b","text":"poison"}`),
    'another generation': () => redis.admin.set(key(), `aaaaaaaaaaaaaaaa\n{"id":"a","text":"poison"}`),
    'no generation': () => redis.admin.set(key(), `{"id":"a","text":"poison"}`),
    'an oversized text': (word) =>
      redis.admin.set(key(), `${word}\n{"id":"a","text":"poison${'x'.repeat(LONGEST_TEXT)}"}`),
    'a list': () => redis.admin.lpush(key(), 'poison'),
    'a hash': () => redis.admin.hset(key(), 'id', 'a'),
    'bytes that are no text': () => redis.admin.set(key(), Buffer.from([0xff, 0xfe, 0x00])),
  };

  it.each(Object.keys(poison))('%s is a miss, and is replaced', async (what) => {
    const one = await startForgetful();
    await one.read('a');
    await stored();
    const word = (await redis.admin.get(generation())) ?? '';
    await redis.admin.del(key());
    await poison[what]?.(word);

    expect(await one.read('a')).toBe('old');
    await until(
      async () =>
        (await redis.admin.type(key())) === 'string' && (await inRedis()) === `${word}\n{"id":"a","text":"old"}`,
      'the note is stored in place of the poison',
    );
    const { loads } = notes;
    expect(await one.read('a')).toBe('old');
    expect(notes.loads).toBe(loads);
  });

  it.each(['garbage', '', 'x'.repeat(100_000)])('a generation that is none makes way', async (word) => {
    const one = await startForgetful();
    await redis.admin.set(generation(), word);
    await redis.admin.set(key(), `${word}\n{"id":"a","text":"poison"}`);
    expect(await one.read('a')).toBe('old');
    await until(async () => {
      await one.read('a');
      return (await redis.admin.get(generation())) !== word;
    }, 'there is another generation');
    expect(await one.read('a')).toBe('old');
  });

  it('nor is a generation of another type', async () => {
    const one = await startForgetful();
    await redis.admin.lpush(generation(), 'poison');

    expect(await one.read('a')).toBe('old');
    expect(await one.read('a')).toBe('old');
    await stored();
  });

  it('what is too long is not stored', async () => {
    const one = await startForgetful();
    notes.texts.set('a', 'x'.repeat(LONGEST_TEXT));
    await one.read('a');
    notes.texts.set('b', 'b');
    await one.read('b');
    await until(async () => (await redis.admin.exists(cacheKey(scope, NOTES, 'b'))) === 1, 'the other note is stored');

    expect(await redis.admin.exists(key())).toBe(0);
  });
});

describe('a process that does not hear Redis', () => {
  it('takes nothing from its memory until it does again: nobody tells it of changes', async () => {
    const reader = await start();
    await reader.read('a');
    await redis.kill();
    await until(() => !reader.link.hears, 'the reader hears nothing');
    notes.texts.set('a', 'new');
    expect(await reader.read('a')).toBe('new');
    await redis.restart();
    await until(() => reader.link.hears && reader.link.usable, 'the reader hears again');
    await reader.read('a');
    const { loads } = notes;
    await reader.read('a');

    expect(notes.loads).toBe(loads);
  });
});
