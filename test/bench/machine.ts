import { execFile } from 'node:child_process';
import { closeSync, fdatasyncSync, openSync, readdirSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import mongoose, { mongo } from 'mongoose';
import { quantile } from './stats';

const run = promisify(execFile);

/**
 * Processor time that processes have used so far, microseconds: the scheduler's own account of every thread, because
 * the ticks of `/proc/PID/stat` (10 ms) are as long as a whole storm. NaN where there is no such account.
 */
export function processorUs(pids: readonly number[]): number {
  try {
    return pids.reduce((sum, pid) => sum + threadsNs(pid), 0) / 1_000;
  } catch {
    return NaN;
  }
}

function threadsNs(pid: number): number {
  const tasks = `/proc/${pid}/task`;
  return readdirSync(tasks).reduce((sum, task) => sum + Number(readThread(`${tasks}/${task}`).split(' ')[0]), 0);
}

/** A thread may end between being listed and being read. */
function readThread(path: string): string {
  try {
    return readFileSync(`${path}/schedstat`, 'utf8');
  } catch {
    return '0';
  }
}

/** Resident memory of a process, MiB: now, or the most there ever was. NaN where the system does not tell. */
export function residentMiB(pid: number, when: 'now' | 'peak' = 'now'): number {
  const line = when === 'now' ? /^VmRSS:\s+(\d+) kB/m : /^VmHWM:\s+(\d+) kB/m;
  try {
    return Number(line.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1_024;
  } catch {
    return NaN;
  }
}

/** How quiet the machine was around a round. */
export interface Probe {
  /** A fixed piece of arithmetic, milliseconds: longer when others want the processor. */
  readonly loopMs: number;
  /** Share of the processor time that the hypervisor gave to others since the machine's last probe. */
  readonly steal: number;
  /** What it takes to have a few bytes on the database's file system, milliseconds. */
  readonly flushP50Ms: number;
  readonly flushP90Ms: number;
}

const LOOP = 4_000_000;
const FLUSHES = 200;
let lastTicks = { steal: 0, total: 0 };

/** @param folder on the database's file system */
export function probeMachine(folder: string): Probe {
  const start = performance.now();
  let state = 1;
  for (let turn = 0; turn < LOOP; turn += 1) state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
  const loopMs = performance.now() - start + (state === 0 ? 1 : 0);
  const ticks = processorTicks();
  const steal = (ticks.steal - lastTicks.steal) / Math.max(1, ticks.total - lastTicks.total);
  lastTicks = ticks;
  const flushes = flushTimes(folder);
  return { loopMs, steal, flushP50Ms: quantile(flushes, 0.5), flushP90Ms: quantile(flushes, 0.9) };
}

function flushTimes(folder: string): number[] {
  const path = join(folder, 'flush-probe');
  const file = openSync(path, 'w');
  try {
    return Array.from({ length: FLUSHES }, (_, n) => {
      writeSync(file, `${n}\n`);
      const started = performance.now();
      fdatasyncSync(file);
      return performance.now() - started;
    });
  } finally {
    closeSync(file);
    rmSync(path);
  }
}

function processorTicks(): { steal: number; total: number } {
  try {
    const line = /^cpu +(.*)$/m.exec(readFileSync('/proc/stat', 'utf8'))?.[1] ?? '';
    const fields = line.split(' ').map(Number);
    return { steal: fields[7] ?? 0, total: fields.slice(0, 8).reduce((sum, one) => sum + one, 0) };
  } catch {
    return { steal: 0, total: 0 };
  }
}

/** What was measured on. */
export function describeMachine(): Record<string, string> {
  const [processor] = cpus();
  return {
    node: process.version,
    mongoose: mongoose.version,
    driver: String((mongo as unknown as { version?: string }).version ?? 'of mongoose'),
    processor: `${cpus().length} x ${processor?.model ?? 'unknown'}`,
    memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    platform: `${process.platform} ${process.arch}`,
  };
}

/** Of the checkout; `-dirty` where files differ from it. */
export async function commit(): Promise<string> {
  try {
    const { stdout } = await run('git', ['describe', '--always', '--dirty', '--abbrev=12']);
    return stdout.trim();
  } catch {
    return 'unknown';
  }
}
