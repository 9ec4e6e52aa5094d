import type { Event } from '../../src/domain/event';
import type { JournalRow } from '../../src/domain/journal';
import { materialise } from '../../src/domain/materialise';
import type { Occurrence } from '../../src/domain/occurrence';
import type { ViewerScope } from '../../src/domain/scope';
import { eventRow } from '../../src/use-cases/events/event-journal';
import { newOccurrence } from '../../src/use-cases/events/new-occurrence';
import { makeEvent, NOW } from '../support/make';
import { makeOrganizer } from '../support/organizer';

/** Every day for two years: what an organization may have ahead of it at most. */
export const DATES = 730;
export const RULE = `FREQ=DAILY;COUNT=${DATES}`;
export const SCHEDULE = { timezone: 'Europe/Berlin', startsAtLocal: '2027-01-05T10:00:00', duration: 'PT1H' };

/** A series with all that creating it writes, made before the clock runs: for those who only write. */
export interface Series {
  readonly scope: ViewerScope;
  readonly event: Event;
  readonly dates: readonly Occurrence[];
  readonly row: JournalRow;
}

/** In an organization of its own, so that what was stored can be counted. */
export function makeSeries(): Series {
  const scope = makeOrganizer();
  const recurrence = { rrule: RULE, exdates: [], rdates: [] };
  const event = makeEvent(scope.tenantId, { ...SCHEDULE, recurrence });
  const dates = materialise(event, NOW).members.map((member) => newOccurrence(event, member));
  const p = { name: event.name, status: event.status, ...SCHEDULE, recurrence, occurrences: dates.length };
  return { scope, event, dates, row: eventRow(scope, event, { type: 'EVENT_CREATED', p, at: NOW }) };
}
