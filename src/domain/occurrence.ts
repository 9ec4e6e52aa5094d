import type { ConflictPolicy } from './event';
import type { EventId, OccurrenceId, TenantId } from './ids';
import type { Interval } from './interval';

export const OCCURRENCE_STATUSES = ['DRAFT', 'SCHEDULED', 'CANCELLED'] as const;
export type StoredOccurrenceStatus = (typeof OCCURRENCE_STATUSES)[number];
export type OccurrenceStatus = StoredOccurrenceStatus | 'ONGOING' | 'COMPLETED';
/** The wall clock did not exist that day (moved forward), or existed twice (the first is meant) [A3, A4]. */
export type DstAdjustment = 'GAP' | 'OVERLAP';

/** What booking obeys, copied from the event: an occurrence is judged alone (`booking-engine.md` §3.1). */
export interface BookingRules {
  readonly maxSeats: number;
  readonly conflictPolicy: ConflictPolicy;
  /** The far past or the far future where there is no cut-off, so that one comparison serves. */
  readonly opensAt: Date;
  readonly closesAt: Date;
}

export const FAR_PAST = new Date(-8.64e12);
export const FAR_FUTURE = new Date(8.64e13);
/** `seatsLeft` of an occurrence without a capacity. */
export const UNLIMITED_SEATS = 1e15;

/** Fields of an occurrence that an organizer may set on it alone. */
export type OverridableField = 'name' | 'description' | 'startsAtLocal' | 'duration' | 'capacity';

/** One materialised member of an event's recurrence set; people register for it. */
export interface Occurrence extends Interval {
  readonly id: OccurrenceId;
  readonly tenantId: TenantId;
  readonly eventId: EventId;
  readonly epoch: number;
  /** The nominal local start under the event's current rule; moving this occurrence alone leaves it. */
  readonly recurrenceId: string;
  readonly timezone: string;
  readonly startsAtLocal: string;
  /** Grows when the times change; a registration remembers the one it was made under. */
  readonly timeV: number;
  readonly dstAdjusted: DstAdjustment | null;
  readonly status: StoredOccurrenceStatus;
  /** A change larger than one transaction is under way: booking answers BUSY, readers see no difference. */
  readonly paused: boolean;
  /** Called off before its event was published: as invisible as a draft until it is. */
  readonly hidden: boolean;
  readonly rules: BookingRules;
  readonly capacity: number | null;
  readonly confirmedSeats: number;
  readonly heldSeats: number;
  readonly seatsLeft: number;
  readonly waitCount: number;
  readonly waitSeq: number;
  /** The engine's compare-and-set, bumped by every booking; never shown. */
  readonly rev: number;
  /** What organizers see and send back as `expectedRevision`; bumped by edits only [B13]. */
  readonly revision: number;
  /** null: the event's. */
  readonly name: string | null;
  readonly description: string | null;
  readonly overriddenFields: readonly OverridableField[];
}

/** Whether everybody of the organization may know of it. */
export const isPublished = ({ status, hidden }: Pick<Occurrence, 'status' | 'hidden'>): boolean =>
  status !== 'DRAFT' && !hidden;

/** What lists read of a date: all that readers are shown, and nothing that only booking needs. */
export type OccurrenceSummary = Pick<
  Occurrence,
  | 'id'
  | 'eventId'
  | 'recurrenceId'
  | 'timezone'
  | 'startsAtLocal'
  | 'startsAt'
  | 'endsAt'
  | 'dstAdjusted'
  | 'status'
  | 'capacity'
  | 'confirmedSeats'
  | 'heldSeats'
  | 'seatsLeft'
  | 'waitCount'
  | 'revision'
  | 'name'
  | 'description'
>;

/** The status a reader sees: ONGOING and COMPLETED come from the clock, so no job can be late [E6]. */
export function statusAt(occurrence: Pick<Occurrence, 'status' | 'startsAt' | 'endsAt'>, now: Date): OccurrenceStatus {
  if (occurrence.status !== 'SCHEDULED' || now < occurrence.startsAt) return occurrence.status;
  return now < occurrence.endsAt ? 'ONGOING' : 'COMPLETED';
}
