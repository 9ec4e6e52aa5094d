import { Injectable } from '@nestjs/common';
import type { Organization } from '../../domain/organization';
import type { ViewerScope } from '../../domain/scope';
import type { Account, User } from '../../domain/user';
import { Clock } from '../../platform/clock';
import { AccessTokens, newRefreshToken, REFRESH_TOKEN_MS } from '../../platform/token';
import { RefreshTokenRepository } from '../../store/refresh-token.repository';
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
  /** Stores the refresh token as the first of a family. */
  readonly store: (tx: Tx) => Promise<void>;
}

/** How every session begins: at sign-up, at log-in, and wherever else somebody is let in. */
@Injectable()
export class Sessions {
  constructor(
    private readonly tokens: AccessTokens,
    private readonly refreshTokens: RefreshTokenRepository,
    private readonly clock: Clock,
  ) {}

  async prepare(viewer: SessionViewer): Promise<PreparedSession> {
    const { tenantId, actor } = viewer.scope;
    const subject = { tenantId, userId: actor.userId, accountId: actor.accountId };
    const access = await this.tokens.issue(subject);
    const { token, hash } = newRefreshToken(tenantId);
    const createdAt = this.clock.now();
    const expiresAt = new Date(createdAt.getTime() + REFRESH_TOKEN_MS);
    return {
      session: { accessToken: access.token, refreshToken: token, expiresAt: access.expiresAt, viewer },
      store: (tx) => this.refreshTokens.addFamily(tx, { ...subject, hash, createdAt, expiresAt }),
    };
  }
}
