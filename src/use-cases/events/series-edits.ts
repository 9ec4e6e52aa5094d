import { Injectable } from '@nestjs/common';
import { RETRY_AFTER_MS } from '../../domain/booking/commands';
import { decideEdit } from '../../domain/booking/decide-edit';
import type { OccurrenceEdit, SeriesEdit } from '../../domain/booking/edit';
import type { BookingView, EventChange } from '../../domain/booking/view';
import { RefusedError } from '../../domain/errors';
import type { Event } from '../../domain/event';
import type { EventId, JournalId, OccurrenceId } from '../../domain/ids';
import type { JournalRow } from '../../domain/journal';
import type { Occurrence } from '../../domain/occurrence';
import { actorKey } from '../../domain/scope';
import { newId } from '../../platform/new-id';
import { BookingRepository } from '../../store/booking.repository';
import type { Tx } from '../../store/unit-of-work';

export interface Edit {
  readonly eventId: EventId;
  readonly event: EventChange | null;
  readonly occurrences: readonly OccurrenceEdit[];
  readonly create?: readonly Occurrence[];
  readonly journal: readonly JournalRow[];
  /** The registrations are too many for this transaction: a due row among `journal` says who brings them in line. */
  readonly registrationsLater?: boolean;
  readonly now: Date;
}

/** Writes an organizer's edit as part of a transaction: load, judge, flush. */
@Injectable()
export class SeriesEdits {
  constructor(private readonly booking: BookingRepository) {}

  /** @throws RefusedError CAPACITY_BELOW_TAKEN, MOVE_CONFLICTS */
  async write(tx: Tx, edit: Edit): Promise<void> {
    const view = edit.registrationsLater
      ? await this.booking.loadOccurrences(tx, idsOf(edit.occurrences))
      : await this.load(tx, edit.occurrences);
    const decision = decideEdit(view, seriesEdit(tx, edit), { now: edit.now, newJournalId: newId<JournalId> });
    if (decision.kind === 'refused') throw new RefusedError(decision.refusal);
    await this.booking.flush(tx, decision.changes);
  }

  /** Registrations are read only where their time or their being is at stake. */
  private async load(tx: Tx, edits: readonly OccurrenceEdit[]): Promise<BookingView> {
    const concerning = edits.filter(concernsRegistrations);
    const rest = edits.filter((edit) => !concernsRegistrations(edit));
    const view = await this.booking.loadEdit(tx, concerning);
    const others = await this.booking.loadOccurrences(tx, idsOf(rest));
    return { ...view, occurrences: new Map([...view.occurrences, ...others.occurrences]) };
  }
}

const idsOf = (edits: readonly OccurrenceEdit[]): OccurrenceId[] => edits.map(({ id }) => id);

/** Moved or cancelled: whoever is registered is concerned. */
export const concernsRegistrations = ({ set }: OccurrenceEdit): boolean =>
  set.status === 'CANCELLED' || set.startsAt !== undefined || set.endsAt !== undefined;

const seriesEdit = (tx: Tx, edit: Edit): SeriesEdit => ({
  tenantId: tx.tenantId,
  actor: actorKey(tx.scope.actor),
  requestId: tx.scope.requestId,
  event: edit.event,
  occurrences: edit.occurrences,
  create: edit.create ?? [],
  onConflict: 'REJECT',
  journal: edit.journal,
});

/** While a change larger than one transaction is under way, its event takes no other. @throws RefusedError BUSY */
export function requireNotEditing({ editing }: Pick<Event, 'editing'>): void {
  if (editing) throw new RefusedError({ code: 'BUSY', retryAfterMs: RETRY_AFTER_MS });
}
