import { Injectable } from '@nestjs/common';
import type { JournalId } from '../../domain/ids';
import { actorKey, type TenantScope } from '../../domain/scope';
import { Clock } from '../../platform/clock';
import { newId } from '../../platform/new-id';
import { JournalRepository } from '../../store/journal.repository';
import type { StoredRefreshToken } from '../../store/refresh-token.schema';
import { SessionRepository } from '../../store/session.repository';
import { UnitOfWork } from '../../store/unit-of-work';
import { Authenticator } from './authenticate';

type Token = Pick<StoredRefreshToken, 'sessionId' | 'userId'>;

/** Ends a session before its time: none of its refresh tokens buys anything any more, and its access tokens end with it. */
@Injectable()
export class EndSession {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly sessions: SessionRepository,
    private readonly journal: JournalRepository,
    private readonly authenticator: Authenticator,
    private readonly clock: Clock,
  ) {}

  /** Its owner wants that. A session that has ended stays so. */
  async atLogOut(scope: TenantScope, { sessionId }: Token): Promise<void> {
    await this.unitOfWork.run(scope, (tx) => this.sessions.end(tx, sessionId));
    this.authenticator.forgetSession(scope.tenantId, sessionId);
  }

  /** A token came a second time: somebody has a copy, and nobody can tell who. The journal tells of it, once [J6]. */
  async atReuse(scope: TenantScope, { sessionId, userId }: Token): Promise<void> {
    const common = {
      id: newId<JournalId>(),
      tenantId: scope.tenantId,
      actor: actorKey(scope.actor),
      requestId: scope.requestId,
      at: this.clock.now(),
    };
    await this.unitOfWork.run(scope, async (tx) => {
      const session = await this.sessions.find(tx, sessionId);
      if (session === null) return;
      await this.sessions.end(tx, sessionId);
      const [target, version] = [`session:${sessionId}`, session.version + 1];
      await this.journal.add(tx, [{ ...common, type: 'REFRESH_TOKEN_REUSED', target, version, p: { userId } }]);
    });
    this.authenticator.forgetSession(scope.tenantId, sessionId);
  }
}
