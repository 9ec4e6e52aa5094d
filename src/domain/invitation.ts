import { DAY_MS } from './civil-date';
import type { InvitationId, TenantId, UserId } from './ids';
import { allows, type Role } from './permissions';
import type { User } from './user';

export const INVITATION_STATUSES = ['PENDING', 'ACCEPTED', 'EXPIRED', 'REVOKED'] as const;
export type InvitationStatus = (typeof INVITATION_STATUSES)[number];

/** How long an invitation can be accepted, milliseconds. */
export const INVITATION_TTL_MS = 7 * DAY_MS;

/** How many invitations one organization sends to one address within a day: it may be a stranger's. */
export const INVITATIONS_PER_DAY = 5;

/** How long to wait before an address is invited once more, milliseconds; 0: not at all. @param sentAt the newest first */
export function invitationWait(sentAt: readonly Date[], now: Date): number {
  const fifth = sentAt[INVITATIONS_PER_DAY - 1];
  // Never more than a day: the clock may have been ahead when they were sent.
  return fifth === undefined ? 0 : Math.min(DAY_MS, Math.max(0, fifth.getTime() + DAY_MS - now.getTime()));
}

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
