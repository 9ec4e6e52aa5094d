import { Injectable } from '@nestjs/common';
import type { OccurrenceEdit } from '../../domain/booking/edit';
import type { EventId, JournalId, OccurrenceId } from '../../domain/ids';
import type { JournalRow } from '../../domain/journal';
import { actorKey, type TenantScope } from '../../domain/scope';
import { Clock } from '../../platform/clock';
import { newId } from '../../platform/new-id';
import { EventRepository } from '../../store/event.repository';
import { JournalRepository, type ClaimedRow } from '../../store/journal.repository';
import type { Tx } from '../../store/unit-of-work';
import { BookingEngine } from '../booking-engine';
import { DueHandler } from '../jobs/due-handler';
import { SeriesEdits, requireNotEditing } from './series-edits';

/** How long an edit may take to be judged and accepted before the worker takes it for dead, milliseconds. */
const JUDGEMENT_MS = 60_000;

/** Which dates stand still while a large edit of them is judged. */
interface Begun {
  readonly eventId: EventId;
  readonly dates: readonly OccurrenceId[];
}

/** What a row of `begin` holds still. */
export const readBegun = ({ row }: ClaimedRow): Begun => row.p as unknown as Begun;

/**
 * The first step of an edit that is too large for one transaction: its dates take no bookings and its event no other
 * edit, so that nothing moves while everybody's time is looked at. It ends with the edit being accepted, or abandoned:
 * by the process itself, or, when that has died, by the worker that finds its row due.
 */
@Injectable()
export class BegunEdits extends DueHandler {
  readonly types = ['SERIES_EDIT_BEGUN'] as const;

  constructor(
    private readonly engine: BookingEngine,
    private readonly events: EventRepository,
    private readonly edits: SeriesEdits,
    private readonly journal: JournalRepository,
    private readonly clock: Clock,
  ) {
    super();
  }

  /** @throws RefusedError BUSY; NotFoundError */
  async begin(scope: TenantScope, begun: Begun): Promise<ClaimedRow> {
    const now = this.clock.now();
    const row = begunRow(scope, begun, now);
    const lease = new Date(now.getTime() + JUDGEMENT_MS);
    await this.engine.submitEdit(scope, async (tx) => {
      requireNotEditing(await this.events.getById(tx, begun.eventId));
      await this.hold(tx, begun, { editing: true, journal: [{ ...row, due: lease }], now });
    });
    return { row, lease, attempts: 0 };
  }

  /** Nothing happened: the dates take bookings again. Does nothing where the edit was accepted, or given up, before. */
  async abandon(scope: TenantScope, claimed: ClaimedRow): Promise<void> {
    const now = this.clock.now();
    await this.engine.submitEdit(scope, async (tx) => {
      if (!(await this.journal.holds(tx, claimed))) return;
      await this.hold(tx, readBegun(claimed), { editing: false, journal: [], now });
      await this.journal.finish(tx, claimed);
    });
  }

  async step(scope: TenantScope, claimed: ClaimedRow): Promise<'DONE'> {
    await this.abandon(scope, claimed);
    return 'DONE';
  }

  private async hold(
    tx: Tx,
    { eventId, dates }: Begun,
    { editing, journal, now }: { editing: boolean; journal: readonly JournalRow[]; now: Date },
  ): Promise<void> {
    const { id, revision: expectedRevision } = await this.events.getById(tx, eventId);
    await this.edits.write(tx, {
      event: { id, expectedRevision, set: { editing } },
      occurrences: dates.map((date): OccurrenceEdit => ({ id: date, set: { paused: editing }, silent: true })),
      journal,
      now,
    });
  }
}

function begunRow(scope: TenantScope, begun: Begun, at: Date): JournalRow {
  const id = newId<JournalId>();
  return {
    id,
    tenantId: scope.tenantId,
    type: 'SERIES_EDIT_BEGUN',
    target: `work:${id}`,
    version: 1,
    actor: actorKey(scope.actor),
    requestId: scope.requestId,
    p: { ...begun },
    at,
  };
}
