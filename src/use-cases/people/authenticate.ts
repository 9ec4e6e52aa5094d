import { Injectable } from '@nestjs/common';
import { UnauthenticatedError } from '../../domain/errors';
import type { Role } from '../../domain/permissions';
import { tenantScope, type ViewerScope, viewerScope } from '../../domain/scope';
import { Clock } from '../../platform/clock';
import { LruCache } from '../../platform/lru-cache';
import { AccessTokens, type TokenSubject } from '../../platform/token';
import { UserRepository } from '../../store/user.repository';

/**
 * How long this process may go on trusting what it last read about a user, milliseconds: the bound within which a
 * removed user's token stops working and a changed role counts [J7, T17].
 */
export const USER_TRUST_MS = 2_000;
const REMEMBERED_USERS = 10_000;

interface Standing {
  /** null: not an active user (any more). */
  readonly role: Promise<Role | null>;
  readonly until: number;
}

/** Who asks: the token says which user of which organization, the database whether that still holds and as what. */
@Injectable()
export class Authenticator {
  readonly #standings = new LruCache<string, Standing>(REMEMBERED_USERS);

  constructor(
    private readonly tokens: AccessTokens,
    private readonly users: UserRepository,
    private readonly clock: Clock,
  ) {}

  /**
   * @param bearer the access token; undefined: the request carries none
   * @returns null for a request without a token
   * @throws UnauthenticatedError
   */
  async authenticate(bearer: string | undefined, requestId: string): Promise<ViewerScope | null> {
    if (bearer === undefined) return null;
    const subject = await this.tokens.verify(bearer);
    const role = await this.roleOf(subject, requestId);
    if (role === null) throw new UnauthenticatedError();
    const { tenantId, userId, accountId } = subject;
    return viewerScope(tenantId, { kind: 'user', userId, accountId, role }, requestId);
  }

  /** Requests of one user that arrive together share one read. */
  private roleOf(subject: TokenSubject, requestId: string): Promise<Role | null> {
    const key = `${subject.tenantId}|${subject.userId}|${subject.accountId}`;
    const now = this.clock.now().getTime();
    const known = this.#standings.get(key);
    if (known !== undefined && now < known.until) return known.role;
    const role = this.readRole(subject, requestId);
    this.#standings.set(key, { role, until: now + USER_TRUST_MS });
    // A read that failed says nothing about the user: the next request tries again.
    role.catch(() => this.#standings.delete(key));
    return role;
  }

  private async readRole({ tenantId, userId, accountId }: TokenSubject, requestId: string): Promise<Role | null> {
    const scope = tenantScope(tenantId, { kind: 'system', name: 'authenticator' }, requestId);
    const user = await this.users.findById(scope, userId);
    return user?.status === 'ACTIVE' && user.accountId === accountId ? user.role : null;
  }
}
