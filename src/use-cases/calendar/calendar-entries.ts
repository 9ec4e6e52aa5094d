import { Injectable } from '@nestjs/common';
import type { CalendarFeed } from '../../domain/calendar-feed';
import { DAY_MS } from '../../domain/civil-date';
import type { CalendarEntry } from '../../domain/ical';
import { entryOf } from '../../domain/ical-entry';
import { holderOfUser, type EventId, type OccurrenceId } from '../../domain/ids';
import type { Occurrence } from '../../domain/occurrence';
import type { Registration } from '../../domain/registration';
import type { TenantScope } from '../../domain/scope';
import { Clock } from '../../platform/clock';
import { CalendarDatesRepository } from '../../store/calendar-dates.repository';
import { EventRepository } from '../../store/event.repository';
import { OccurrenceRepository } from '../../store/occurrence.repository';

/** How far back a feed goes, by the start of a date. Forward it goes as far as dates exist. */
const PAST_MS = 90 * DAY_MS;
/**
 * The most entries of one feed. Of an organization's dates the nearest ones ahead come first, then the latest past ones; of
 * a person's registrations those that start last. A feed is made in memory: with texts as long as they may be, 8 MB.
 */
const MAX_ENTRIES = 2_000;

/** Finds what a feed shows, in order of the start. */
@Injectable()
export class CalendarEntries {
  constructor(
    private readonly dates: CalendarDatesRepository,
    private readonly occurrences: OccurrenceRepository,
    private readonly events: EventRepository,
    private readonly clock: Clock,
  ) {}

  async of(scope: TenantScope, { kind, userId }: Pick<CalendarFeed, 'kind' | 'userId'>): Promise<CalendarEntry[]> {
    const now = this.clock.now();
    const from = new Date(now.getTime() - PAST_MS);
    if (kind === 'ORGANIZATION') {
      const published = await this.dates.published(scope, { from, now, limit: MAX_ENTRIES });
      return this.entries(scope, published, () => null);
    }
    const claimed = await this.dates.registrationsOf(scope, holderOfUser(userId), MAX_ENTRIES);
    const claims = byDate(claimed);
    const found = await this.occurrences.findManyById(scope, [...claims.keys()]);
    const recent = found.filter((date) => date !== null).filter(({ startsAt }) => startsAt >= from);
    return this.entries(scope, recent, ({ id }) => ({ userId, registrations: claims.get(id) ?? [] }));
  }

  private async entries(
    scope: TenantScope,
    dates: readonly Occurrence[],
    claimsOn: (date: Occurrence) => Parameters<typeof entryOf>[1],
  ): Promise<CalendarEntry[]> {
    const ids: EventId[] = [...new Set(dates.map(({ eventId }) => eventId))];
    const changedAt = await this.dates.changedAt(scope, dates);
    // The events last: each is at least as new as its dates, so that what was changed in between has a larger SEQUENCE next time.
    const found = await this.events.findManyById(scope, ids);
    const events = new Map(found.flatMap((event) => (event === null ? [] : [[event.id, event] as const])));
    const inOrder = [...dates].sort(byStart);
    return inOrder.flatMap((occurrence) => {
      const event = events.get(occurrence.eventId);
      // Gone meanwhile; or a draft, one of whose dates was cancelled.
      if (event === undefined || event.status === 'DRAFT') return [];
      return [entryOf({ occurrence, event, changedAt: changedAt.get(occurrence.id) ?? null }, claimsOn(occurrence))];
    });
  }
}

function byDate(registrations: readonly Registration[]): Map<OccurrenceId, Registration[]> {
  const claims = new Map<OccurrenceId, Registration[]>();
  for (const one of registrations) {
    const those = claims.get(one.occurrenceId);
    if (those) those.push(one);
    else claims.set(one.occurrenceId, [one]);
  }
  return claims;
}

const byStart = (a: Occurrence, b: Occurrence): number =>
  a.startsAt.getTime() - b.startsAt.getTime() || (a.id < b.id ? -1 : 1);
