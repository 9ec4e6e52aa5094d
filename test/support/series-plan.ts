import type { Schedule } from '../../src/domain/event';
import type { OccurrenceId } from '../../src/domain/ids';
import type { StoredMember } from '../../src/domain/match-members';
import { materialise } from '../../src/domain/materialise';
import { planSeriesChange, type SeriesPlan } from '../../src/domain/series-change';

/** A Wednesday, between the third and the fourth Monday of the series. */
export const NOW = new Date('2027-03-17T12:00:00Z');

/** Six Mondays. */
export const series = (over: Partial<Schedule> = {}): Schedule => ({
  timezone: 'UTC',
  startsAtLocal: '2027-03-01T10:00:00',
  duration: 'PT1H',
  recurrence: { rrule: 'FREQ=WEEKLY;BYDAY=MO;COUNT=6', exdates: [], rdates: [] },
  ...over,
});

export const recurring = (rrule: string, over: { exdates?: string[]; rdates?: string[] } = {}) => ({
  rrule,
  exdates: over.exdates ?? [],
  rdates: over.rdates ?? [],
});

/** What creating the event stored; the id of an occurrence is its date. */
export function storedFrom(schedule: Schedule, over: Record<string, Partial<StoredMember>> = {}): StoredMember[] {
  return materialise(schedule, new Date('2027-02-01T00:00:00Z')).members.map((member) => {
    const id = member.recurrenceId.slice(0, 10) as OccurrenceId;
    return {
      ...member,
      id,
      timezone: schedule.timezone,
      epoch: 0,
      status: 'SCHEDULED',
      overriddenFields: [],
      hasRegistrationHistory: false,
      activeRegistrations: 0,
      ...over[id],
    };
  });
}

export const plan = (from: Schedule, to: Schedule, stored = storedFrom(from), resetOverrides = false): SeriesPlan =>
  planSeriesChange({ from, to, stored, epoch: 0, now: NOW, resetOverrides });

/** Id and start of what stays. */
export const kept = ({ keep }: SeriesPlan): Record<string, string> =>
  Object.fromEntries(keep.map(({ id, startsAt }) => [id, startsAt.toISOString().slice(0, 16)]));

export const created = ({ create }: SeriesPlan): readonly string[] => create.map(({ recurrenceId }) => recurrenceId);
