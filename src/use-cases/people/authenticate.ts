import { Injectable } from '@nestjs/common';
import { UnauthenticatedError } from '../../domain/errors';
import type { SessionId, TenantId } from '../../domain/ids';
import { requireOpen, type OrganizationStatus } from '../../domain/organization';
import type { Role } from '../../domain/permissions';
import { type TenantScope, tenantScope, type ViewerScope, viewerScope } from '../../domain/scope';
import { Clock } from '../../platform/clock';
import { AccessTokens, type TokenSubject } from '../../platform/token';
import { OrganizationRepository } from '../../store/organization.repository';
import { SessionRepository } from '../../store/session.repository';
import { UserRepository } from '../../store/user.repository';
import { ProviderSubjects } from './provider-subjects';
import { TrustedReads } from './trusted-reads';

/** Who asks: the token says which user of which organization, the database whether that still holds and as what. */
@Injectable()
export class Authenticator {
  /** null: not an active user (any more). */
  readonly #roles: TrustedReads<Role | null>;
  readonly #organizations: TrustedReads<OrganizationStatus | null>;
  /** Whether the session is there still. */
  readonly #sessions: TrustedReads<boolean>;

  constructor(
    private readonly tokens: AccessTokens,
    private readonly sessions: SessionRepository,
    private readonly users: UserRepository,
    private readonly organizations: OrganizationRepository,
    private readonly clock: Clock,
    private readonly provider: ProviderSubjects,
  ) {
    this.#sessions = new TrustedReads(clock);
    this.#roles = new TrustedReads(clock);
    this.#organizations = new TrustedReads(clock);
  }

  /**
   * @param bearer the access token, ours or the sign-in provider's; undefined: the request carries none
   * @returns null for a request without a token
   * @throws UnauthenticatedError; ForbiddenError for a user of an archived organization
   */
  async authenticate(bearer: string | undefined, requestId: string): Promise<ViewerScope | null> {
    if (bearer === undefined) return null;
    const subject = (await this.provider.subjectOf(bearer, requestId)) ?? (await this.tokens.verify(bearer));
    const { tenantId, userId, accountId } = subject;
    const scope = tenantScope(tenantId, { kind: 'system', name: 'authenticator' }, requestId);
    const [role, organization, signedIn] = await Promise.all([
      this.#roles.get(`${tenantId}|${userId}|${accountId}`, () => this.readRole(scope, subject)),
      this.#organizations.get(tenantId, async () => (await this.organizations.find(scope))?.status ?? null),
      this.isSignedIn(scope, subject),
    ]);
    if (role === null || organization === null || !signedIn) throw new UnauthenticatedError();
    requireOpen({ status: organization });
    return viewerScope(tenantId, { kind: 'user', userId, accountId, role }, requestId);
  }

  /** After a session was ended here: this process knows at once, every other one within `TRUST_MS`. */
  forgetSession(tenantId: TenantId, id: SessionId): void {
    this.#sessions.forget(`${tenantId}|${id}`);
  }

  /** After an organization was archived here. */
  forgetOrganization(tenantId: TenantId): void {
    this.#organizations.forget(tenantId);
  }

  /** A token that names no session lives until it expires. */
  private async isSignedIn(scope: TenantScope, { sessionId, userId }: TokenSubject): Promise<boolean> {
    if (sessionId === undefined) return true;
    return this.#sessions.get(`${scope.tenantId}|${sessionId}`, async () => {
      const session = await this.sessions.find(scope, sessionId);
      return session?.userId === userId && session.expiresAt > this.clock.now();
    });
  }

  private async readRole(scope: TenantScope, { userId, accountId }: TokenSubject): Promise<Role | null> {
    const user = await this.users.findById(scope, userId);
    return user?.status === 'ACTIVE' && user.accountId === accountId ? user.role : null;
  }
}
