import { Injectable } from '@nestjs/common';
import { UnauthenticatedError } from '../../domain/errors';
import { requireOpen } from '../../domain/organization';
import { tenantScope } from '../../domain/scope';
import { Clock } from '../../platform/clock';
import { tenantOfToken } from '../../platform/tenant-token';
import { refreshTokenHash } from '../../platform/token';
import { RefreshTokenRepository } from '../../store/refresh-token.repository';
import type { StoredRefreshToken } from '../../store/refresh-token.schema';
import { UnitOfWork } from '../../store/unit-of-work';
import { EndSession } from './end-session';
import { REFRESH_REFUSED, type Session, Sessions } from './session';
import { SessionViewers } from './session-viewers';

/**
 * A refresh token for the next pair of tokens. It buys one pair; what comes with it a second time is told apart by what a
 * request finds when it first looks, not by anybody's clock [J6]:
 *
 * - still unused: both were on their way at once, as from two tabs. One gets the pair, the others UNAUTHENTICATED, and the
 *   session lives.
 * - used: somebody has kept a copy, the owner or a thief. The session ends, for both of them.
 */
@Injectable()
export class RefreshSession {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly refreshTokens: RefreshTokenRepository,
    private readonly viewers: SessionViewers,
    private readonly sessions: Sessions,
    private readonly ending: EndSession,
    private readonly clock: Clock,
  ) {}

  /** @throws UnauthenticatedError; ForbiddenError where the organization is archived; RefusedError BUSY */
  async execute(refreshToken: string, requestId: string): Promise<Session> {
    const token = await this.presented(refreshToken, requestId);
    const viewer = await this.viewers.ofToken(token, requestId);
    if (viewer === null) throw new UnauthenticatedError(REFRESH_REFUSED);
    requireOpen(viewer.organization);
    const { session, store } = await this.sessions.prepareNext(viewer, token);
    await this.unitOfWork.run(viewer.scope, store);
    return session;
  }

  /** The first look. */
  private async presented(refreshToken: string, requestId: string): Promise<StoredRefreshToken> {
    const tenantId = tenantOfToken(refreshToken);
    if (tenantId === null) throw new UnauthenticatedError(REFRESH_REFUSED);
    const scope = tenantScope(tenantId, { kind: 'system', name: 'refresh-session' }, requestId);
    const token = await this.refreshTokens.findByHash(scope, refreshTokenHash(refreshToken));
    if (token !== null && token.usedAt !== null) await this.ending.atReuse(scope, token);
    const good = token !== null && token.usedAt === null && token.expiresAt > this.clock.now();
    if (!good) throw new UnauthenticatedError(REFRESH_REFUSED);
    return token;
  }
}
