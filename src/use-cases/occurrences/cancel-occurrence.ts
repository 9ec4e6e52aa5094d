import { Injectable } from '@nestjs/common';
import { RefusedError } from '../../domain/errors';
import type { OccurrenceId } from '../../domain/ids';
import type { Occurrence } from '../../domain/occurrence';
import type { ViewerScope } from '../../domain/scope';
import { Clock } from '../../platform/clock';
import { EventRepository } from '../../store/event.repository';
import { OccurrenceRepository } from '../../store/occurrence.repository';
import type { Tx } from '../../store/unit-of-work';
import { CancelDates } from '../events/cancel-dates';
import { EditOnce } from '../edit-once';
import { requireNotEditing } from '../events/series-edits';

export interface CancelOccurrenceInput {
  readonly occurrenceId: OccurrenceId;
  /** Told to the people concerned. */
  readonly reason: string | null;
  readonly idempotencyKey: string | null;
}

export interface OccurrenceCancelled {
  readonly occurrence: Occurrence;
  /** How many registrations were active then; with very many, the last are written a moment later. */
  readonly registrationsCancelled: number;
}

/** Calls one date off; it stays as the trace that keeps the series from bringing it back [B9, B10]. Repeatable. */
@Injectable()
export class CancelOccurrence {
  constructor(
    private readonly once: EditOnce,
    private readonly events: EventRepository,
    private readonly occurrences: OccurrenceRepository,
    private readonly dates: CancelDates,
    private readonly clock: Clock,
  ) {}

  /** @throws RefusedError NOT_EDITABLE, BUSY; NotFoundError; IdempotencyKeyReusedError */
  async execute(
    scope: ViewerScope,
    { occurrenceId, reason, idempotencyKey: key }: CancelOccurrenceInput,
  ): Promise<OccurrenceCancelled> {
    const now = this.clock.now();
    const keyed = { key, operation: 'cancelOccurrence', input: { occurrenceId, reason } };
    const { extra } = await this.once.edit(scope, keyed, async (tx) => {
      const occurrence = await this.occurrences.getById(tx, occurrenceId);
      const registrationsCancelled =
        occurrence.status === 'CANCELLED'
          ? await this.dates.earlier(tx, `occurrence:${occurrenceId}`, 'OCCURRENCE_CANCELLED')
          : await this.cancel(tx, occurrence, { reason, now });
      return { type: 'occurrence', id: occurrenceId, extra: { registrationsCancelled } };
    });
    const occurrence = await this.occurrences.getById(scope, occurrenceId);
    return { occurrence, registrationsCancelled: extra?.['registrationsCancelled'] ?? 0 };
  }

  private async cancel(
    tx: Tx,
    occurrence: Occurrence,
    { reason, now }: { readonly reason: string | null; readonly now: Date },
  ): Promise<number> {
    if (occurrence.startsAt <= now) throw new RefusedError({ code: 'NOT_EDITABLE', reason: 'STARTED' });
    requireNotEditing(await this.events.getById(tx, occurrence.eventId));
    return this.dates.write(tx, {
      eventId: occurrence.eventId,
      event: null,
      dates: [occurrence],
      reason,
      journal: () => [],
      now,
    });
  }
}
