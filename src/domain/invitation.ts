import type { InvitationId, TenantId, UserId } from './ids';
import { allows, type Role } from './permissions';
import type { User } from './user';

export const INVITATION_STATUSES = ['PENDING', 'ACCEPTED', 'EXPIRED', 'REVOKED'] as const;
export type InvitationStatus = (typeof INVITATION_STATUSES)[number];

/** How long an invitation can be accepted, milliseconds. */
export const INVITATION_TTL_MS = 7 * 24 * 3_600_000;

/** One e-mail address asked to join one organization in one role, once [T18, T19]. */
export interface Invitation {
  readonly id: InvitationId;
  readonly tenantId: TenantId;
  /** As typed, trimmed. */
  readonly email: string;
  /** What "the same address" means: `platform/email-key.ts`. */
  readonly emailKey: string;
  readonly role: Role;
  /** As stored; that it expired is the clock's to say: `invitationStatus`. */
  readonly status: Exclude<InvitationStatus, 'EXPIRED'>;
  readonly expiresAt: Date;
  readonly invitedBy: UserId;
  readonly createdAt: Date;
  /** Counts the transitions, from 1. */
  readonly version: number;
}

/**
 * Whether an invitation is still its organization's word: whoever sent it belongs to it, and may invite. Else somebody who
 * is removed or demoted would come back by one of their own. Only the highest role invites: none that is invited is above.
 */
export const isBacked = (invitedBy: Pick<User, 'status' | 'role'> | null): boolean =>
  invitedBy?.status === 'ACTIVE' && allows(invitedBy.role, 'user.write');

export const invitationStatus = ({ status, expiresAt }: Invitation, now: Date): InvitationStatus =>
  status === 'PENDING' && now >= expiresAt ? 'EXPIRED' : status;
