import { Injectable } from '@nestjs/common';
import { RefusedError } from '../../domain/errors';
import type { Event } from '../../domain/event';
import type { EventId } from '../../domain/ids';
import { isPublished } from '../../domain/occurrence';
import type { ViewerScope } from '../../domain/scope';
import { Clock } from '../../platform/clock';
import { EventRepository } from '../../store/event.repository';
import { OccurrenceRepository } from '../../store/occurrence.repository';
import type { Tx } from '../../store/unit-of-work';
import { EditOnce } from '../edit-once';
import { eventRow } from './event-journal';
import { SeriesEdits, requireNotEditing } from './series-edits';

export interface PublishEventInput {
  readonly eventId: EventId;
  readonly idempotencyKey: string | null;
}

/** Opens a draft and its dates to everybody; a second time it answers the same. */
@Injectable()
export class PublishEvent {
  constructor(
    private readonly once: EditOnce,
    private readonly events: EventRepository,
    private readonly occurrences: OccurrenceRepository,
    private readonly edits: SeriesEdits,
    private readonly clock: Clock,
  ) {}

  /** @throws RefusedError NOT_EDITABLE, BUSY; NotFoundError; IdempotencyKeyReusedError */
  async execute(scope: ViewerScope, { eventId, idempotencyKey: key }: PublishEventInput): Promise<Event> {
    const now = this.clock.now();
    await this.once.edit(scope, { key, operation: 'publishEvent', input: { eventId } }, async (tx) => {
      const event = await this.events.getById(tx, eventId);
      requireNotEditing(event);
      if (event.status === 'CANCELLED') throw new RefusedError({ code: 'NOT_EDITABLE', reason: 'CANCELLED' });
      if (event.status === 'DRAFT') await this.publish(tx, event, now);
      return { type: 'event', id: eventId };
    });
    return this.events.getById(scope, eventId);
  }

  private async publish(tx: Tx, event: Event, now: Date): Promise<void> {
    const revision = event.revision + 1;
    const dates = await this.occurrences.findAllOfEvent(tx, event.id);
    const p = { status: 'PUBLISHED', before: { status: event.status } };
    await this.edits.write(tx, {
      event: {
        id: event.id,
        expectedRevision: event.revision,
        set: { status: 'PUBLISHED', revision, updatedAt: now },
      },
      occurrences: dates
        .filter((date) => !isPublished(date))
        .map(({ id, hidden }) =>
          hidden ? { id, set: { hidden: false }, silent: true } : { id, set: { status: 'SCHEDULED' } },
        ),
      journal: [eventRow(tx.scope, { id: event.id, revision }, { type: 'EVENT_PUBLISHED', p, at: now })],
      now,
    });
  }
}
