import { CloseCode } from 'graphql-ws';

/** What one connection of the live updates may take; docs/live.md tells clients [G15]. */
export const LIVE_LIMITS = {
  /** How long a connection may stay without `connection_init`, milliseconds. */
  initTimeoutMs: 3_000,
  /** The largest message of a client, bytes: an operation within the limits of `limits.ts` needs less. */
  messageBytes: 32 * 1_024,
  /** Messages and pings of a client between two sweeps, which come every second. */
  messagesPerSweep: 100,
  /** Those that begin, and those that were ended and still work, included. */
  subscriptionsPerConnection: 20,
  connectionsPerUser: 10,
  /** What a client may leave unread, bytes; a message waits for the one before it, so only answers to pings pile up. */
  unreadBytes: 1_024 * 1_024,
} as const;

/** What the environment decides. An injection token of its own, like the clock. */
export abstract class LiveSettings {
  abstract readonly production: boolean;
  /** Of this process. */
  abstract readonly maxConnections: number;
  abstract readonly maxConnectionsPerAddress: number;
  /** Origins whose pages may connect, besides the service's own. */
  abstract readonly origins: readonly string[];
}

/** What a connection is closed with: the codes of `graphql-transport-ws`, and of WebSocket itself. */
export const CLOSE = {
  goingAway: [1001, 'Going away'],
  badRequest: [CloseCode.BadRequest, 'Invalid message received'],
  /** No token, a bad one, one that expired, a session that ended, somebody who was removed. */
  unauthorized: [CloseCode.Unauthorized, 'Unauthorized'],
  /** The organization is archived, or the role does not allow it any more. */
  forbidden: [CloseCode.Forbidden, 'Forbidden'],
  /** Connections of one user, or messages of one connection. */
  tooMany: [CloseCode.TooManyInitialisationRequests, 'Too many requests'],
  internal: [CloseCode.InternalServerError, 'Internal server error'],
} as const satisfies Record<string, Closing>;

export type Closing = readonly [code: number, reason: string];
