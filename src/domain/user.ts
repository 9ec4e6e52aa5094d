import type { AccountId, TenantId, UserId } from './ids';
import type { Role } from './permissions';

export const USER_STATUSES = ['ACTIVE', 'REMOVED'] as const;
export type UserStatus = (typeof USER_STATUSES)[number];

/** A person inside one organization. */
export interface User {
  readonly id: UserId;
  readonly tenantId: TenantId;
  readonly accountId: AccountId;
  readonly name: string;
  readonly email: string;
  readonly role: Role;
  readonly status: UserStatus;
  readonly version: number;
  readonly createdAt: Date;
}

export interface Membership {
  readonly tenantId: TenantId;
  readonly userId: UserId;
  readonly role: Role;
}

/** Who somebody is at a sign-in provider. Another issuer may use the same subject for somebody else [J3]. */
export interface Identity {
  readonly issuer: string;
  readonly subject: string;
}

/** A person's sign-in, across organizations. The password hash never leaves the store but for the log-in use case. */
export interface Account {
  readonly id: AccountId;
  /** As typed, trimmed. */
  readonly email: string;
  readonly name: string;
  readonly memberships: readonly Membership[];
  /** When its owner showed that the address is theirs; null: not yet. */
  readonly emailVerifiedAt: Date | null;
  readonly createdAt: Date;
}
