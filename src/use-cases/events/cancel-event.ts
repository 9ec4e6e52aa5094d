import { Injectable } from '@nestjs/common';
import { RefusedError } from '../../domain/errors';
import type { Event } from '../../domain/event';
import type { EventId } from '../../domain/ids';
import type { ViewerScope } from '../../domain/scope';
import { Clock } from '../../platform/clock';
import { EventRepository } from '../../store/event.repository';
import { OccurrenceRepository } from '../../store/occurrence.repository';
import type { Tx } from '../../store/unit-of-work';
import { CancelDates } from './cancel-dates';
import { EditOnce } from '../edit-once';
import { eventRow } from './event-journal';
import { requireNotEditing } from './series-edits';

export interface CancelEventInput {
  readonly eventId: EventId;
  /** Told to the people concerned. */
  readonly reason: string | null;
  readonly idempotencyKey: string | null;
}

export interface EventCancelled {
  readonly event: Event;
  /** How many registrations were active then; with very many, the last are written a moment later. */
  readonly registrationsCancelled: number;
}

/**
 * Calls an event off with all its dates that have not started; a second time it answers the same [B10]. What is cancelled
 * is shown to everybody: a draft, which nobody was told of, is refused.
 */
@Injectable()
export class CancelEvent {
  constructor(
    private readonly once: EditOnce,
    private readonly events: EventRepository,
    private readonly occurrences: OccurrenceRepository,
    private readonly dates: CancelDates,
    private readonly clock: Clock,
  ) {}

  /** @throws RefusedError NOT_EDITABLE: a draft, BUSY; NotFoundError; IdempotencyKeyReusedError */
  async execute(
    scope: ViewerScope,
    { eventId, reason, idempotencyKey: key }: CancelEventInput,
  ): Promise<EventCancelled> {
    const now = this.clock.now();
    const keyed = { key, operation: 'cancelEvent', input: { eventId, reason } };
    const { extra } = await this.once.edit(scope, keyed, async (tx) => {
      const event = await this.events.getById(tx, eventId);
      requireNotEditing(event);
      if (event.status === 'DRAFT') throw new RefusedError({ code: 'NOT_EDITABLE', reason: 'DRAFT' });
      const registrationsCancelled =
        event.status === 'CANCELLED'
          ? await this.dates.earlier(tx, `event:${eventId}`, 'EVENT_CANCELLED')
          : await this.cancel(tx, event, { reason, now });
      return { type: 'event', id: eventId, extra: { registrationsCancelled } };
    });
    const event = await this.events.getById(scope, eventId);
    return { event, registrationsCancelled: extra?.['registrationsCancelled'] ?? 0 };
  }

  private async cancel(
    tx: Tx,
    { id, status, revision: expectedRevision }: Event,
    { reason, now }: { readonly reason: string | null; readonly now: Date },
  ): Promise<number> {
    const revision = expectedRevision + 1;
    const ahead = await this.occurrences.findAllOfEvent(tx, id, now);
    return this.dates.write(tx, {
      eventId: id,
      // Without a horizon: no date is added any more.
      event: { id, expectedRevision, set: { status: 'CANCELLED', horizonAt: null, revision, updatedAt: now } },
      dates: ahead.filter((date) => date.startsAt > now && date.status !== 'CANCELLED'),
      reason,
      journal: (registrationsCancelled) => {
        const p = { status: 'CANCELLED', before: { status }, reason, registrationsCancelled };
        return [eventRow(tx.scope, { id, revision }, { type: 'EVENT_CANCELLED', p, at: now })];
      },
      now,
    });
  }
}
