import { type Keyed, mayHaveHappened, ofKind } from './attempts';
import type { Finding } from './findings';
import type { Entry, ReadDateOp, ReadEventOp } from './history';

interface Read<Op> extends Entry {
  readonly op: Op & Entry['op'];
}

const readsOf = <K extends 'readDate' | 'readEvent'>(history: readonly Entry[], kind: K) =>
  history.filter(
    (entry): entry is Read<K extends 'readDate' ? ReadDateOp : ReadEventOp> =>
      entry.op.kind === kind && entry.outcome === 'ok',
  );

/** When something was acknowledged first; Infinity: never. */
const acknowledgedAt = ({ attempts }: Keyed): number =>
  Math.min(...attempts.filter(({ outcome }) => outcome === 'ok').map((entry) => entry.return), Infinity);
const firstAskedAt = ({ attempts }: Keyed): number => Math.min(...attempts.map(({ invoke }) => invoke));

/** I17 and, on the wire, I1: whoever was told of a seat sees it, whoever gave it back does not. */
export function brokenOwnReads(history: readonly Entry[], keyed: readonly Keyed[]): Finding[] {
  const registers = ofKind(keyed, 'register').filter(mayHaveHappened);
  const ends = endings(keyed);
  return readsOf(history, 'readDate').flatMap((read): Finding[] => {
    const { userId, occurrenceId } = read.op;
    const { mine, seatsTaken = 0, capacity = null } = read.said;
    const own = registers.filter(({ op }) => op.userId === userId && op.occurrenceId === occurrenceId);
    const held = own.flatMap((one) => {
      const id = one.attempts.find(({ outcome }) => outcome === 'ok')?.said.id;
      const ended = Math.min(ends.byRegistration.get(id ?? '') ?? Infinity, ends.byUser.get(userId) ?? Infinity);
      return id !== undefined && acknowledgedAt(one) < read.invoke && ended > read.return ? [id] : [];
    });
    const active = mine && mine.status !== 'CANCELLED' ? mine.id : null;
    const unseen = held.filter((id) => id !== active);
    const where = `date ${occurrenceId} read by ${userId} at process ${read.server}`;
    return [
      ...unseen.map((id): Finding => ({ invariant: 'I17', what: `${where}: ${id} was confirmed and is not seen` })),
      ...(active !== null && (ends.acknowledged.get(active) ?? Infinity) < read.invoke
        ? [{ invariant: 'I17', what: `${where}: ${active} was cancelled and is seen` } as const]
        : []),
      ...(capacity !== null && seatsTaken > capacity
        ? [{ invariant: 'I1', what: `${where}: ${seatsTaken} of ${capacity} seats taken` } as const]
        : []),
    ];
  });
}

/** From when on a registration may be over, and when its end was acknowledged. */
function endings(keyed: readonly Keyed[]) {
  const byRegistration = new Map<string, number>();
  const acknowledged = new Map<string, number>();
  const earlier = (map: Map<string, number>, id: string, at: number): void =>
    void map.set(id, Math.min(map.get(id) ?? Infinity, at));
  for (const one of ofKind(keyed, 'cancel').filter(mayHaveHappened)) {
    earlier(byRegistration, one.op.registrationId, firstAskedAt(one));
    earlier(acknowledged, one.op.registrationId, acknowledgedAt(one));
  }
  const byUser = new Map<string, number>();
  for (const one of ofKind(keyed, 'remove').filter(mayHaveHappened))
    earlier(byUser, one.op.removedId, firstAskedAt(one));
  return { byRegistration, acknowledged, byUser };
}

/**
 * I18: metadata is read through caches; who was answered by a process reads it there at once, elsewhere within `boundMs`.
 */
export function staleReads(history: readonly Entry[], keyed: readonly Keyed[], boundMs: number): Finding[] {
  const renames = ofKind(keyed, 'rename').flatMap(({ op, attempts }) =>
    attempts.filter(({ outcome }) => outcome === 'ok').map((entry) => ({ op, entry })),
  );
  return readsOf(history, 'readEvent').flatMap((read): Finding[] => {
    const known = renames
      .filter(({ op, entry }) => {
        const bound = entry.server === read.server ? 0 : boundMs;
        return op.eventId === read.op.eventId && entry.return + bound < read.invoke;
      })
      .map(({ op }) => op.expectedRevision + 1);
    const floor = Math.max(0, ...known);
    const { revision = 0 } = read.said;
    const what = `event ${read.op.eventId} at process ${read.server}: revision ${revision}, ${floor} was acknowledged`;
    return revision < floor ? [{ invariant: 'I18', what }] : [];
  });
}
