import { Injectable } from '@nestjs/common';
import { UnauthenticatedError } from '../../domain/errors';
import type { SessionId, UserId } from '../../domain/ids';
import type { Organization } from '../../domain/organization';
import type { ViewerScope } from '../../domain/scope';
import type { Account, User } from '../../domain/user';
import { Clock } from '../../platform/clock';
import { newId } from '../../platform/new-id';
import { AccessTokens, newRefreshToken, REFRESH_TOKEN_MS } from '../../platform/token';
import { RefreshTokenRepository } from '../../store/refresh-token.repository';
import type { NewRefreshToken } from '../../store/refresh-token.schema';
import { SessionRepository } from '../../store/session.repository';
import type { Tx } from '../../store/unit-of-work';

/** Who is signed in, where, and as what. */
export interface SessionViewer {
  /** The scope that requests with the session's access token act in. */
  readonly scope: ViewerScope;
  readonly account: Account;
  readonly user: User;
  readonly organization: Organization;
}

/** What a signed-in client keeps. */
export interface Session {
  readonly accessToken: string;
  readonly refreshToken: string;
  /** When the access token ends. */
  readonly expiresAt: Date;
  readonly viewer: SessionViewer;
}

/** A session's tokens, made before the transaction that makes them valid. */
export interface PreparedSession {
  readonly session: Session;
  readonly store: (tx: Tx) => Promise<void>;
}

/** One answer for every refresh token that is of no use: it does not tell which ones there were. */
export const REFRESH_REFUSED = 'This refresh token is of no use (any more): sign in again.';

/**
 * How every session begins, goes on and ends. One is a family of refresh tokens: each buys the next, and the access tokens
 * that come with them are good while the session is there (`Authenticator`). It lasts for 30 days from its last refresh.
 */
@Injectable()
export class Sessions {
  constructor(
    private readonly tokens: AccessTokens,
    private readonly refreshTokens: RefreshTokenRepository,
    private readonly stored: SessionRepository,
    private readonly clock: Clock,
  ) {}

  /** A new session: at sign-up, at log-in, and wherever else somebody is let in. */
  async prepare(viewer: SessionViewer): Promise<PreparedSession> {
    const { session, token } = await this.issue(viewer, newId<SessionId>());
    const { sessionId: id, tenantId, userId, accountId, createdAt, expiresAt } = token;
    return {
      session,
      store: async (tx) => {
        await this.stored.add(tx, { id, tenantId, userId, accountId, version: 1, createdAt, expiresAt });
        await this.refreshTokens.add(tx, token);
      },
    };
  }

  /**
   * The next tokens of a session, for the one that was presented. Its `store` throws UnauthenticatedError where somebody
   * else was faster with the same token, or where the session has ended: the rotation is two compare-and-sets.
   */
  async prepareNext(viewer: SessionViewer, presented: NewRefreshToken): Promise<PreparedSession> {
    const { session, token } = await this.issue(viewer, presented.sessionId);
    return {
      session,
      store: async (tx) => {
        const first = await this.refreshTokens.markUsed(tx, presented.hash, token.createdAt);
        const alive = first && (await this.stored.extend(tx, token.sessionId, token.expiresAt));
        if (!alive) throw new UnauthenticatedError(REFRESH_REFUSED);
        await this.refreshTokens.add(tx, token);
      },
    };
  }

  /** Ends every session of a user in the organization, e.g. with the change that takes rights away; how many there were. */
  revokeAllOf(tx: Tx, userId: UserId): Promise<number> {
    return this.stored.endAllOf(tx, userId);
  }

  private async issue(
    viewer: SessionViewer,
    sessionId: SessionId,
  ): Promise<{ readonly session: Session; readonly token: NewRefreshToken }> {
    const { tenantId, actor } = viewer.scope;
    const subject = { tenantId, userId: actor.userId, accountId: actor.accountId, sessionId };
    const access = await this.tokens.issue(subject);
    const { token: refreshToken, hash } = newRefreshToken(tenantId);
    const createdAt = this.clock.now();
    const expiresAt = new Date(createdAt.getTime() + REFRESH_TOKEN_MS);
    return {
      session: { accessToken: access.token, refreshToken, expiresAt: access.expiresAt, viewer },
      token: { ...subject, hash, createdAt, expiresAt },
    };
  }
}
