import { horizonFor, materialiseFrom, MAX_MEMBERS_AHEAD } from '../../src/domain/materialise';
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

function datesOf(event: EventDoc): string[] {
  const now = event.createdAt;
  const to = event.horizonAt ?? horizonFor(event, now);
  const { members } = materialiseFrom(event, { from: null, to, now, room: MAX_MEMBERS_AHEAD });
  return members.map(({ recurrenceId }) => recurrenceId);
}
