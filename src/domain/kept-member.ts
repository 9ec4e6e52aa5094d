import { durationBetween, durationMs, endOf } from './duration';
import type { Schedule } from './event';
import type { OccurrenceId } from './ids';
import type { Member } from './materialise';
import type { Occurrence } from './occurrence';
import { toInstant, toLocal, wallMs } from './wall-clock';

/** What of a stored occurrence decides where an edit of its series takes it. */
export type Movable = Pick<
  Occurrence,
  'id' | 'recurrenceId' | 'timezone' | 'startsAt' | 'endsAt' | 'startsAtLocal' | 'dstAdjusted' | 'overriddenFields'
>;

/** An occurrence that stays: same id, registrations and overrides, under its new key and perhaps at a new time. */
export interface KeptMember extends Member {
  readonly id: OccurrenceId;
  /** Its start or its end changes: whoever is registered has to be moved along [B7, C7]. */
  readonly moves: boolean;
}

/** Field by field: a start or a duration that was set on the occurrence alone stays, the rest follows the series [B4]. */
export function keepMember(stored: Movable, match: Member, to: Schedule): KeptMember {
  const start = stored.overriddenFields.includes('startsAtLocal') ? resolve(stored.startsAtLocal, to.timezone) : match;
  const ms = stored.overriddenFields.includes('duration') ? lengthOf(stored) : durationMs(to.duration);
  const wall = wallMs(start === match ? match.recurrenceId : stored.startsAtLocal);
  const endsAt = endOf({ wall, instant: start.startsAt }, ms, to.timezone);
  const { startsAt, startsAtLocal, dstAdjusted } = start;
  const moves = startsAt.getTime() !== stored.startsAt.getTime() || endsAt.getTime() !== stored.endsAt.getTime();
  return {
    id: stored.id,
    recurrenceId: match.recurrenceId,
    startsAt,
    endsAt,
    startsAtLocal,
    dstAdjusted,
    moves,
  };
}

/** A date under its new key, at the time that it has. */
export function stayingMember(stored: Movable, match: Member, to: Schedule): KeptMember {
  const { id, startsAt, endsAt } = stored;
  const startsAtLocal = toLocal(startsAt, to.timezone);
  // What clocks did was done to the nominal start that it no longer has.
  const dstAdjusted = stored.dstAdjusted === 'GAP' ? null : stored.dstAdjusted;
  return { id, recurrenceId: match.recurrenceId, startsAt, endsAt, startsAtLocal, dstAdjusted, moves: false };
}

/** How long a stored date takes, in milliseconds, on the calendar from a day up. */
export const lengthOf = (stored: Placed): number =>
  durationBetween({ wall: wallOf(stored), instant: stored.startsAt }, stored.endsAt, stored.timezone);

type Placed = Pick<Occurrence, 'recurrenceId' | 'timezone' | 'startsAt' | 'endsAt' | 'startsAtLocal'>;

/** The wall clock that its start was meant for: its nominal one, where clocks jumped over that and it was not moved. */
export function wallOf({ recurrenceId, timezone, startsAt, startsAtLocal }: Omit<Placed, 'endsAt'>): number {
  const isNominal = toInstant(recurrenceId, timezone).instant.getTime() === startsAt.getTime();
  return wallMs(isNominal ? recurrenceId : startsAtLocal);
}

/** Puts a wall clock's start on the clock. */
export function resolve(local: string, timezone: string): Omit<Member, 'recurrenceId' | 'endsAt'> {
  const { instant: startsAt, dstAdjusted } = toInstant(local, timezone);
  return { startsAt, startsAtLocal: toLocal(startsAt, timezone), dstAdjusted };
}
