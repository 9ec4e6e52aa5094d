import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { endWithUs, freePort, isAlive, isListening } from '../../src/platform/mongod-process';
import { until } from '../support/until';
import { Client } from './client';

const PATIENCE = { patienceMs: 90_000 };
const PROBE_TIMEOUT_MS = 1_000;
const POLL_MS = 50;

/** How a process is started, where that is part of a fault. */
export interface Manner {
  readonly env?: Readonly<Record<string, string>>;
  /** Of Node, e.g. `--max-old-space-size=96`. */
  readonly nodeOptions?: readonly string[];
  /** A program in front that starts the rest of its command line: a clock that is wrong, a disk that is read-only. */
  readonly under?: readonly string[];
}

/** What a process wrote that somebody would have to look at. */
export interface Complaint {
  readonly level: string;
  readonly message: string;
  readonly alarm?: string;
  readonly err?: { readonly message?: string; readonly code?: unknown };
}

/** One service as in production: the compiled `main`, an environment, nothing of ours in it. */
export class ServiceProcess {
  readonly complaints: Complaint[] = [];
  /** Ended although nobody ended it. */
  readonly crashes: string[] = [];
  readonly client: Client;
  #child: ChildProcess | undefined;
  #expected = false;
  #manner: Manner = {};

  private constructor(
    readonly index: number,
    readonly port: number,
    private readonly env: Readonly<Record<string, string>>,
  ) {
    this.client = new Client(this.url);
  }

  /** @param env all of it: nothing is inherited but the search path */
  static async make(index: number, env: Readonly<Record<string, string>>): Promise<ServiceProcess> {
    return new ServiceProcess(index, await freePort(), env);
  }

  get url(): URL {
    return new URL(`http://127.0.0.1:${this.port}/graphql`);
  }

  /** Of the service itself, also where a program in front started it. */
  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  get running(): boolean {
    return this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Resolves when it listens; started again, it is in the manner of before. */
  async start(manner: Manner = this.#manner): Promise<void> {
    this.#manner = manner;
    const { env = {}, nodeOptions = [], under = [] } = manner;
    const main = join(__dirname, '../../src/main.js');
    const [program = '', ...args] = [...under, process.execPath, ...nodeOptions, main];
    const given = { PATH: process.env['PATH'] ?? '', ...this.env, PORT: String(this.port), ...env };
    const child = spawn(program, args, { env: given, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    this.#expected = false;
    await once(child, 'spawn');
    const guard = endWithUs(child.pid ?? 0);
    const lastWords: string[] = [];
    child.stderr.on('data', (chunk: Buffer) => lastWords.push(chunk.toString()));
    const ended = once(child, 'exit').then(([code, signal]) => {
      guard?.kill('SIGKILL');
      if (!this.#expected)
        this.crashes.push(`process ${this.index}: ${String(code ?? signal)} ${lastWords.join('').slice(-500)}`);
    });
    this.listen(child);
    const started = until(
      async () => (await this.status('/health')) === 200,
      `process ${this.index} listens`,
      PATIENCE,
    );
    await Promise.race([started, ended.then(() => this.failedToStart(lastWords.join('')))]);
  }

  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void> {
    return this.end('SIGKILL');
  }

  /** SIGTERM; resolves with the exit code when it is gone. */
  async terminate(): Promise<number | null> {
    await this.end('SIGTERM');
    return this.#child?.exitCode ?? null;
  }

  pause(): void {
    process.kill(this.pid, 'SIGSTOP');
  }

  resume(): void {
    if (isAlive(this.pid)) process.kill(this.pid, 'SIGCONT');
  }

  /** The status of a probe; 0: no answer in time. */
  async status(path: '/health' | '/ready'): Promise<number> {
    try {
      const response = await fetch(new URL(path, this.url), { signal: AbortSignal.timeout(PROBE_TIMEOUT_MS) });
      await response.arrayBuffer();
      return response.status;
    } catch {
      return 0;
    }
  }

  untilReady(): Promise<void> {
    return until(async () => (await this.status('/ready')) === 200, `process ${this.index} is ready`, PATIENCE);
  }

  /** As an orchestrator does until then: what ended by itself is started again, which is no crash any more. How often. */
  async keepRunning(until: number): Promise<number> {
    let restarts = 0;
    while (performance.now() < until) {
      await sleep(POLL_MS);
      if (this.running) continue;
      restarts += 1;
      this.crashes.length = 0;
      await this.start();
    }
    return restarts;
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    if (!this.running || this.#child === undefined) return;
    this.#expected = true;
    const gone = once(this.#child, 'exit');
    this.resume();
    this.#child.kill(signal);
    await gone;
    this.client.cut();
    // A program in front may be gone before what it started.
    await until(async () => !(await isListening(this.port)), `process ${this.index} has let go of its port`);
  }

  private failedToStart(words: string): never {
    throw new Error(`process ${this.index} ended before it listened: ${words.slice(-1_000)}`);
  }

  private listen(child: ChildProcess): void {
    if (child.stdout === null) return;
    createInterface({ input: child.stdout }).on('line', (line) => {
      const said = asLogLine(line);
      if (said !== null && (said.level === 'error' || said.level === 'fatal')) this.complaints.push(said);
    });
  }
}

function asLogLine(line: string): Complaint | null {
  try {
    return JSON.parse(line) as Complaint;
  } catch {
    return null;
  }
}
