import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Readiness } from './health';
import type { Logger } from './logger';

export interface ShutdownSettings {
  /** How long `/ready` says 503 before the server stops to accept, milliseconds. */
  readonly noticeMs: number;
  /** How long requests in flight may take, milliseconds; then their connections are cut. */
  readonly timeoutMs: number;
}

type Hook = readonly [name: string, stop: () => Promise<void>];

/** How often connections that became idle are closed while the last requests finish, milliseconds. */
const SWEEP = 25;

/**
 * A stop that fails no request: say "not ready", keep serving for a moment, stop to accept, let what is in flight
 * finish, then release everything in the order it was registered.
 */
export class Shutdown {
  readonly #drainHooks: Hook[] = [];
  readonly #hooks: Hook[] = [];
  readonly #sockets = new Set<Socket>();
  #done: Promise<void> | undefined;

  constructor(
    private readonly server: Server,
    private readonly readiness: Readiness,
    private readonly logger: Logger,
    private readonly settings: ShutdownSettings,
  ) {
    // A client with a kept connection must not pick the moment of the close for its next request.
    server.prependListener('request', (_request, response: ServerResponse) => {
      if (readiness.stopping) response.setHeader('connection', 'close');
    });
    server.on('connection', (socket) => this.#remember(socket));
  }

  /** Connections that no answer ends: given up while the requests in flight are waited for. */
  beforeDrain(name: string, stop: () => Promise<void>): this {
    this.#drainHooks.push([name, stop]);
    return this;
  }

  /** Workers first, then what they use: the database last. */
  beforeExit(name: string, stop: () => Promise<void>): this {
    this.#hooks.push([name, stop]);
    return this;
  }

  /** Idempotent: every caller waits for the one stop. A failing hook is logged and does not keep the others. */
  stop(): Promise<void> {
    return (this.#done ??= this.#stop());
  }

  async #stop(): Promise<void> {
    this.readiness.stop();
    this.logger.info({}, 'stopping');
    if (this.settings.noticeMs > 0) await sleep(this.settings.noticeMs);
    await Promise.all([this.#run(this.#drainHooks), this.#drain()]);
    await this.#run(this.#hooks);
    this.logger.info({}, 'stopped');
  }

  async #run(hooks: readonly Hook[]): Promise<void> {
    for (const [name, stop] of hooks) {
      await stop().catch((err: unknown) => this.logger.error({ err, hook: name }, 'a part did not stop in order'));
    }
  }

  /** Node loses sight of sockets that are upgraded, and yet the server is closed only when they are. */
  #remember(socket: Socket): void {
    // One that is handed back to HTTP comes again.
    if (this.#sockets.has(socket)) return;
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
  }

  async #drain(): Promise<void> {
    const sweep = setInterval(() => this.server.closeIdleConnections(), SWEEP);
    const limit = setTimeout(() => {
      this.logger.warn({ timeoutMs: this.settings.timeoutMs }, 'requests in flight took too long and were cut');
      this.server.closeAllConnections();
      for (const socket of this.#sockets) socket.destroy();
    }, this.settings.timeoutMs);
    try {
      // The error says that it was not listening: then there is nothing to wait for.
      await new Promise<void>((resolve) => this.server.close(() => resolve()));
    } finally {
      clearInterval(sweep);
      clearTimeout(limit);
    }
  }
}
