import { Injectable } from '@nestjs/common';
import { ForbiddenError, UnauthenticatedError } from '../../domain/errors';
import type { OrganizationStatus } from '../../domain/organization';
import type { Role } from '../../domain/permissions';
import { type TenantScope, tenantScope, type ViewerScope, viewerScope } from '../../domain/scope';
import { Clock } from '../../platform/clock';
import { LruCache } from '../../platform/lru-cache';
import { AccessTokens, type TokenSubject } from '../../platform/token';
import { OrganizationRepository } from '../../store/organization.repository';
import { UserRepository } from '../../store/user.repository';

/**
 * How long this process may go on trusting what it last read about a user or an organization, milliseconds: the bound
 * within which a removed user's or an archived organization's tokens stop working and a changed role counts [J7, T17].
 */
export const TRUST_MS = 2_000;
const REMEMBERED = 10_000;

/** What was read a moment ago, by key. Requests that arrive together share one read. */
class TrustedReads<Answer> {
  readonly #reads = new LruCache<string, { readonly answer: Promise<Answer>; readonly until: number }>(REMEMBERED);

  constructor(private readonly clock: Clock) {}

  get(key: string, read: () => Promise<Answer>): Promise<Answer> {
    const now = this.clock.now().getTime();
    const known = this.#reads.get(key);
    if (known !== undefined && now < known.until) return known.answer;
    const answer = read();
    this.#reads.set(key, { answer, until: now + TRUST_MS });
    // A read that failed says nothing: the next request tries again.
    answer.catch(() => this.#reads.delete(key));
    return answer;
  }
}

/** Who asks: the token says which user of which organization, the database whether that still holds and as what. */
@Injectable()
export class Authenticator {
  /** null: not an active user (any more). */
  readonly #roles: TrustedReads<Role | null>;
  readonly #organizations: TrustedReads<OrganizationStatus | null>;

  constructor(
    private readonly tokens: AccessTokens,
    private readonly users: UserRepository,
    private readonly organizations: OrganizationRepository,
    clock: Clock,
  ) {
    this.#roles = new TrustedReads(clock);
    this.#organizations = new TrustedReads(clock);
  }

  /**
   * @param bearer the access token; undefined: the request carries none
   * @returns null for a request without a token
   * @throws UnauthenticatedError; ForbiddenError for a user of an archived organization
   */
  async authenticate(bearer: string | undefined, requestId: string): Promise<ViewerScope | null> {
    if (bearer === undefined) return null;
    const subject = await this.tokens.verify(bearer);
    const { tenantId, userId, accountId } = subject;
    const scope = tenantScope(tenantId, { kind: 'system', name: 'authenticator' }, requestId);
    const [role, organization] = await Promise.all([
      this.#roles.get(`${tenantId}|${userId}|${accountId}`, () => this.readRole(scope, subject)),
      this.#organizations.get(tenantId, async () => (await this.organizations.find(scope))?.status ?? null),
    ]);
    if (role === null || organization === null) throw new UnauthenticatedError();
    if (organization === 'ARCHIVED') throw new ForbiddenError('This organization is archived.');
    return viewerScope(tenantId, { kind: 'user', userId, accountId, role }, requestId);
  }

  private async readRole(scope: TenantScope, { userId, accountId }: TokenSubject): Promise<Role | null> {
    const user = await this.users.findById(scope, userId);
    return user?.status === 'ACTIVE' && user.accountId === accountId ? user.role : null;
  }
}
