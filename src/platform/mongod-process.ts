import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, open, readFile } from 'node:fs/promises';
import { connect, createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { mongo } from 'mongoose';

const LOOPBACK = '127.0.0.1';
/** A first start on a slow disk, or a recovery after a crash, may take a while; milliseconds. */
const START_TIMEOUT = 60_000;
/** How long an ending server may take to flush and go, milliseconds. */
const EXIT_TIMEOUT = 20_000;
const POLL = 20;

/** A mongod of this machine: how to reach it and which process it is. */
export interface Mongod {
  readonly port: number;
  readonly pid: number;
}

/** Another mongod works on the data folder. */
export class DataFolderInUseError extends Error {
  constructor(log: string) {
    super(`another mongod works on this data folder; its log: ${log}`);
    this.name = 'DataFolderInUseError';
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Runs `use` with the admin database of the one server at this port, whatever state its replica set is in. */
export async function withAdmin<T>(port: number, use: (admin: mongo.Db) => Promise<T>): Promise<T> {
  const client = new mongo.MongoClient(`mongodb://${LOOPBACK}:${port}/`, {
    directConnection: true,
    serverSelectionTimeoutMS: 2_000,
  });
  try {
    return await use(client.db('admin'));
  } finally {
    await client.close();
  }
}

export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, LOOPBACK);
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

/** Whether somebody listens at this port of the loopback interface. */
export const isListening = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, LOOPBACK);
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });

interface Log {
  readonly path: string;
  /** Where this start began: what is before was written by earlier ones. */
  readonly from: number;
}

/** What the server wrote about its end: its log is one JSON document per line, `s` the severity. */
async function lastErrors({ path, from }: Log): Promise<string> {
  const lines = (await readFile(path)).subarray(from).toString().trim().split('\n');
  const grave = lines.filter((line) => /"s":"[FE]"|error while loading|not found/.test(line));
  return (grave.length > 0 ? grave : lines).slice(-5).join('\n');
}

async function untilListening(child: ChildProcess, port: number, log: Log): Promise<void> {
  for (let waited = 0; !(await isListening(port)); waited += POLL) {
    if (child.exitCode !== null || child.signalCode !== null) {
      const errors = await lastErrors(log);
      if (errors.includes('DBPathInUse')) throw new DataFolderInUseError(log.path);
      throw new Error(`mongod ended at once (${child.exitCode ?? child.signalCode}):\n${errors}`);
    }
    if (waited >= START_TIMEOUT) {
      child.kill('SIGKILL');
      throw new Error(`mongod did not listen on port ${port} within ${START_TIMEOUT / 1000} s; its log: ${log.path}`);
    }
    await setTimeout(POLL);
  }
}

/**
 * Ends the server when this process dies without a word (`kill -9`): the shell reads from a pipe that only we hold, so
 * our end, whatever its kind, is the end of its input.
 */
export function endWithUs(pid: number): ChildProcess | null {
  if (process.platform === 'win32') return null;
  const guard = spawn('/bin/sh', ['-c', 'read -r _; kill -TERM "$1"', 'happening-guard', String(pid)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  guard.once('error', () => undefined);
  guard.unref();
  return guard;
}

/**
 * Starts mongod on the loopback interface and waits until it accepts connections. Its log is `mongod.log` in its data
 * folder. It gets a process group of its own: Ctrl+C in a terminal must not end it before the requests in flight.
 *
 * @throws DataFolderInUseError, or an error with what the server wrote last
 */
export async function startMongod(binary: string, dbPath: string, args: readonly string[]): Promise<Mongod> {
  await mkdir(dbPath, { recursive: true });
  const port = await freePort();
  const path = join(dbPath, 'mongod.log');
  const log = await open(path, 'a');
  try {
    const from = (await log.stat()).size;
    const where = ['--port', String(port), '--bind_ip', LOOPBACK, '--dbpath', dbPath, '--nounixsocket', '--quiet'];
    const child = spawn(binary, [...where, ...args], { stdio: ['ignore', log.fd, log.fd], detached: true });
    await once(child, 'spawn');
    child.unref();
    const guard = endWithUs(child.pid ?? 0);
    child.once('exit', () => guard?.kill('SIGKILL'));
    await untilListening(child, port, { path, from });
    if (child.pid === undefined) throw new Error('mongod has no process id');
    return { port, pid: child.pid };
  } finally {
    await log.close();
  }
}

/** Ends a mongod in order, so that its data needs no recovery; by force when it does not go in time. */
export async function endMongod({ port, pid }: Mongod): Promise<void> {
  // The server closes the connection in place of an answer; whether it goes is what counts.
  await withAdmin(port, (admin) => admin.command({ shutdown: 1, force: true, timeoutSecs: 1 })).catch(() => undefined);
  for (let waited = 0; isAlive(pid); waited += POLL) {
    if (waited === EXIT_TIMEOUT) process.kill(pid, 'SIGKILL');
    if (waited >= 2 * EXIT_TIMEOUT) throw new Error(`mongod (process ${pid}) does not end`);
    await setTimeout(POLL);
  }
}
