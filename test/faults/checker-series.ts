import { horizonFor, materialiseFrom, MAX_MEMBERS_AHEAD } from '../../src/domain/materialise';
import { toInstant } from '../../src/domain/wall-clock';
import type { EventDoc } from '../../src/store/event.schema';
import type { Dump } from './dump';
import type { Finding } from './findings';

/** I15: what is stored of an event that nobody rescheduled is what its rule says up to its horizon, each date once. */
export function brokenSeries({ events, occurrences }: Dump): Finding[] {
  const stored = new Map<string, string[]>();
  for (const { eventId, recurrenceId } of occurrences) {
    const id = eventId.toHexString();
    stored.set(id, [...(stored.get(id) ?? []), recurrenceId]);
  }
  return events
    .filter(({ epoch }) => epoch === 1)
    .flatMap((event): Finding[] => {
      const id = event._id.toHexString();
      const found = [...(stored.get(id) ?? [])].sort().join();
      const wanted = datesOf(event).sort().join();
      return found === wanted ? [] : [{ invariant: 'I15', what: `event ${id}: its dates are not those of its rule` }];
    });
}

/** I16: what a date's clocks show is its instant, and who holds a seat holds it for that time. */
export function brokenClocks({ occurrences, registrations }: Dump): Finding[] {
  const dates = new Map(occurrences.map((one) => [one._id.toHexString(), one]));
  const adrift = occurrences.filter(
    ({ startsAtLocal, timezone, startsAt }) =>
      toInstant(startsAtLocal, timezone).instant.getTime() !== startsAt.getTime(),
  );
  const behind = registrations.filter(({ status, occurrenceId, s, e }) => {
    const date = dates.get(occurrenceId.toHexString());
    if (status === 'CANCELLED' || date === undefined) return false;
    return s.getTime() !== date.startsAt.getTime() || e.getTime() !== date.endsAt.getTime();
  });
  return [
    ...adrift.map(({ _id }): Finding => ({
      invariant: 'I16',
      what: `date ${_id.toHexString()}: its instant is not its wall clock`,
    })),
    ...behind.map(({ _id }): Finding => ({
      invariant: 'I16',
      what: `registration ${_id.toHexString()}: not at the time of its date`,
    })),
  ];
}

function datesOf(event: EventDoc): string[] {
  const now = event.createdAt;
  const to = event.horizonAt ?? horizonFor(event, now);
  const { members } = materialiseFrom(event, { from: null, to, now, room: MAX_MEMBERS_AHEAD });
  return members.map(({ recurrenceId }) => recurrenceId);
}
