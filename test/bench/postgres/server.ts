import { execFile, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { chown, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Pool, type PoolConfig } from 'pg';
import { endWithUs, freePort, isListening } from '../../../src/platform/mongod-process';
import { newDataFolder } from '../../support/data-folder';
import { SCHEMA } from './schema';

const run = promisify(execFile);
const USER = 'bench';
const POLL_MS = 20;
const START_TIMEOUT_MS = 30_000;

/** What differs from PostgreSQL's own defaults. Durability is none of it: `fsync` and `synchronous_commit` stay on. */
const SETTINGS = {
  // The same memory as MongoDB's cache.
  shared_buffers: '256MB',
  max_connections: '64',
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
};

/** The settings that a figure depends on: shown with it. */
const TOLD = ['server_version', 'fsync', 'synchronous_commit', 'wal_sync_method', 'full_page_writes', 'shared_buffers'];

/** A server of the bench's own, with the tables of `schema.ts`. */
export interface Postgres {
  /** Version and settings, as the server tells them. */
  readonly about: string;
  pool(connections: number): Pool;
  /** Its processes at this moment: one per connection, and those that write in the background. */
  pids(): number[];
  stop(): Promise<void>;
}

/** @throws Error with what the server wrote, where it does not come up */
export async function startPostgres(programs: string, onDisk: boolean): Promise<Postgres> {
  const folder = await newDataFolder('happening-bench-pg-', onDisk ? tmpdir() : undefined);
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    const { child, port } = await startServer(programs, folder);
    const pool = (max: number): Pool => openPool({ host: '127.0.0.1', port, user: USER, database: 'postgres', max });
    const stop = async (): Promise<void> => {
      await end(child);
      await remove();
    };
    try {
      return { about: await prepare(pool(1)), pool, pids: () => withChildren(child.pid ?? 0), stop };
    } catch (error) {
      await stop();
      throw error;
    }
  } catch (error) {
    await remove();
    throw error;
  }
}

/**
 * `end()` resolves before the server has read that its clients go: it may still tell one that has gone, by an error, that
 * it is stopped. In a pool that is in use an idle connection's error is one.
 */
export function openPool(config: PoolConfig): Pool {
  const pool = new Pool(config);
  return pool.on('error', (error) => {
    if (!pool.ending) throw error;
  });
}

async function startServer(programs: string, folder: string): Promise<{ child: ChildProcess; port: number }> {
  const owner = serverUser();
  if (owner) await chown(folder, owner.uid, owner.gid);
  const data = join(folder, 'data');
  const initdb = ['-D', data, '-U', USER, '--auth=trust', '--encoding=UTF8', '--locale=C', '--no-sync'];
  await run(join(programs, 'initdb'), initdb, { ...owner, cwd: folder });
  const port = await freePort();
  const settings = Object.entries(SETTINGS).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const log = await open(join(folder, 'log'), 'a');
  try {
    const child = spawn(join(programs, 'postgres'), ['-D', data, '-p', String(port), ...settings], {
      ...owner,
      cwd: folder,
      stdio: ['ignore', log.fd, log.fd],
      // Ctrl+C in a terminal is not for it: it is stopped in order.
      detached: true,
    });
    await once(child, 'spawn');
    child.unref();
    const guard = endWithUs(child.pid ?? 0);
    child.once('exit', () => guard?.kill('SIGKILL'));
    await untilListening(child, port, join(folder, 'log'));
    return { child, port };
  } finally {
    await log.close();
  }
}

/** PostgreSQL refuses to run as root: then it runs as the user that its package made, else as nobody. */
function serverUser(): { uid: number; gid: number } | null {
  if (process.getuid?.() !== 0) return null;
  const idOf = (flag: string, user: string): number => Number(spawnSync('id', [flag, user]).stdout.toString() || NaN);
  const user = ['postgres', 'nobody'].find((name) => idOf('-u', name) > 0);
  if (user === undefined) throw new Error('there is no user that PostgreSQL could run as');
  return { uid: idOf('-u', user), gid: idOf('-g', user) };
}

async function untilListening(child: ChildProcess, port: number, log: string): Promise<void> {
  for (let waited = 0; !(await isListening(port)); waited += POLL_MS) {
    if (child.exitCode !== null || child.signalCode !== null || waited > START_TIMEOUT_MS) {
      child.kill('SIGKILL');
      throw new Error(`PostgreSQL does not listen:\n${readFileSync(log, 'utf8').trim()}`);
    }
    await setTimeout(POLL_MS);
  }
}

async function prepare(pool: Pool): Promise<string> {
  try {
    await untilAnswering(pool);
    await pool.query(SCHEMA);
    const told: string[] = [];
    for (const name of TOLD) {
      const { rows } = await pool.query<Record<string, string>>(`SHOW ${name}`);
      told.push(`${name} ${rows[0]?.[name]}`);
    }
    return told.join(', ');
  } finally {
    await pool.end();
  }
}

/** It listens before it answers: "the database system is starting up". */
async function untilAnswering(pool: Pool): Promise<void> {
  for (let waited = 0; ; waited += POLL_MS) {
    try {
      return void (await pool.query('SELECT 1'));
    } catch (error) {
      if (waited > START_TIMEOUT_MS) throw error;
      await setTimeout(POLL_MS);
    }
  }
}

/** The processes that a process started, and itself. Where the system does not tell: itself. */
function withChildren(pid: number): number[] {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
    return [pid, ...children.filter((child) => child !== '').map(Number)];
  } catch {
    return [pid];
  }
}

/** SIGINT: no new connections, those there are ended, everything written. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGINT');
  await gone;
}
