import { DAY_MS } from './civil-date';
import { durationMs, endOf } from './duration';
import type { Schedule } from './event';
import type { Interval } from './interval';
import type { DstAdjustment } from './occurrence';
import { expand } from './recurrence';
import { isEndless } from './rule';
import { parseRule } from './rule-policy';
import { formatLocal, toInstant, toLocal, toWallMs, wallMs } from './wall-clock';

/** One member of a recurrence set, on the clock: what becomes an occurrence. */
export interface Member extends Interval {
  /** The nominal local start: the key under the event's current rule. */
  readonly recurrenceId: string;
  /** What clocks really show then; differs from `recurrenceId` where they jump over it. */
  readonly startsAtLocal: string;
  readonly dstAdjusted: DstAdjustment | null;
}

export interface Materialised {
  /** By start. */
  readonly members: readonly Member[];
  /** Every member that starts before this is stored, none that starts later; null: all there are [A11]. */
  readonly horizonAt: Date | null;
}

/** Members of one event that are stored and not yet over, at most [A10]. */
export const MAX_MEMBERS_AHEAD = 730;
const ENDLESS_DAYS = 365;
const FINITE_YEARS = 5;

/** The members to store when an event is created, past ones included; a one-off is a series of one. */
export const materialise = (schedule: Schedule, now: Date): Materialised =>
  materialiseFrom(schedule, { from: null, to: horizonFor(schedule, now), now, room: MAX_MEMBERS_AHEAD });

/**
 * What the horizon extender adds: the members from the event's horizon up to the one that `now` allows. `ahead` counts
 * the stored ones not yet over. The horizon never goes back.
 */
export function materialiseMore(
  schedule: Schedule,
  { horizonAt, now, ahead }: { readonly horizonAt: Date; readonly now: Date; readonly ahead: number },
): Materialised {
  const to = horizonFor(schedule, now);
  const room = MAX_MEMBERS_AHEAD - ahead;
  if (to <= horizonAt || room <= 0) return { members: [], horizonAt };
  return materialiseFrom(schedule, { from: horizonAt, to, now, room });
}

/**
 * The members of the last day before the horizon. All of them are stored, unless newer time zone data has moved one here
 * that lay behind the horizon when that was reached [A12].
 */
export const membersBefore = (schedule: Schedule, horizonAt: Date, now: Date): readonly Member[] =>
  materialiseFrom(schedule, {
    from: new Date(horizonAt.getTime() - DAY_MS),
    to: horizonAt,
    now,
    room: MAX_MEMBERS_AHEAD,
  }).members;

/** Up to where members are stored: counted from the later of now and the start [A11]. */
export function horizonFor(schedule: Schedule, now: Date): Date {
  const start = toInstant(schedule.startsAtLocal, schedule.timezone).instant;
  const horizon = new Date(Math.max(now.getTime(), start.getTime()));
  if (schedule.recurrence !== null && isEndless(parseRule(schedule.recurrence.rrule))) {
    horizon.setUTCDate(horizon.getUTCDate() + ENDLESS_DAYS);
  } else {
    horizon.setUTCFullYear(horizon.getUTCFullYear() + FINITE_YEARS);
  }
  return horizon;
}

export interface MaterialiseWindow {
  /** Members that start earlier are stored already; null: none is. */
  readonly from: Date | null;
  /** Members that start here or later are left for the extender. */
  readonly to: Date;
  readonly now: Date;
  /** How many more members may be stored that are not yet over. */
  readonly room: number;
}

/** A clock change moves a start by a day at the most (Samoa, 2011). */
const MARGIN_MS = 2 * DAY_MS;

export function materialiseFrom(schedule: Schedule, { from, to, now, room }: MaterialiseWindow): Materialised {
  const wallOf = (instant: Date): number => toWallMs(instant.getTime(), schedule.timezone);
  const expansion = expand(schedule, {
    ...(from === null ? {} : { from: formatLocal(wallOf(from) - MARGIN_MS) }),
    until: formatLocal(wallOf(to) + MARGIN_MS),
  });
  // No more than there is room for is worth the conversion to instants.
  const localNow = toLocal(now, schedule.timezone);
  const reach = expansion.starts.filter((start) => start <= localNow).length + room + 1;
  const members: Member[] = [];
  let left = room;
  for (const member of toMembers(schedule, expansion.starts.slice(0, reach))) {
    if (from !== null && member.startsAt < from) continue;
    if (member.startsAt >= to) return { members, horizonAt: to };
    if (member.endsAt > now && left-- === 0) return { members, horizonAt: member.startsAt };
    members.push(member);
  }
  const next = expansion.starts[reach];
  if (next !== undefined) return { members, horizonAt: toInstant(next, schedule.timezone).instant };
  return { members, horizonAt: expansion.complete ? null : to };
}

/**
 * Puts ascending nominal starts on the clock, by instant. Two that land on the same one are one member: of the start that
 * was moved forward and the later one that belongs there, the latter stays (Samoa, 31 December 2011).
 */
export function toMembers(schedule: Schedule, starts: readonly string[]): readonly Member[] {
  const ms = durationMs(schedule.duration);
  const byStart = new Map<number, Member>();
  for (const recurrenceId of starts) {
    const member = toMember(recurrenceId, schedule.timezone, ms);
    byStart.set(member.startsAt.getTime(), member);
  }
  return [...byStart.values()].sort((a, b) => a.startsAt.getTime() - b.startsAt.getTime());
}

function toMember(recurrenceId: string, timezone: string, ms: number): Member {
  const { instant: startsAt, dstAdjusted } = toInstant(recurrenceId, timezone);
  return {
    recurrenceId,
    startsAtLocal: dstAdjusted === 'GAP' ? toLocal(startsAt, timezone) : recurrenceId,
    startsAt,
    endsAt: endOf({ wall: wallMs(recurrenceId), instant: startsAt }, ms, timezone),
    dstAdjusted,
  };
}
