import { brokenStored } from '../support/stored-bookings';
import { keyedOf } from './attempts';
import { brokenEdits } from './checker-edits';
import { brokenEffects, unfinishedWork } from './checker-effects';
import { brokenKeys } from './checker-keys';
import { brokenOwnReads, staleReads } from './checker-reads';
import { brokenClocks, brokenSeries } from './checker-series';
import type { Dump } from './dump';
import type { Finding } from './findings';
import type { Entry } from './history';

export interface Circumstances {
  /** By when nothing is under way any more and nothing is left to be done, so that I12 can be judged; null: not yet. */
  readonly atRest: Date | null;
  /** How long another process may show metadata as it was, milliseconds. */
  readonly staleMs: number;
}

/**
 * Compares what clients were told with what the database has. Pure: the log and the dump are all that it knows, so it
 * can be given damaged ones, and has to find the damage.
 */
export function check(history: readonly Entry[], dump: Dump, { atRest, staleMs }: Circumstances): Finding[] {
  const keyed = keyedOf(history);
  return [
    ...brokenStored(dump),
    ...brokenKeys(keyed, dump),
    ...brokenEffects(keyed, dump),
    ...brokenEdits(keyed, dump),
    ...brokenOwnReads(history, keyed),
    ...staleReads(history, keyed, staleMs),
    ...leaks(history, dump),
    ...brokenSeries(dump),
    ...brokenClocks(dump),
    ...(atRest ? unfinishedWork(dump, atRest) : []),
  ];
}

const BUSY = 'BusyError';

/** A "busy" tells of nobody's date where the same process had it for those, too, whose dates they were, at that time. */
const isBusyForAll = ({ said, server, ...waited }: Entry, turnedAway: readonly Entry[]): boolean =>
  said.code === BUSY &&
  turnedAway.some((one) => one.server === server && one.invoke <= waited.return && one.return >= waited.invoke);

/** I14: all that belongs together is one tenant's, and whoever reached for another one's was told that there is no such. */
function leaks(history: readonly Entry[], { occurrences, registrations, users }: Dump): Finding[] {
  const tenantOf = new Map<string, string>(
    [...occurrences, ...registrations, ...users].map(({ _id, tenantId }) => [
      _id.toHexString(),
      tenantId.toHexString(),
    ]),
  );
  const mixed = registrations.filter(({ tenantId, occurrenceId, userId }) => {
    const home = tenantId.toHexString();
    const dateIsElsewhere = tenantOf.get(occurrenceId.toHexString()) !== home;
    return dateIsElsewhere || (userId !== null && tenantOf.get(userId.toHexString()) !== home);
  });
  const isForeign = ({ op }: Entry): boolean => {
    const target = op.kind === 'cancel' ? op.registrationId : 'occurrenceId' in op ? op.occurrenceId : undefined;
    const owner = target === undefined ? undefined : tenantOf.get(target);
    return owner !== undefined && owner !== op.tenantId;
  };
  const turnedAway = history.filter((entry) => entry.said.code === BUSY && !isForeign(entry));
  const reached = history.filter((entry) => {
    const { outcome, said } = entry;
    if (!isForeign(entry)) return false;
    return outcome === 'ok' || (outcome === 'fail' && said.code.endsWith('Error') && !isBusyForAll(entry, turnedAway));
  });
  return [
    ...mixed.map(({ _id }): Finding => ({
      invariant: 'I14',
      what: `registration ${_id.toHexString()} crosses tenants`,
    })),
    ...reached.map(({ op, said }): Finding => ({ invariant: 'I14', what: `${op.kind} across tenants: ${said.code}` })),
  ];
}
