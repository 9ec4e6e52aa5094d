import type { Schedule } from './event';
import type { OccurrenceId } from './ids';
import { keepMember, stayingMember, type KeptMember } from './kept-member';
import { matchMembers, type StoredMember } from './match-members';
import { MAX_MEMBERS_AHEAD, horizonFor, toMembers, type Materialised, type Member } from './materialise';
import { expand } from './recurrence';
import { formatLocal, toLocal, toWallMs } from './wall-clock';

export interface SeriesChange {
  readonly from: Schedule;
  /** Its recurrence was admitted; `shift-recurrence.ts` makes it where only start or zone were edited. */
  readonly to: Schedule;
  /**
   * All occurrences of the event; those that ended two days ago or earlier may be left out, unless they were moved by
   * themselves: their place in the series may lie ahead.
   */
  readonly stored: readonly StoredMember[];
  /** The event's epoch before the change. */
  readonly epoch: number;
  readonly now: Date;
  /** Starts and durations set on single occurrences follow the series, too [B4]. */
  readonly resetOverrides: boolean;
}

export interface SeriesPlan {
  /** Rule, start or zone change: kept and created members carry the next epoch [B1]. */
  readonly newEpoch: boolean;
  readonly keep: readonly KeptMember[];
  readonly create: readonly Member[];
  /** Dates that are gone and that nobody ever registered for: to be deleted. */
  readonly drop: readonly OccurrenceId[];
  /** Dates that are gone and had registrations, none of them active: to be CANCELLED, as their trace. */
  readonly cancel: readonly OccurrenceId[];
  /** Dates that are gone and have active registrations: the edit is refused, DATES_WITH_REGISTRATIONS [B8]. */
  readonly blocked: readonly OccurrenceId[];
  readonly horizonAt: Date | null;
}

/**
 * What an edit of a whole series does to its occurrences [B1, B2, B4, B7-B9]. Past and running ones stay as they are.
 * Future ones are matched with the members of the new rule (`match-members.ts`); cancelled ones match like others and stay
 * cancelled. Future ones of an older epoch are traces of dates dropped before: they match nothing. Nobody is moved into
 * the past: a date that would begin before now stays when it is, and a one-off that people come to is not moved there.
 */
export function planSeriesChange(change: SeriesChange): SeriesPlan {
  const { from, to, stored, epoch, now } = change;
  const past = stored.filter(({ startsAt }) => startsAt <= now);
  const future = stored.filter((member) => member.startsAt > now && member.epoch === epoch);
  const { members, horizonAt } = newMembers(change, future);
  const { pairs, open } = matchMembers({ from, to, epoch, past, future, members, now });

  const keep: KeptMember[] = [];
  const gone: StoredMember[] = future.filter((member) => !pairs.has(member));
  for (const [member, match] of pairs) {
    const next = keepMember(change.resetOverrides ? { ...member, overriddenFields: [] } : member, match, to);
    if (next.startsAt > now) keep.push(next);
    else if (to.recurrence !== null) keep.push(stayingMember(member, match, to));
    else if (member.activeRegistrations > 0) gone.push(member);
    else keep.push(next);
  }
  const room = MAX_MEMBERS_AHEAD - keep.length - past.filter(({ endsAt }) => endsAt > now).length;
  const created = withinReach(
    open.filter(({ startsAt }) => startsAt > now),
    { horizonAt, room },
  );
  return {
    newEpoch: startsNewEpoch(from, to),
    keep,
    create: created.members,
    horizonAt: created.horizonAt,
    ...partGone(gone),
  };
}

/** Rule, start or zone differ. A new duration alone leaves the keys as they are. */
export function startsNewEpoch(from: Schedule, to: Schedule): boolean {
  const key = ({ timezone, startsAtLocal, recurrence }: Schedule): string =>
    JSON.stringify([timezone, startsAtLocal, recurrence && [recurrence.rrule, recurrence.exdates, recurrence.rdates]]);
  return key(from) !== key(to);
}

/**
 * The new rule's members from the first date that matters (today; further back, that of an occurrence moved on from
 * there, or the new start of a one-off) to the horizon, or to the last date that is stored already.
 */
function newMembers({ from, to, now }: SeriesChange, future: readonly StoredMember[]): Materialised {
  const dates = [toLocal(now, to.timezone), ...future.map(({ recurrenceId }) => recurrenceId)];
  if (from.recurrence === null) dates.push(to.startsAtLocal);
  const horizonAt = horizonFor(to, now);
  const lasts = [...dates, formatLocal(toWallMs(horizonAt.getTime(), to.timezone))];
  const expansion = expand(to, {
    from: `${dates.reduce((a, b) => (a < b ? a : b)).slice(0, 10)}T00:00:00`,
    until: `${lasts.reduce((a, b) => (a > b ? a : b)).slice(0, 10)}T23:59:59`,
  });
  return { members: toMembers(to, expansion.starts), horizonAt: expansion.complete ? null : horizonAt };
}

/** Members beyond the horizon were only there to be matched: the extender will create those that are not stored. */
function withinReach(
  members: readonly Member[],
  { horizonAt, room }: { readonly horizonAt: Date | null; readonly room: number },
): Materialised {
  const near = members.filter(({ startsAt }) => horizonAt === null || startsAt < horizonAt);
  const firstLeftOut = near[Math.max(room, 0)];
  return { members: near.slice(0, Math.max(room, 0)), horizonAt: firstLeftOut?.startsAt ?? horizonAt };
}

function partGone(gone: readonly StoredMember[]): Pick<SeriesPlan, 'drop' | 'cancel' | 'blocked'> {
  const ids = (isMeant: (member: StoredMember) => boolean): readonly OccurrenceId[] =>
    gone.filter(isMeant).map(({ id }) => id);
  return {
    drop: ids(({ hasRegistrationHistory }) => !hasRegistrationHistory),
    cancel: ids((m) => m.hasRegistrationHistory && m.activeRegistrations === 0 && m.status !== 'CANCELLED'),
    blocked: ids((m) => m.hasRegistrationHistory && m.activeRegistrations > 0),
  };
}
