import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

export interface Child {
  readonly process: ChildProcess;
  /** The next line the child prints; rejects with what it wrote on stderr when it ends without one. */
  line(): Promise<string>;
  /** Sends the signal and waits for the end. */
  end(signal: NodeJS.Signals): Promise<void>;
}

/** Runs a TypeScript file of this project in a process of its own, for what only a second or a killed process shows. */
export function runChild(file: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env): Child {
  const hook = join(__dirname, 'ts-hook.cjs');
  const child = spawn(process.execPath, ['--require', hook, resolve(file), ...args], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const errors: string[] = [];
  child.stderr.on('data', (chunk: Buffer) => errors.push(chunk.toString()));
  const ended = once(child, 'exit');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    process: child,
    line: async () => {
      const next = await lines.next();
      if (next.done !== true) return next.value;
      throw new Error(`the child process ended without a word: ${errors.join('')}`);
    },
    end: async (signal) => {
      child.kill(signal);
      await ended;
    },
  };
}
