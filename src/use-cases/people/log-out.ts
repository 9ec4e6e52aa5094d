import { Injectable } from '@nestjs/common';
import { tenantScope } from '../../domain/scope';
import { tenantOfToken } from '../../platform/tenant-token';
import { refreshTokenHash } from '../../platform/token';
import { RefreshTokenRepository } from '../../store/refresh-token.repository';
import { EndSession } from './end-session';

/** Ends the session that a refresh token belongs to, be it its newest one or not. */
@Injectable()
export class LogOut {
  constructor(
    private readonly refreshTokens: RefreshTokenRepository,
    private readonly ending: EndSession,
  ) {}

  /** Done is done: a token that is unknown, and one of a session that has ended, are answered alike. */
  async execute(refreshToken: string, requestId: string): Promise<void> {
    const tenantId = tenantOfToken(refreshToken);
    if (tenantId === null) return;
    const scope = tenantScope(tenantId, { kind: 'system', name: 'log-out' }, requestId);
    const token = await this.refreshTokens.findByHash(scope, refreshTokenHash(refreshToken));
    if (token !== null) await this.ending.atLogOut(scope, token);
  }
}
