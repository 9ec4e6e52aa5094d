import type { Request } from 'express';
import { WebSocket } from 'ws';
import { ForbiddenError, UnauthenticatedError } from '../domain/errors';
import type { UserId } from '../domain/ids';
import { requestIdOf } from '../platform/request-id';
import { expiryOf } from '../platform/token-expiry';
import type { Authenticator } from '../use-cases/people/authenticate';
import type { Listener } from '../use-cases/live/watch';
import type { RequestFacts } from './graphql-context';
import { CLOSE, type Closing, LIVE_LIMITS } from './live-limits';

/** A subscription, as far as its connection has to do with it. */
interface Endable {
  return(): unknown;
}

interface SignedIn {
  readonly token: string;
  readonly userId: UserId;
  readonly expiresAt: Date;
}

const BEARER = /^Bearer ([\x21-\x7e]+)$/i;

/** How a client says who it is: `{"authorization": "Bearer …"}`, in either case, or `{"accessToken": "…"}`. */
function tokenIn(params: Readonly<Record<string, unknown>> = {}): string {
  const { accessToken, authorization = params['Authorization'] } = params;
  const token = typeof authorization === 'string' ? BEARER.exec(authorization)?.[1] : accessToken;
  if (typeof token !== 'string') throw new UnauthenticatedError();
  return token;
}

/** One WebSocket and who is on the other side. */
export class LiveConnection {
  /** What the log says about it. */
  readonly context: RequestFacts;
  /**
   * What goes on for it: from the message that asks for it until nothing of it is left, which may be later than its end.
   * Counted and ended here, because graphql-ws loses sight of what has begun under an id that is used again.
   */
  readonly subscriptions = new Set<Endable>();
  #signedIn: SignedIn | null = null;
  #messages = 0;
  #heard = true;

  constructor(
    readonly socket: WebSocket,
    readonly request: Request,
    private readonly authenticator: Authenticator,
  ) {
    this.context = { requestId: requestIdOf(request) };
    socket.on('pong', () => (this.#heard = true));
    for (const end of ['close', 'error']) socket.once(end, () => this.#endSubscriptions());
  }

  get userId(): UserId | null {
    return this.#signedIn?.userId ?? null;
  }

  /** A new scope each time: a message's loaders know nothing of an earlier one's. */
  readonly listener: Listener = () => this.#authenticate(this.#signedIn?.token);

  /** @throws UnauthenticatedError, ForbiddenError */
  async signIn(params: Readonly<Record<string, unknown>> | undefined): Promise<void> {
    const token = tokenIn(params);
    const { tenantId, actor } = await this.#authenticate(token);
    this.#signedIn = { token, userId: actor.userId, expiresAt: expiryOf(token) };
    Object.assign(this.context, { tenantId, userId: actor.userId });
  }

  async #authenticate(token: string | undefined): ReturnType<Listener> {
    const scope = await this.authenticator.authenticate(token, this.context.requestId);
    if (scope === null) throw new UnauthenticatedError();
    return scope;
  }

  hasExpired(now: Date): boolean {
    return this.#signedIn !== null && now >= this.#signedIn.expiresAt;
  }

  /** Whether one more message or ping of the client is within bounds. */
  countMessage(): boolean {
    this.#messages += 1;
    return this.#messages <= LIVE_LIMITS.messagesPerSweep;
  }

  /** A new second; false: the client does not read what it is sent. */
  beginSweep(): boolean {
    this.#messages = 0;
    return this.socket.bufferedAmount <= LIVE_LIMITS.unreadBytes;
  }

  /** Asks for a sign of life; false: there was none since the last time. */
  ping(): boolean {
    const heard = this.#heard;
    this.#heard = false;
    if (heard && this.socket.readyState === WebSocket.OPEN) this.socket.ping();
    return heard;
  }

  /** Whatever the client does: one that never answers keeps the socket for a while, and nothing else. */
  close([code, reason]: Closing): void {
    this.socket.close(code, reason);
    this.#endSubscriptions();
  }

  #endSubscriptions(): void {
    for (const subscription of this.subscriptions) void subscription.return();
  }

  /** Closes for what was thrown on behalf of the whole connection; false where that says nothing about who listens. */
  closeBecause(error: unknown): boolean {
    if (error instanceof UnauthenticatedError) this.close(CLOSE.unauthorized);
    else if (error instanceof ForbiddenError) this.close(CLOSE.forbidden);
    else return false;
    return true;
  }
}
