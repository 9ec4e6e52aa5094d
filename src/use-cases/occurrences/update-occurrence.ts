import { Injectable } from '@nestjs/common';
import { RETRY_AFTER_MS } from '../../domain/booking/commands';
import { RefusedError } from '../../domain/errors';
import type { OccurrenceId } from '../../domain/ids';
import type { Occurrence } from '../../domain/occurrence';
import type { ViewerScope } from '../../domain/scope';
import { requireStartInReach } from '../../domain/start-reach';
import { Clock } from '../../platform/clock';
import { EventRepository } from '../../store/event.repository';
import type { ClaimedRow } from '../../store/journal.repository';
import { OccurrenceRepository } from '../../store/occurrence.repository';
import type { Tx } from '../../store/unit-of-work';
import { LargeEdits } from '../events/large-edits';
import { MoveDates } from '../events/move-dates';
import { requireNotEditing } from '../events/series-edits';
import { overridden, type OverrideFields } from './overridden';

export interface UpdateOccurrenceInput extends OverrideFields {
  readonly occurrenceId: OccurrenceId;
  readonly expectedRevision: number;
  readonly idempotencyKey: string | null;
}

/** "Only this one": the date differs from its series from now on, and stays in it [B3]. */
@Injectable()
export class UpdateOccurrence {
  constructor(
    private readonly large: LargeEdits,
    private readonly events: EventRepository,
    private readonly occurrences: OccurrenceRepository,
    private readonly moves: MoveDates,
    private readonly clock: Clock,
  ) {}

  /** @throws RefusedError with each refusal of `UpdateOccurrenceResult`; BadUserInputError; NotFoundError */
  async execute(scope: ViewerScope, { idempotencyKey: key, ...input }: UpdateOccurrenceInput): Promise<Occurrence> {
    const { occurrenceId } = input;
    const keyed = { key, operation: 'updateOccurrence', input: { ...input } };
    await this.large.edit(scope, keyed, async (tx, begun) => {
      await this.update(tx, begun, input);
      return { type: 'occurrence', id: occurrenceId };
    });
    return this.occurrences.getById(scope, occurrenceId);
  }

  private async update(
    tx: Tx,
    begun: ClaimedRow | null,
    { occurrenceId, expectedRevision, ...fields }: Omit<UpdateOccurrenceInput, 'idempotencyKey'>,
  ): Promise<void> {
    const now = this.clock.now();
    const date = await this.occurrences.getById(tx, occurrenceId);
    requireEditable(date, { expectedRevision, now, isHeld: begun === null && date.paused });
    const event = await this.events.getById(tx, date.eventId);
    if (begun === null) requireNotEditing(event);
    if (fields.startsAtLocal !== undefined && fields.startsAtLocal !== date.startsAtLocal) {
      requireStartInReach(
        { startsAtLocal: fields.startsAtLocal, timezone: date.timezone },
        { now, path: 'input.startsAtLocal' },
      );
    }
    const set = overridden(date, event, fields);
    if (Object.keys(set).length === 0) return;
    await this.moves.writeOne(tx, begun, { event, date, edit: { id: date.id, set }, now });
  }
}

function requireEditable(
  date: Occurrence,
  { expectedRevision, now, isHeld }: { expectedRevision: number; now: Date; isHeld: boolean },
): void {
  if (date.status === 'CANCELLED') throw new RefusedError({ code: 'NOT_EDITABLE', reason: 'CANCELLED' });
  if (date.startsAt <= now) throw new RefusedError({ code: 'NOT_EDITABLE', reason: 'STARTED' });
  if (isHeld) throw new RefusedError({ code: 'BUSY', retryAfterMs: RETRY_AFTER_MS });
  if (date.revision !== expectedRevision) {
    throw new RefusedError({ code: 'STALE_REVISION', currentRevision: date.revision });
  }
}
