import { Injectable } from '@nestjs/common';
import { followClocks } from '../../domain/follow-clocks';
import type { OccurrenceId } from '../../domain/ids';
import type { Occurrence } from '../../domain/occurrence';
import type { TenantScope } from '../../domain/scope';
import { Clock } from '../../platform/clock';
import { EventRepository } from '../../store/event.repository';
import { OccurrenceRepository } from '../../store/occurrence.repository';
import type { TimePosition } from '../../store/page';

const PAGE = 500;

/** A date that is not where its wall clock is, and where that begins. */
export interface AstrayDate {
  readonly id: OccurrenceId;
  readonly from: Date;
  readonly to: Date;
}

/** Looks for a tenant's dates that are still to come and that the clocks no longer agree with [A12]. */
@Injectable()
export class AstrayDates {
  constructor(
    private readonly events: EventRepository,
    private readonly occurrences: OccurrenceRepository,
    private readonly clock: Clock,
  ) {}

  /** @param stopping asked between the pages */
  async find(scope: TenantScope, stopping: () => boolean): Promise<AstrayDate[]> {
    const now = this.clock.now();
    const found: AstrayDate[] = [];
    let after: TimePosition | null = null;
    do {
      const page: Occurrence[] = await this.occurrences.pageAhead(scope, { now, after, first: PAGE });
      found.push(...(await this.among(scope, page)));
      after = page.length === PAGE ? (page.at(-1) ?? null) : null;
    } while (after !== null && !stopping());
    return found;
  }

  private async among(scope: TenantScope, dates: readonly Occurrence[]): Promise<AstrayDate[]> {
    const events = await this.events.findManyById(scope, [...new Set(dates.map(({ eventId }) => eventId))]);
    const durations = new Map(events.map((event) => [event?.id, event?.duration]));
    return dates.flatMap((date) => {
      const duration = durations.get(date.eventId);
      const times = duration === undefined ? null : followClocks(date, duration);
      return times === null ? [] : [{ id: date.id, from: date.startsAt, to: times.startsAt }];
    });
  }
}
