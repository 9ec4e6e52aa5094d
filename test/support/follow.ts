import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** A process that is read while it runs. */
export interface Followed {
  readonly process: ChildProcess;
  /** Everything printed until the first line that matches. */
  until(wanted: RegExp): Promise<string>;
  /** The exit code, once all that wrote to our pipe have ended. */
  ended(): Promise<number | null>;
}

export function follow(child: ChildProcess): Followed {
  let out = '';
  child.stdout?.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (out += chunk.toString()));
  const closed = once(child, 'close') as Promise<[number | null]>;
  return {
    process: child,
    until: async (wanted) => {
      while (!wanted.test(out)) {
        const ended = await Promise.race([closed, once(child.stdout ?? child, 'data').then(() => null)]);
        if (ended !== null && !wanted.test(out)) throw new Error(`it ended with ${ended[0]}: ${out}`);
      }
      return out;
    },
    ended: async () => (await closed)[0],
  };
}
