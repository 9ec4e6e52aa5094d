import { Injectable } from '@nestjs/common';
import { decideEdit } from '../../domain/booking/decide-edit';
import type { OccurrenceEdit, SeriesEdit } from '../../domain/booking/edit';
import type { BookingView, EventChange } from '../../domain/booking/view';
import { RefusedError } from '../../domain/errors';
import type { JournalId } from '../../domain/ids';
import type { Registration } from '../../domain/registration';
import type { TenantScope } from '../../domain/scope';
import { Clock } from '../../platform/clock';
import { newId } from '../../platform/new-id';
import { BookingRepository } from '../../store/booking.repository';
import { EventRepository } from '../../store/event.repository';
import { JournalRepository, type ClaimedRow } from '../../store/journal.repository';
import { RegistrationRepository } from '../../store/registration.repository';
import type { Tx } from '../../store/unit-of-work';
import { BookingEngine } from '../booking-engine';
import { DueHandler } from '../jobs/due-handler';
import { EVENT_CANCELLED, MAX_REGISTRATIONS, readRegistrationsDue, type RegistrationsDue } from './registrations-due';

/**
 * The second half of an edit that was too large for one transaction: the dates say already what is true, and their
 * registrations follow, about a hundred in each transaction. What is left is read from the registrations themselves, so
 * it may be interrupted anywhere, carried on by another process, or done by two at once.
 */
@Injectable()
export class SettleRegistrations extends DueHandler {
  readonly types = ['REGISTRATIONS_DUE'] as const;

  constructor(
    private readonly engine: BookingEngine,
    private readonly booking: BookingRepository,
    private readonly registrations: RegistrationRepository,
    private readonly events: EventRepository,
    private readonly journal: JournalRepository,
    private readonly clock: Clock,
  ) {
    super();
  }

  step(scope: TenantScope, claimed: ClaimedRow): Promise<'DONE' | 'MORE'> {
    const work = readRegistrationsDue(claimed.row);
    return this.engine.submitEdit(scope, async (tx) => {
      const some = await this.registrations.findUnsettled(tx, work.dates, MAX_REGISTRATIONS);
      if (some.length > 0) await this.settle(tx, claimed, some);
      else await this.finish(tx, claimed, work);
      return some.length > 0 ? 'MORE' : 'DONE';
    });
  }

  private async settle(tx: Tx, claimed: ClaimedRow, some: readonly Registration[]): Promise<void> {
    const dates = [...new Set(some.map(({ occurrenceId }) => occurrenceId))];
    const view = await this.booking.loadSettling(tx, some);
    await this.write(tx, claimed, {
      view,
      edits: dates.map((id) => ({ id, set: {}, silent: true, cancelReason: EVENT_CANCELLED })),
    });
  }

  /** Open for booking and for other edits again. */
  private async finish(tx: Tx, claimed: ClaimedRow, { eventId, dates, paused }: RegistrationsDue): Promise<void> {
    if (paused) {
      const ids = dates.map(({ id }) => id);
      const { id, revision: expectedRevision } = await this.events.getById(tx, eventId);
      await this.write(tx, claimed, {
        view: await this.booking.loadOccurrences(tx, ids),
        edits: ids.map((date) => ({ id: date, set: { paused: false }, silent: true })),
        event: { id, expectedRevision, set: { editing: false } },
      });
    }
    await this.journal.finish(tx, claimed);
  }

  /** In the name of who made the edit. A holder who took the new time elsewhere meanwhile keeps both, flagged [C7]. */
  private async write(tx: Tx, { row }: ClaimedRow, { view, edits, event = null }: Chunk): Promise<void> {
    const edit: SeriesEdit = {
      tenantId: tx.tenantId,
      actor: row.actor,
      requestId: row.requestId,
      event,
      occurrences: edits,
      create: [],
      onConflict: 'KEEP_FLAGGED',
      journal: [],
    };
    const decision = decideEdit(view, edit, { now: this.clock.now(), newJournalId: newId<JournalId> });
    if (decision.kind === 'refused') throw new RefusedError(decision.refusal);
    await this.booking.flush(tx, decision.changes);
  }
}

interface Chunk {
  readonly view: BookingView;
  readonly edits: readonly OccurrenceEdit[];
  readonly event?: EventChange | null;
}
