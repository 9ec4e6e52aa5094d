import { Injectable } from '@nestjs/common';
import type { OccurrenceFields } from '../../domain/booking/edit';
import { followClocks, type Times } from '../../domain/follow-clocks';
import type { OccurrenceId } from '../../domain/ids';
import type { Occurrence } from '../../domain/occurrence';
import type { TenantScope } from '../../domain/scope';
import { Clock } from '../../platform/clock';
import { TimeZoneData } from '../../platform/time-zone-data';
import { EventRepository } from '../../store/event.repository';
import type { ClaimedRow } from '../../store/journal.repository';
import { OccurrenceRepository } from '../../store/occurrence.repository';
import type { Tx } from '../../store/unit-of-work';
import { LargeEdits } from '../events/large-edits';
import { MoveDates } from '../events/move-dates';
import { requireNotEditing } from '../events/series-edits';

/** A date goes where its announced wall clock is by newer time zone data, with everybody who is registered [A12]. */
@Injectable()
export class FollowClockChange {
  constructor(
    private readonly large: LargeEdits,
    private readonly events: EventRepository,
    private readonly occurrences: OccurrenceRepository,
    private readonly moves: MoveDates,
    private readonly data: TimeZoneData,
    private readonly clock: Clock,
  ) {}

  /**
   * Whether the date changed. One that would begin before now stays.
   *
   * @throws RefusedError MOVE_CONFLICTS: somebody would be in two places; BUSY
   */
  async execute(scope: TenantScope, id: OccurrenceId): Promise<boolean> {
    let changed = false;
    const keyed = { key: null, operation: 'followClockChange', input: {} };
    await this.large.edit(scope, keyed, async (tx, begun) => {
      changed = await this.follow(tx, begun, id);
      return { type: 'occurrence', id };
    });
    return changed;
  }

  private async follow(tx: Tx, begun: ClaimedRow | null, id: OccurrenceId): Promise<boolean> {
    const now = this.clock.now();
    const date = await this.occurrences.findById(tx, id);
    if (date === null || date.status === 'CANCELLED') return false;
    const event = await this.events.getById(tx, date.eventId);
    if (begun === null) requireNotEditing(event);
    const times = followClocks(date, event.duration);
    if (times === null || date.startsAt <= now || times.startsAt <= now) return false;
    const edit = { id, set: changesTo(date, times), note: { timeZoneData: this.data.version } };
    await this.moves.writeOne(tx, begun, { event, date, edit, now });
    return true;
  }
}

/** The instants only where they differ: else nobody has to be moved along. */
function changesTo(date: Occurrence, { startsAt, endsAt, ...shown }: Times): OccurrenceFields {
  const moves = startsAt.getTime() !== date.startsAt.getTime() || endsAt.getTime() !== date.endsAt.getTime();
  return moves ? { ...shown, startsAt, endsAt } : shown;
}
