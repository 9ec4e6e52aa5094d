import { Injectable } from '@nestjs/common';
import { RETRY_AFTER_MS } from '../../domain/booking/commands';
import { decideEdit } from '../../domain/booking/decide-edit';
import type { EditContext, OccurrenceEdit, SeriesEdit } from '../../domain/booking/edit';
import type { BookingView, EventChange } from '../../domain/booking/view';
import { RefusedError } from '../../domain/errors';
import type { Event } from '../../domain/event';
import type { Holder, JournalId, OccurrenceId } from '../../domain/ids';
import type { JournalRow } from '../../domain/journal';
import type { Occurrence } from '../../domain/occurrence';
import { MAX_LISTED, type MoveConflict } from '../../domain/refusals';
import type { Registration } from '../../domain/registration';
import { actorKey } from '../../domain/scope';
import { newId } from '../../platform/new-id';
import { BookingRepository } from '../../store/booking.repository';
import { RegistrationRepository } from '../../store/registration.repository';
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

/** Above what one holder can have on one event's dates [A10]. */
const JUDGED_AT_ONCE = 5_000;

type RegistrationPage = Awaited<ReturnType<RegistrationRepository['pageByHolder']>>;

/** Writes an organizer's edit as part of a transaction: load, judge, flush. */
@Injectable()
export class SeriesEdits {
  constructor(
    private readonly booking: BookingRepository,
    private readonly registrations: RegistrationRepository,
  ) {}

  /** @throws RefusedError CAPACITY_BELOW_TAKEN, MOVE_CONFLICTS */
  async write(tx: Tx, edit: Edit): Promise<void> {
    const view = await this.booking.loadOccurrences(tx, idsOf(edit.occurrences));
    const concerned = edit.occurrences.filter(({ id }) => edit.registered?.has(id));
    if (edit.registrationsLater) await this.judge(tx, edit, { view, moved: concerned.filter(isMoved) });
    const whole = edit.registrationsLater ? view : await this.withRegistrations(tx, view, { edits: concerned });
    const decision = decideEdit(whole, seriesEdit(tx, edit), contextOf(edit));
    if (decision.kind === 'refused') throw new RefusedError(decision.refusal);
    await this.booking.flush(tx, decision.changes);
  }

  /** Everybody who is registered for what moves, some thousands at a time: one holder's conflicts concern no other. */
  private async judge(
    tx: Tx,
    edit: Edit,
    { view, moved }: { readonly view: BookingView; readonly moved: readonly OccurrenceEdit[] },
  ): Promise<void> {
    const conflicts: MoveConflict[] = [];
    let total = 0;
    let after: Holder | null = null;
    do {
      const ids = idsOf(moved);
      const page: RegistrationPage = await this.registrations.pageByHolder(tx, ids, { after, limit: JUDGED_AT_ONCE });
      const some = await this.withRegistrations(tx, view, { edits: moved, chosen: page.registrations });
      const decision = decideEdit(some, seriesEdit(tx, edit), contextOf(edit));
      if (decision.kind === 'refused') {
        if (decision.refusal.code !== 'MOVE_CONFLICTS') throw new RefusedError(decision.refusal);
        conflicts.push(...decision.refusal.conflicts);
        total += decision.refusal.total;
      }
      after = page.next;
    } while (after !== null);
    if (total === 0) return;
    throw new RefusedError({ code: 'MOVE_CONFLICTS', conflicts: conflicts.slice(0, MAX_LISTED), total });
  }

  private async withRegistrations(
    tx: Tx,
    view: BookingView,
    { edits, chosen }: { readonly edits: readonly OccurrenceEdit[]; readonly chosen?: readonly Registration[] },
  ): Promise<BookingView> {
    if (edits.length === 0) return view;
    return { ...(await this.booking.loadEdit(tx, edits, chosen)), occurrences: view.occurrences };
  }
}

const contextOf = ({ now }: Edit): EditContext => ({ now, newJournalId: newId<JournalId> });

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
