import { Injectable } from '@nestjs/common';
import type { EventChange } from '../../domain/booking/view';
import type { EventId } from '../../domain/ids';
import type { JournalRow } from '../../domain/journal';
import { isPublished, type Occurrence } from '../../domain/occurrence';
import { JournalRepository } from '../../store/journal.repository';
import { RegistrationRepository } from '../../store/registration.repository';
import type { Tx } from '../../store/unit-of-work';
import { EVENT_CANCELLED, MAX_REGISTRATIONS, registrationsDueRow } from './registrations-due';
import { SeriesEdits } from './series-edits';

export interface Cancellation {
  readonly eventId: EventId;
  readonly event: EventChange | null;
  readonly dates: readonly Occurrence[];
  /** The organizer's words. */
  readonly reason: string | null;
  /** The mutation's own rows, given how many registrations it cancels. */
  readonly journal: (registrationsCancelled: number) => readonly JournalRow[];
  readonly now: Date;
}

/**
 * Calls dates off: they close at once and in one transaction. Their registrations are cancelled in it, or, when they are
 * many, in chunks right after it; nobody can take a seat any more in between [B10].
 */
@Injectable()
export class CancelDates {
  constructor(
    private readonly edits: SeriesEdits,
    private readonly registrations: RegistrationRepository,
    private readonly journal: JournalRepository,
  ) {}

  /**
   * What an earlier cancellation of this event or date came to: repeated, it answers the same. 0 once the journal has let
   * go of it (`JournalRetention`).
   */
  async earlier(tx: Tx, target: string, type: 'EVENT_CANCELLED' | 'OCCURRENCE_CANCELLED'): Promise<number> {
    const row = await this.journal.findLast(tx, target, type);
    return Number(row?.p['registrationsCancelled'] ?? 0);
  }

  /** How many registrations were active: they are cancelled, or about to be. */
  async write(tx: Tx, { eventId, event, dates, reason, journal, now }: Cancellation): Promise<number> {
    const counts = await this.registrations.countByOccurrence(
      tx,
      dates.map(({ id }) => id),
    );
    const activeOf = ({ id }: Occurrence): number => counts.get(id)?.active ?? 0;
    const active = dates.reduce((sum, date) => sum + activeOf(date), 0);
    const later = active > MAX_REGISTRATIONS;
    const registered = dates.filter((date) => activeOf(date) > 0).map(({ id }) => id);
    const left = { eventId, dates: registered.map((id) => ({ id, timeV: null })), paused: false };
    const work = later ? [registrationsDueRow(tx.scope, left, now)] : [];
    await this.edits.write(tx, {
      event,
      occurrences: dates.map((date) => ({
        id: date.id,
        set: { status: 'CANCELLED', ...(isPublished(date) ? {} : { hidden: true }) },
        cancelReason: EVENT_CANCELLED,
        note: { reason, registrationsCancelled: activeOf(date) },
      })),
      journal: [...journal(active), ...work],
      registered: new Set(registered),
      registrationsLater: later,
      now,
    });
    return active;
  }
}
