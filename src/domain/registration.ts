import type { EventId, Holder, OccurrenceId, RegistrationId, TenantId, UserId } from './ids';

export const REGISTRATION_STATUSES = ['CONFIRMED', 'WAITING', 'OFFERED', 'CANCELLED'] as const;
export type RegistrationStatus = (typeof REGISTRATION_STATUSES)[number];

/** One holder's claim on one occurrence. */
export interface Registration {
  readonly id: RegistrationId;
  readonly tenantId: TenantId;
  readonly occurrenceId: OccurrenceId;
  readonly eventId: EventId;
  readonly holder: Holder;
  /** null: a guest. */
  readonly userId: UserId | null;
  /** The interval as registered; equals the occurrence's unless a move is under way. */
  readonly startsAt: Date;
  readonly endsAt: Date;
  readonly timeV: number;
  readonly seats: number;
  readonly status: RegistrationStatus;
  /** Who asked: the holder, or an organizer [C16]. */
  readonly registeredBy: string;
  readonly createdAt: Date;
  readonly cancelledAt: Date | null;
  readonly cancelReason: string | null;
  /** Kept although it overlaps another of its holder's: the visible exception of a large move [C7]. */
  readonly flagged: boolean;
  /** Counts the transitions, from 1; the journal has one row for each. */
  readonly version: number;
}
