import { Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { setTimeout as sleep } from 'node:timers/promises';
import type { WebSocket } from 'ws';
import { Clock } from '../platform/clock';
import { Authenticator } from '../use-cases/people/authenticate';
import { clientOf } from './client';
import { LiveConnection } from './live-connection';
import { CLOSE, LIVE_LIMITS, LiveSettings } from './live-limits';

const SWEEP_MS = 1_000;
/** How often a connection that is told nothing is asked whether it may still listen, milliseconds. */
const RECHECK_MS = 5_000;
const PING_MS = 15_000;
/** How long a client may take to answer a close, milliseconds. */
const CLOSE_MS = 1_000;

/** Every open connection of this process: how many there are, and which have to go. */
@Injectable()
export class LiveConnections {
  readonly #open = new Map<LiveConnection, { checkedAt: Date }>();
  readonly #byAddress = new Map<string, number>();
  #timers: readonly NodeJS.Timeout[] = [];

  constructor(
    private readonly settings: LiveSettings,
    private readonly authenticator: Authenticator,
    private readonly clock: Clock,
  ) {}

  get size(): number {
    return this.#open.size;
  }

  start(): void {
    this.#timers = [setInterval(() => void this.sweep(), SWEEP_MS), setInterval(() => this.pingAll(), PING_MS)];
    for (const timer of this.#timers) timer.unref();
  }

  /** Whether there is room for one more from this address. */
  hasRoomFor(address: string): boolean {
    const { maxConnections, maxConnectionsPerAddress } = this.settings;
    return this.#open.size < maxConnections && (this.#byAddress.get(address) ?? 0) < maxConnectionsPerAddress;
  }

  open(socket: WebSocket, request: Request): LiveConnection {
    const address = clientOf({ req: request });
    const connection = new LiveConnection(socket, request, this.authenticator);
    this.#open.set(connection, { checkedAt: this.clock.now() });
    this.#byAddress.set(address, (this.#byAddress.get(address) ?? 0) + 1);
    socket.once('close', () => {
      this.#open.delete(connection);
      const left = (this.#byAddress.get(address) ?? 1) - 1;
      if (left > 0) this.#byAddress.set(address, left);
      else this.#byAddress.delete(address);
    });
    return connection;
  }

  /** Whether a user has more connections than one may have, the one that asks included. */
  isCrowded({ userId }: LiveConnection): boolean {
    const theirs = [...this.#open.keys()].filter((other) => userId !== null && other.userId === userId);
    return theirs.length > LIVE_LIMITS.connectionsPerUser;
  }

  /**
   * Closes whoever may not listen any more: tokens that expired, and, asked for now and then, sessions that ended,
   * people who were removed, organizations that were archived. Nobody is told anything in the meantime, for each message
   * asks again.
   */
  async sweep(): Promise<void> {
    const now = this.clock.now();
    const due: LiveConnection[] = [];
    for (const [connection, state] of this.#open) {
      if (!connection.beginSweep()) connection.socket.terminate();
      else if (connection.hasExpired(now)) connection.close(CLOSE.unauthorized);
      else if (connection.userId !== null && now.getTime() - state.checkedAt.getTime() >= RECHECK_MS) {
        state.checkedAt = now;
        due.push(connection);
      }
    }
    await Promise.all(due.map((connection) => this.#recheck(connection)));
  }

  /** Drops who has not answered the last ping; a half-open connection would stay for ever. */
  pingAll(): void {
    for (const connection of this.#open.keys()) if (!connection.ping()) connection.socket.terminate();
  }

  async stop(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    const left = [...this.#open.keys()];
    const closed = left.map(({ socket }) => new Promise<void>((resolve) => socket.once('close', () => resolve())));
    for (const connection of left) connection.close(CLOSE.goingAway);
    await Promise.race([Promise.all(closed), sleep(CLOSE_MS, undefined, { ref: false })]);
    for (const { socket } of this.#open.keys()) socket.terminate();
  }

  async #recheck(connection: LiveConnection): Promise<void> {
    try {
      await connection.listener();
    } catch (error) {
      // A database out of reach says nothing about who may listen; the next sweep asks again.
      connection.closeBecause(error);
    }
  }
}
