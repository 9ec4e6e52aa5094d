import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BenchDatabase } from '../bench-database';

/** A server in a process of its own, so that the generator's work is not taken for the service's. */
export interface ServerProcess {
  readonly url: URL;
  readonly pid: number;
  stop(): Promise<void>;
}

/** The scripts of this folder. */
export type ServerScript =
  'fastify-process' | 'graphql-js-process' | 'nest-apollo-process' | 'raw-process' | 'service-process' | 'yoga-process';

export interface ServerOptions {
  readonly args?: readonly string[];
  /** All that it sees of the environment, besides the database. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Where its CPU profile goes; none: not profiled. */
  readonly profile?: string | undefined;
}

/** The flags that the image starts the service with. */
function shippedFlags(): string[] {
  const [, entryPoint = '[]'] = /^ENTRYPOINT (\[.*\])$/m.exec(readFileSync('Dockerfile', 'utf8')) ?? [];
  return (JSON.parse(entryPoint) as string[]).filter((part) => part.startsWith('--'));
}

/** What runs the service's own code runs as the service does; the others as node does by itself. */
const AS_SHIPPED: ReadonlySet<ServerScript> = new Set(['service-process', 'graphql-js-process']);

const START_TIMEOUT_MS = 30_000;
const STOP_TIMEOUT_MS = 10_000;

/** Starts a script of this folder that says `{ url }` once it listens and ends when its parent goes away. */
export async function startServer(
  script: ServerScript,
  database: BenchDatabase,
  { args = [], environment = {}, profile }: ServerOptions = {},
): Promise<ServerProcess> {
  const child = fork(join(__dirname, `${script}.js`), [...args], {
    env: { MONGODB_URI: database.uri, HOST: '127.0.0.1', PORT: '0', ...environment },
    execArgv: [
      ...(AS_SHIPPED.has(script) ? shippedFlags() : []),
      ...(profile === undefined
        ? []
        : ['--cpu-prof', `--cpu-prof-dir=${profile}`, `--cpu-prof-name=${[script, ...args].join('-')}.cpuprofile`]),
    ],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const stop = (): Promise<void> => end(child);
  try {
    const url = new URL(await listening(child));
    return { url, pid: child.pid ?? 0, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function listening(child: ChildProcess): Promise<string> {
  const timeout = AbortSignal.timeout(START_TIMEOUT_MS);
  const exited = once(child, 'exit', { signal: timeout }).then(() => {
    throw new Error('a server of the bench ended before it listened');
  });
  const [message] = (await Promise.race([once(child, 'message', { signal: timeout }), exited])) as [{ url: string }];
  exited.catch(() => undefined);
  return message.url;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  if (child.connected) child.disconnect();
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
  await gone;
  clearTimeout(timer);
}
