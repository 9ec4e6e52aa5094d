import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';

const ALL = `0-${availableParallelism() - 1}`;

/** Whether all threads of this process may only run there from now on. Children started before go where they like. */
const pinTo = (processors: string): boolean =>
  spawnSync('taskset', ['-acp', processors, String(process.pid)], { stdio: 'ignore' }).status === 0;

/**
 * Runs the load generator on the first processor, so that it takes the same share of the machine from everybody it
 * measures; service and database have all of them. Where there is no `taskset` it runs as it is.
 */
export async function pinned<T>(generate: () => Promise<T>): Promise<T> {
  pinTo('0');
  try {
    return await generate();
  } finally {
    pinTo(ALL);
  }
}

/** For the report. */
export const describePinning = (): string =>
  pinTo(ALL)
    ? 'over HTTP pinned to processor 0; in process it is the subject, and not pinned'
    : 'not pinned: there is no taskset here';
