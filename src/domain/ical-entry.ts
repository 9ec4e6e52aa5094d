import type { Event } from './event';
import type { CalendarEntry, EntryStatus } from './ical';
import type { UserId } from './ids';
import type { Occurrence } from './occurrence';
import type { Registration } from './registration';

/** A date, and what a calendar has to know besides. */
export interface FeedDate {
  readonly occurrence: Occurrence;
  readonly event: Event;
  /** When the date itself was changed last, apart from its event; null: never. */
  readonly changedAt: Date | null;
}

/** A person's claims on one date, all there ever were. */
export interface Claims {
  readonly userId: UserId;
  readonly registrations: readonly Registration[];
}

/** What a calendar program shows of a description, characters. The whole text is in the product. */
const MAX_DESCRIPTION = 1_000;

/**
 * One entry per date, in UTC, under the id that the date keeps whatever happens to its series [K5]: there is no master
 * entry that a split would break.
 *
 * SEQUENCE is the sum of the counters of everything that the entry is made of. Each of them only ever grows, and no part
 * changes without its own, so every change that a calendar can see has a larger sum; some that it cannot see have, too.
 *
 * @param claims whose calendar it is; null: everybody's
 */
export function entryOf({ occurrence, event, changedAt }: FeedDate, claims: Claims | null): CalendarEntry {
  const registrations = claims?.registrations ?? [];
  const changes = [event.updatedAt, changedAt, ...registrations.flatMap((one) => [one.createdAt, one.cancelledAt])];
  return {
    uid: uidOf(occurrence, claims),
    sequence: event.revision + occurrence.revision - 2 + sum(registrations.map(({ version }) => version)),
    startsAt: occurrence.startsAt,
    endsAt: occurrence.endsAt,
    status: statusOf(occurrence, claims),
    summary: occurrence.name ?? event.name,
    description: shortened(occurrence.description ?? event.description),
    categories: [event.category],
    lastModified: latest(changes),
  };
}

/** In a person's calendar the same date is another thing: whether that person goes. */
const uidOf = ({ id }: Occurrence, claims: Claims | null): string =>
  claims === null ? `${id}@happening` : `${id}.${claims.userId}@happening`;

function statusOf({ status }: Occurrence, claims: Claims | null): EntryStatus {
  if (status === 'CANCELLED') return 'CANCELLED';
  if (claims === null) return 'CONFIRMED';
  const active = claims.registrations.find((one) => one.status !== 'CANCELLED');
  if (active === undefined) return 'CANCELLED';
  return active.status === 'CONFIRMED' ? 'CONFIRMED' : 'TENTATIVE';
}

function shortened(description: string | null): string | null {
  if (description === null || description.length <= MAX_DESCRIPTION) return description;
  const characters = [...description];
  return characters.length <= MAX_DESCRIPTION ? description : `${characters.slice(0, MAX_DESCRIPTION - 1).join('')}…`;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

const latest = (instants: readonly (Date | null)[]): Date =>
  new Date(Math.max(...instants.flatMap((instant) => (instant === null ? [] : [instant.getTime()]))));
