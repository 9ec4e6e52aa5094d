import type { EventId, TenantId } from './ids';

export const EVENT_STATUSES = ['DRAFT', 'PUBLISHED', 'CANCELLED'] as const;
export type EventStatus = (typeof EVENT_STATUSES)[number];
export const EVENT_CATEGORIES = ['CONCERT', 'WEBINAR', 'HACKATHON', 'WORKSHOP', 'MEETING', 'OTHER'] as const;
export type EventCategory = (typeof EVENT_CATEGORIES)[number];
export const CONFLICT_POLICIES = ['BLOCK', 'ALLOW'] as const;
/** BLOCK: a registration occupies its holder's time. ALLOW: it does not (e.g. an all-day exhibition) [C17]. */
export type ConflictPolicy = (typeof CONFLICT_POLICIES)[number];

/** How an event repeats. Local date-times (`2027-03-01T10:00:00`) are wall clocks of the event's zone. */
export interface Recurrence {
  /** Canonical RFC 5545 rule text, without the `RRULE:` prefix. */
  readonly rrule: string;
  readonly exdates: readonly string[];
  readonly rdates: readonly string[];
}

/** What an event says about when it takes place [A1]. */
export interface Schedule {
  /** IANA zone. */
  readonly timezone: string;
  /** Wall clock of the first member (DTSTART), `2027-03-01T10:00:00`. */
  readonly startsAtLocal: string;
  /** ISO 8601, e.g. `PT1H30M`. */
  readonly duration: string;
  /** null: happens once. */
  readonly recurrence: Recurrence | null;
}

/** The definition: title, schedule, booking rules. Members of its recurrence set are occurrences. */
export interface Event extends Schedule {
  readonly id: EventId;
  readonly tenantId: TenantId;
  readonly name: string;
  readonly description: string | null;
  readonly category: EventCategory;
  readonly status: EventStatus;
  /** null: unlimited; 0: closed [C3]. */
  readonly capacity: number | null;
  readonly maxSeatsPerRegistration: number;
  readonly conflictPolicy: ConflictPolicy;
  /** Grows with every edit of rule, start or zone; the key of an occurrence is (event, epoch, recurrenceId) [B1]. */
  readonly epoch: number;
  /** Occurrences exist up to here; null: all of them do [A11]. */
  readonly horizonAt: Date | null;
  /** What organizers see and send back as `expectedRevision` [B13]. */
  readonly revision: number;
  /** Set while a change larger than one transaction is under way (a due journal row carries on). */
  readonly editing: boolean;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}
