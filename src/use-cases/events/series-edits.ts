import { Injectable } from '@nestjs/common';
import { RETRY_AFTER_MS } from '../../domain/booking/commands';
import { decideEdit } from '../../domain/booking/decide-edit';
import type { OccurrenceEdit, SeriesEdit } from '../../domain/booking/edit';
import type { BookingView, Changes, EventChange } from '../../domain/booking/view';
import { RefusedError } from '../../domain/errors';
import type { Event } from '../../domain/event';
import type { JournalId, OccurrenceId } from '../../domain/ids';
import type { JournalRow } from '../../domain/journal';
import type { Occurrence } from '../../domain/occurrence';
import { actorKey } from '../../domain/scope';
import { newId } from '../../platform/new-id';
import { BookingRepository } from '../../store/booking.repository';
import type { Tx } from '../../store/unit-of-work';

export interface Edit {
  readonly event: EventChange | null;
  readonly occurrences: readonly OccurrenceEdit[];
  readonly create?: readonly Occurrence[];
  readonly journal: readonly JournalRow[];
  /** Occurrences that are moved or cancelled and have active registrations; those of others are not looked at. */
  readonly registered?: ReadonlySet<OccurrenceId>;
  /**
   * They are too many for one transaction: they are judged, but follow later. A due row among `journal` says so.
   */
  readonly registrationsLater?: boolean;
  readonly now: Date;
}

/** Writes an organizer's edit as part of a transaction: load, judge, flush. */
@Injectable()
export class SeriesEdits {
  constructor(private readonly booking: BookingRepository) {}

  /** @throws RefusedError CAPACITY_BELOW_TAKEN, MOVE_CONFLICTS */
  async write(tx: Tx, edit: Edit): Promise<void> {
    const others = await this.booking.loadOccurrences(tx, idsOf(edit.occurrences));
    const moved = edit.registrationsLater ? edit.occurrences.filter(isMoved) : edit.occurrences;
    const view = await this.withRegistrations(
      tx,
      others,
      moved.filter(({ id }) => edit.registered?.has(id)),
    );
    const decided = decide(tx, edit, view);
    const written = edit.registrationsLater ? decide(tx, edit, others) : decided;
    await this.booking.flush(tx, written);
  }

  private async withRegistrations(tx: Tx, others: BookingView, edits: readonly OccurrenceEdit[]): Promise<BookingView> {
    if (edits.length === 0) return others;
    const view = await this.booking.loadEdit(tx, edits);
    return { ...view, occurrences: others.occurrences };
  }
}

function decide(tx: Tx, edit: Edit, view: BookingView): Changes {
  const context = { now: edit.now, newJournalId: newId<JournalId> };
  const decision = decideEdit(view, seriesEdit(tx, edit), context);
  if (decision.kind === 'refused') throw new RefusedError(decision.refusal);
  return decision.changes;
}

const idsOf = (edits: readonly OccurrenceEdit[]): OccurrenceId[] => edits.map(({ id }) => id);

const isMoved = ({ set }: OccurrenceEdit): boolean => set.startsAt !== undefined || set.endsAt !== undefined;

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
