import { Injectable } from '@nestjs/common';
import DataLoader from 'dataloader';
import { UnauthenticatedError } from '../../domain/errors';
import type { SessionId, TenantId } from '../../domain/ids';
import { type Organization, type OrganizationStatus, requireOpen } from '../../domain/organization';
import type { Role } from '../../domain/permissions';
import { systemScope, type ViewerScope, viewerScope } from '../../domain/scope';
import { Clock } from '../../platform/clock';
import { AccessTokens, type TokenSubject } from '../../platform/token';
import { OrganizationRepository } from '../../store/organization.repository';
import { type SessionHold, SessionRepository } from '../../store/session.repository';
import type { TenantsId } from '../../store/tenant-collection';
import { UserRepository, type UserStanding } from '../../store/user.repository';
import { ProviderSubjects } from './provider-subjects';
import { TrustedReads } from './trusted-reads';

const SYSTEM = systemScope('authenticator');
/** As many as one find may ask for. */
const READ_AT_ONCE = 500;

/** Requests that come at the same moment, whoever's they are, share one read; what is kept of it, `TrustedReads` knows. */
const together = <Key, Answer>(read: (keys: readonly Key[]) => Promise<Answer[]>): DataLoader<Key, Answer> =>
  new DataLoader(read, {
    cache: false,
    maxBatchSize: READ_AT_ONCE,
    // After every socket that has something to say has been heard, and not after each.
    batchScheduleFn: (callback) => void setImmediate(callback),
  });

/** Somebody whose token holds. */
export interface Identified {
  readonly scope: ViewerScope;
  readonly organization: Pick<Organization, 'status'>;
}

/** @throws ForbiddenError where the organization is archived */
export function openScope(identified: Identified | null): ViewerScope | null {
  if (identified === null) return null;
  requireOpen(identified.organization);
  return identified.scope;
}

/** Who asks: the token says which user of which organization, the database whether that still holds and as what. */
@Injectable()
export class Authenticator {
  /** null: not an active user (any more). */
  readonly #roles: TrustedReads<Role | null>;
  readonly #organizations: TrustedReads<OrganizationStatus | null>;
  /** Whether the session is there still. */
  readonly #sessions: TrustedReads<boolean>;
  readonly #users: DataLoader<TenantsId, UserStanding | null>;
  readonly #statuses: DataLoader<TenantId, OrganizationStatus | null>;
  readonly #holds: DataLoader<TenantsId, SessionHold | null>;

  constructor(
    private readonly tokens: AccessTokens,
    sessions: SessionRepository,
    users: UserRepository,
    organizations: OrganizationRepository,
    private readonly clock: Clock,
    private readonly provider: ProviderSubjects,
  ) {
    this.#sessions = new TrustedReads(clock, 'TOGETHER');
    this.#roles = new TrustedReads(clock, 'TOGETHER');
    this.#organizations = new TrustedReads(clock, 'TOGETHER');
    this.#users = together((wanted) => users.findOfTenants(SYSTEM, wanted));
    this.#statuses = together((ids) => organizations.findStatuses(SYSTEM, ids));
    this.#holds = together((wanted) => sessions.findOfTenants(SYSTEM, wanted));
  }

  /**
   * Who asks, to do something in the organization.
   *
   * @returns null for a request without a token
   * @throws as `identify`; ForbiddenError for a user of an archived organization
   */
  async authenticate(bearer: string | undefined, requestId: string): Promise<ViewerScope | null> {
    return openScope(await this.identify(bearer, requestId));
  }

  /**
   * Who asks, also where the organization is archived.
   *
   * @param bearer the access token, ours or the sign-in provider's; undefined: the request carries none
   * @returns null for a request without a token
   * @throws UnauthenticatedError
   */
  async identify(bearer: string | undefined, requestId: string): Promise<Identified | null> {
    if (bearer === undefined) return null;
    const subject = (await this.provider.subjectOf(bearer, requestId)) ?? (await this.tokens.verify(bearer));
    const { tenantId, userId, accountId } = subject;
    const [role, status, signedIn] = await Promise.all([
      this.#roles.get(`${tenantId}|${userId}|${accountId}`, () => this.readRole(subject)),
      this.#organizations.get(tenantId, () => this.#statuses.load(tenantId)),
      this.isSignedIn(subject),
    ]);
    if (role === null || status === null || !signedIn) throw new UnauthenticatedError();
    const scope = viewerScope(tenantId, { kind: 'user', userId, accountId, role }, requestId);
    return { scope, organization: { status } };
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
  private async isSignedIn({ tenantId, sessionId, userId }: TokenSubject): Promise<boolean> {
    if (sessionId === undefined) return true;
    return this.#sessions.get(`${tenantId}|${sessionId}`, async () => {
      const session = await this.#holds.load({ tenantId, id: sessionId });
      return session?.userId === userId && session.expiresAt > this.clock.now();
    });
  }

  private async readRole({ tenantId, userId, accountId }: TokenSubject): Promise<Role | null> {
    const user = await this.#users.load({ tenantId, id: userId });
    return user?.status === 'ACTIVE' && user.accountId === accountId ? user.role : null;
  }
}
