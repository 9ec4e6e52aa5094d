import type { BookingRules, Occurrence } from '../occurrence';
import type { JournalId, OccurrenceId, TenantId } from '../ids';
import type { JournalRow } from '../journal';
import type { Refusal } from '../refusals';
import type { Changes, EventChange } from './view';

/** What an organizer's edit sets on one occurrence; absent: unchanged. */
export type OccurrenceFields = Partial<
  Pick<
    Occurrence,
    | 'epoch'
    | 'recurrenceId'
    | 'timezone'
    | 'startsAtLocal'
    | 'startsAt'
    | 'endsAt'
    | 'dstAdjusted'
    | 'status'
    | 'paused'
    | 'hidden'
    | 'capacity'
    | 'name'
    | 'description'
    | 'overriddenFields'
  >
> & { readonly rules?: BookingRules };

export interface OccurrenceEdit {
  readonly id: OccurrenceId;
  readonly set: OccurrenceFields;
  /** The occurrence goes: only where no registration was ever made. */
  readonly remove?: true;
  /** With `status: CANCELLED`: what its registrations are told. */
  readonly cancelReason?: string | null;
  /** Further facts for its journal row. */
  readonly note?: Readonly<Record<string, unknown>>;
  /** The service's own bookkeeping (pausing): no new revision, no journal row. */
  readonly silent?: true;
}

/** An organizer's edit of any number of occurrences, and of their event with them. */
export interface SeriesEdit {
  readonly tenantId: TenantId;
  readonly actor: string;
  readonly requestId: string;
  readonly event: EventChange | null;
  readonly occurrences: readonly OccurrenceEdit[];
  readonly create: readonly Occurrence[];
  /**
   * A holder who would be in two places: REJECT refuses the edit with the list; KEEP_FLAGGED keeps the registration and
   * marks it (the later chunks of a large move, judged before as a whole) [C7].
   */
  readonly onConflict: 'REJECT' | 'KEEP_FLAGGED';
  /** Rows of the mutation itself; those of its consequences are made here. */
  readonly journal: readonly JournalRow[];
}

export interface EditContext {
  readonly now: Date;
  readonly newJournalId: () => JournalId;
}

export type EditDecision =
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | { readonly kind: 'accepted'; readonly changes: Changes; readonly registrationsCancelled: number };
