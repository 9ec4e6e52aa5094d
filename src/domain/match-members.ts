import type { Schedule } from './event';
import type { Movable } from './kept-member';
import type { Member } from './materialise';
import type { Occurrence } from './occurrence';
import { expand } from './recurrence';

/** What the planner has to know of a stored occurrence. */
export interface StoredMember extends Movable, Pick<Occurrence, 'epoch' | 'status'> {
  /** Somebody registered at some time: it is never deleted [B1, B12]. */
  readonly hasRegistrationHistory: boolean;
  readonly activeRegistrations: number;
}

export interface Unmatched {
  readonly from: Schedule;
  readonly to: Schedule;
  /** Of `from`. */
  readonly epoch: number;
  /** What has begun stays as it is, and its place in the series is taken. */
  readonly past: readonly StoredMember[];
  /** What is still to come, of the current epoch. */
  readonly future: readonly StoredMember[];
  /** Those of the new rule, by start. */
  readonly members: readonly Member[];
  readonly now: Date;
}

export interface Matched {
  readonly pairs: ReadonlyMap<StoredMember, Member>;
  /** Members of the new rule that nothing stored stands for. */
  readonly open: readonly Member[];
}

/**
 * Which stored date is which member of the new rule. Where start and zone stay, a date is its nominal start; what is left,
 * and everything where they change, is matched by nominal date and ordinal of the day: a series edited from 10:00 to 11:00
 * keeps every registration, and one that loses a session of a day moves nobody to another one of it [B1, B8].
 */
export function matchMembers({ from, to, epoch, past, future, members, now }: Unmatched): Matched {
  const pairs = new Map<StoredMember, Member>();
  const newKeys = dayKeys(members);
  const open = new Map(members.map((member) => [newKeys.get(member), member]));
  const unpaired = (): StoredMember[] => future.filter((stored) => !pairs.has(stored));
  const pair = (stored: StoredMember, key: string | undefined): void => {
    const match = open.get(key);
    if (match === undefined) return;
    pairs.set(stored, match);
    open.delete(key);
  };
  const counted = dayKeys([...past, ...future]);
  if (from.timezone === to.timezone && from.startsAtLocal === to.startsAtLocal) {
    const keyOf = new Map(members.map((member) => [member.recurrenceId, newKeys.get(member)]));
    for (const { recurrenceId } of past) open.delete(keyOf.get(recurrenceId));
    for (const stored of future) pair(stored, keyOf.get(stored.recurrenceId));
    const held = heldMembers(
      from,
      past.filter((stored) => stored.epoch !== epoch),
      counted,
    );
    for (const recurrenceId of held) open.delete(keyOf.get(recurrenceId));
  } else {
    for (const stored of past) open.delete(counted.get(stored));
  }
  const inRule = ruleKeys(from, unpaired());
  for (const stored of unpaired()) pair(stored, inRule.get(stored.recurrenceId) ?? counted.get(stored));
  // A one-off that is moved to another day, or starts to recur, stays what it was: the first one [B17].
  if (from.recurrence === null) for (const stored of unpaired()) pair(stored, firstOf(open, now));
  return { pairs, open: [...open.values()] };
}

/**
 * The members whose places belong to what began under an older start. Asked after the pairing: what is stored and still to
 * come has its place by then.
 */
function heldMembers(
  from: Schedule,
  older: readonly StoredMember[],
  keyOf: ReadonlyMap<StoredMember, string>,
): readonly string[] {
  const held = new Set(older.map((stored) => keyOf.get(stored)));
  return [...ruleKeys(from, older)].filter(([, key]) => held.has(key)).map(([recurrenceId]) => recurrenceId);
}

/** The first that is still to come; else the first. */
const firstOf = (open: ReadonlyMap<string | undefined, Member>, now: Date): string | undefined =>
  [...open].find(([, { startsAt }]) => startsAt > now)?.[0] ?? [...open.keys()][0];

/** `2027-03-01#2`: the second start of that day. It is the nominal date that counts, wherever an override moved it to. */
function dayKeys<M extends { readonly recurrenceId: string }>(members: readonly M[]): ReadonlyMap<M, string> {
  const startsOnDate = new Map<string, number>();
  const keys = new Map<M, string>();
  for (const member of [...members].sort((a, b) => (a.recurrenceId < b.recurrenceId ? -1 : 1))) {
    const date = member.recurrenceId.slice(0, 10);
    const ordinal = (startsOnDate.get(date) ?? 0) + 1;
    startsOnDate.set(date, ordinal);
    keys.set(member, `${date}#${ordinal}`);
  }
  return keys;
}

/**
 * The keys of nominal starts under the rule of before. Counted there and not among what is stored: of a date that was moved
 * here from a day long over, the others of that day are not at hand.
 */
function ruleKeys(from: Schedule, stored: readonly StoredMember[]): ReadonlyMap<string, string> {
  const dates = stored.map(({ recurrenceId }) => recurrenceId.slice(0, 10)).sort();
  const [first, last] = [dates[0], dates.at(-1)];
  if (first === undefined || last === undefined) return new Map();
  const { starts } = expand(from, { from: `${first}T00:00:00`, until: `${last}T23:59:59` });
  const keys = dayKeys(starts.map((recurrenceId) => ({ recurrenceId })));
  return new Map([...keys].map(([{ recurrenceId }, key]) => [recurrenceId, key]));
}
