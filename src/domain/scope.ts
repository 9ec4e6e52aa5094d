import type { AccountId, TenantId, UserId } from './ids';
import type { Role } from './permissions';

export interface UserActor {
  readonly kind: 'user';
  readonly userId: UserId;
  readonly accountId: AccountId;
  readonly role: Role;
}

/** A job of the service itself, by name, e.g. `horizon-extender`. */
export interface SystemActor {
  readonly kind: 'system';
  readonly name: string;
}

export type Actor = UserActor | SystemActor;

declare const madeByTenantScope: unique symbol;

/**
 * The one organization that a piece of work acts in, and who acts. Every repository method takes it (or a `Tx`, which
 * carries one) first: architecture lock 1 of tenant isolation [T1].
 */
export interface TenantScope {
  readonly tenantId: TenantId;
  readonly actor: Actor;
  /** Ties log lines and journal rows to the request that caused them. */
  readonly requestId: string;
  readonly [madeByTenantScope]: true;
}

/** A request's scope: somebody is signed in. */
export interface ViewerScope extends TenantScope {
  readonly actor: UserActor;
}

/** The one exit from tenancy: finding which tenants have work, and who asks. Greppable on purpose; never reaches a resolver. */
export interface SystemScope {
  readonly purpose: string;
  readonly [madeByTenantScope]: false;
}

export const tenantScope = (tenantId: TenantId, actor: Actor, requestId: string): TenantScope =>
  Object.freeze({ tenantId, actor, requestId }) as TenantScope;

export const viewerScope = (tenantId: TenantId, actor: UserActor, requestId: string): ViewerScope =>
  Object.freeze({ tenantId, actor, requestId }) as ViewerScope;

export const systemScope = (purpose: string): SystemScope => Object.freeze({ purpose }) as SystemScope;

/** How an actor is written into journal rows and idempotency keys: `u:<user id>` or `s:<job>`. */
export const actorKey = (actor: Actor): string => (actor.kind === 'user' ? `u:${actor.userId}` : `s:${actor.name}`);

/** Whom an `actorKey` names. */
export const actorOfKey = (key: string): { readonly userId: UserId } | { readonly system: string } =>
  key.startsWith('u:') ? { userId: key.slice(2) as UserId } : { system: key.slice(2) };
