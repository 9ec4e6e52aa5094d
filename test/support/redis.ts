import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { setTimeout } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { endWithUs, freePort, isListening } from '../../src/platform/mongod-process';
import { pathOf, REDIS_SERVER } from './programs';

const START_TIMEOUT = 20_000;
const POLL = 10;

/** A real redis-server of this test file. */
export interface RedisServer {
  readonly url: string;
  /** For what the test does and sees past the service; waits for its server. Open from `beforeAll` to `afterAll`. */
  readonly admin: Redis;
  /** Connections stay, answers do not come. */
  pause(): void;
  resume(): void;
  /** At once, as in a crash; its memory is lost. */
  kill(): Promise<void>;
  /** After `kill`: the same address, nothing in it. */
  restart(): Promise<void>;
}

/** A redis-server that keeps nothing and ends with this process. */
export async function startRedis(port: number): Promise<ChildProcess> {
  const settings = ['--bind', '127.0.0.1', '--port', String(port), '--save', '', '--appendonly', 'no'];
  const child = spawn(pathOf(REDIS_SERVER), [...settings, '--dir', tmpdir()], { stdio: 'ignore' });
  await once(child, 'spawn');
  const guard = endWithUs(child.pid ?? 0);
  child.once('exit', () => guard?.kill('SIGKILL'));
  for (let waited = 0; !(await isListening(port)); waited += POLL) {
    if (child.exitCode !== null) throw new Error(`redis-server ended at once (${child.exitCode})`);
    if (waited >= START_TIMEOUT) throw new Error(`redis-server did not listen on port ${port}`);
    await setTimeout(POLL);
  }
  return child;
}

export async function endRedis(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}

/**
 * A redis-server on a free port, for the calling test file: call it at the top, outside hooks and tests, and before
 * what uses its `url`. The port is taken in `beforeAll`; until then `url` cannot be asked for.
 */
export function testRedis(): RedisServer {
  let port: number | undefined;
  let child: ChildProcess | undefined;
  let admin: Redis | undefined;
  const known = <T>(value: T | undefined): T => {
    if (value === undefined) throw new Error('redis-server runs from beforeAll to afterAll');
    return value;
  };
  beforeAll(async () => {
    port = await freePort();
    child = await startRedis(port);
    admin = new Redis(port, '127.0.0.1', { maxRetriesPerRequest: null, retryStrategy: () => POLL });
    admin.on('error', () => undefined);
  });
  afterAll(async () => {
    admin?.disconnect();
    if (child !== undefined) await endRedis(child);
  });
  return {
    get url() {
      return `redis://127.0.0.1:${known(port)}`;
    },
    get admin() {
      return known(admin);
    },
    pause: () => void known(child).kill('SIGSTOP'),
    resume: () => void known(child).kill('SIGCONT'),
    kill: () => endRedis(known(child)),
    restart: async () => {
      child = await startRedis(known(port));
    },
  };
}
