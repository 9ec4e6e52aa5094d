import { Injectable } from '@nestjs/common';
import { RefusedError } from '../../domain/errors';
import type { Event } from '../../domain/event';
import type { EventId, OccurrenceId } from '../../domain/ids';
import type { ViewerScope } from '../../domain/scope';
import { Clock } from '../../platform/clock';
import { EventRepository } from '../../store/event.repository';
import { OccurrenceRepository } from '../../store/occurrence.repository';
import { RegistrationRepository } from '../../store/registration.repository';
import type { Tx } from '../../store/unit-of-work';
import { EditOnce } from '../edit-once';
import { eventRow } from './event-journal';
import { SeriesEdits } from './series-edits';

export interface DeleteEventInput {
  readonly eventId: EventId;
  readonly idempotencyKey: string | null;
}

/** An event that nobody ever registered for goes with its dates; any other one is cancelled instead [B12]. */
@Injectable()
export class DeleteEvent {
  constructor(
    private readonly once: EditOnce,
    private readonly events: EventRepository,
    private readonly occurrences: OccurrenceRepository,
    private readonly registrations: RegistrationRepository,
    private readonly edits: SeriesEdits,
    private readonly clock: Clock,
  ) {}

  /** @throws RefusedError EVENT_HAS_REGISTRATIONS, BUSY; NotFoundError; IdempotencyKeyReusedError */
  async execute(scope: ViewerScope, { eventId, idempotencyKey: key }: DeleteEventInput): Promise<EventId> {
    const now = this.clock.now();
    await this.once.edit(scope, { key, operation: 'deleteEvent', input: { eventId } }, async (tx) => {
      await this.delete(tx, await this.events.getById(tx, eventId), now);
      return { type: 'event', id: eventId };
    });
    return eventId;
  }

  private async delete(tx: Tx, { id, name, status, revision: expectedRevision }: Event, now: Date): Promise<void> {
    const dates = (await this.occurrences.findAllOfEvent(tx, id)).map((date): OccurrenceId => date.id);
    const registered = await this.registrations.countByOccurrence(tx, dates);
    if (registered.size > 0) throw new RefusedError({ code: 'EVENT_HAS_REGISTRATIONS' });
    const p = { before: { name, status }, occurrences: dates.length };
    const gone = { id, revision: expectedRevision + 1 };
    await this.edits.write(tx, {
      event: { id, expectedRevision, set: null },
      occurrences: dates.map((date) => ({ id: date, set: {}, remove: true })),
      journal: [eventRow(tx.scope, gone, { type: 'EVENT_DELETED', p, at: now })],
      now,
    });
  }
}
