import type { InvitationId, TenantId, UserId } from './ids';
import type { Role } from './permissions';

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

export const invitationStatus = ({ status, expiresAt }: Invitation, now: Date): InvitationStatus =>
  status === 'PENDING' && now >= expiresAt ? 'EXPIRED' : status;
