import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import type { Fault, Scene } from '../fault';

const KEYS_OF_OURS = 't:*';
/** What Redis kept while it refused to forget is taken for so long at most; and what a busy machine adds. */
const KEPT_MS = 65_000;

type Break = (admin: Redis, scene: Scene) => Promise<void>;

async function withAdmin(scene: Scene, use: Break): Promise<void> {
  const admin = new Redis(scene.lab.redis.port, '127.0.0.1');
  try {
    await use(admin, scene);
  } finally {
    admin.disconnect();
  }
}

const redis = (name: string, use: Break, staleMs?: number): Fault => ({
  kind: 'F15',
  name: `Redis ${name}`,
  expected: 'I18: answers right, only slower',
  ...(staleMs === undefined ? {} : { staleMs }),
  inject: (scene) => withAdmin(scene, use),
});

/** A setting that is wrong for a while. */
const wrongly =
  (name: string, value: string, right: string): Break =>
  async (admin, { holdMs, injected }) => {
    await admin.config('SET', name, value);
    injected();
    await sleep(holdMs);
    await admin.config('SET', name, right);
  };

const down: Fault = {
  kind: 'F15',
  name: 'Redis is killed, and comes back empty',
  expected: 'I18: answers right, only slower',
  inject: async ({ lab, holdMs, injected }) => {
    await lab.redis.kill();
    injected();
    await sleep(holdMs);
    await lab.redis.restart();
  },
};

const stopped: Fault = {
  kind: 'F15',
  name: 'Redis is stopped (SIGSTOP)',
  expected: 'I18: answers right, only slower',
  inject: async ({ lab, holdMs, injected }) => {
    lab.redis.pause();
    injected();
    await sleep(holdMs);
    lab.redis.resume();
  },
};

const flushed: Break = async (admin, { holdMs, injected }) => {
  for (let waited = 0; waited < holdMs; waited += 100) {
    await admin.flushall();
    injected();
    await sleep(100);
  }
};

const garbage: Break = async (admin, { holdMs, injected }) => {
  for (let waited = 0; waited < holdMs; waited += 100) {
    for (const [turn, key] of (await admin.keys(KEYS_OF_OURS)).entries()) {
      await admin.del(key);
      // Another type, or a text that means nothing, or one that looks like ours.
      if (turn % 3 === 0) await admin.lpush(key, 'garbage');
      else
        await admin.set(
          key,
          turn % 3 === 1 ? '{"revision":' : 'abcdefghijklmnop|{"id":"x","name":"of nobody"}',
          'PX',
          5_000,
        );
      injected();
    }
    await sleep(100);
  }
  await admin.flushall();
};

const readOnly: Break = async (admin, { holdMs, injected }) => {
  await admin.replicaof('127.0.0.1', 1);
  injected();
  await sleep(holdMs);
  await admin.replicaof('NO', 'ONE');
};

const slow: Break = async (admin, { holdMs, injected }) => {
  for (let waited = 0; waited < holdMs; waited += 1_000) {
    await admin.call('CLIENT', 'PAUSE', '700', 'ALL');
    injected();
    await sleep(1_000);
  }
};

export const REDIS_FAULTS = [
  down,
  stopped,
  redis('is full (maxmemory 1, noeviction)', wrongly('maxmemory', '1', '0'), KEPT_MS),
  redis('is read-only (a replica)', readOnly, KEPT_MS),
  redis('answers nobody for 0.7 s of each second (CLIENT PAUSE)', slow),
  redis('forgets everything ten times a second (FLUSHALL)', flushed),
  redis('holds garbage under our keys', garbage),
] as const;
