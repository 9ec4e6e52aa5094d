import type { RegistrationDoc } from '../../src/store/registration.schema';
import { type Keyed, mayHaveHappened, ofKind } from './attempts';
import type { Dump } from './dump';
import type { Finding } from './findings';

const holderOf = (userId: string): string => `u:${userId}`;

/** I7, I8: what was acknowledged is there, and what is there was asked for. */
export function brokenEffects(keyed: readonly Keyed[], dump: Dump): Finding[] {
  const registrations = new Map(dump.registrations.map((one) => [one._id.toHexString(), one]));
  return [
    ...lostRegistrations(keyed, registrations),
    ...lostCancellations(keyed, registrations),
    ...phantomRegistrations(keyed, dump),
    ...unexplainedCancellations(keyed, dump),
    ...removals(keyed, dump),
  ];
}

function lostRegistrations(keyed: readonly Keyed[], stored: ReadonlyMap<string, RegistrationDoc>): Finding[] {
  return ofKind(keyed, 'register').flatMap(({ id, op, attempts }): Finding[] => {
    const told = attempts.find(({ outcome }) => outcome === 'ok')?.said.id;
    if (told === undefined) return [];
    const found = stored.get(told);
    if (found === undefined)
      return [{ invariant: 'I7', what: `${id}: registration ${told} was confirmed and is gone` }];
    const isIt =
      found.tenantId.toHexString() === op.tenantId &&
      found.occurrenceId.toHexString() === op.occurrenceId &&
      found.holder === holderOf(op.userId) &&
      found.seats === op.seats;
    return isIt ? [] : [{ invariant: 'I7', what: `${id}: registration ${told} is not what was confirmed` }];
  });
}

function lostCancellations(keyed: readonly Keyed[], stored: ReadonlyMap<string, RegistrationDoc>): Finding[] {
  return ofKind(keyed, 'cancel')
    .filter(({ fate, op }) => fate === 'done' && stored.get(op.registrationId)?.status !== 'CANCELLED')
    .map(({ id, op }) => ({ invariant: 'I7', what: `${id}: the cancellation of ${op.registrationId} is gone` }));
}

/** Each registration belongs to exactly one key; its row says so. */
function phantomRegistrations(keyed: readonly Keyed[], { registrations, idempotency }: Dump): Finding[] {
  const outcomes = new Map(idempotency.map(({ _id, outcome }) => [_id, outcome.id]));
  const owners = new Map<string, number>();
  for (const one of ofKind(keyed, 'register').filter(mayHaveHappened)) {
    const made = outcomes.get(one.id);
    if (made !== undefined) owners.set(made, (owners.get(made) ?? 0) + 1);
  }
  return registrations.flatMap(({ _id, holder }): Finding[] => {
    const count = owners.get(_id.toHexString()) ?? 0;
    if (count === 1) return [];
    const what = `registration ${_id.toHexString()} of ${holder}: ${count === 0 ? 'no request made it' : `${count} keys made it`}`;
    return [{ invariant: count === 0 ? 'I8' : 'I10', what }];
  });
}

function unexplainedCancellations(keyed: readonly Keyed[], { registrations }: Dump): Finding[] {
  const asked = new Set(
    ofKind(keyed, 'cancel')
      .filter(mayHaveHappened)
      .map(({ op }) => op.registrationId),
  );
  const removed = new Set(
    ofKind(keyed, 'remove')
      .filter(mayHaveHappened)
      .map(({ op }) => holderOf(op.removedId)),
  );
  return registrations
    .filter(
      ({ _id, status, holder }) => status === 'CANCELLED' && !asked.has(_id.toHexString()) && !removed.has(holder),
    )
    .map(({ _id }) => ({ invariant: 'I8', what: `registration ${_id.toHexString()} was cancelled by nobody` }));
}

function removals(keyed: readonly Keyed[], { users }: Dump): Finding[] {
  const asked = ofKind(keyed, 'remove');
  const may = new Set(asked.filter(mayHaveHappened).map(({ op }) => op.removedId));
  const gone = new Set(users.filter(({ status }) => status === 'REMOVED').map(({ _id }) => _id.toHexString()));
  return [
    ...asked
      .filter(({ fate, op }) => fate === 'done' && !gone.has(op.removedId))
      .map(({ id }): Finding => ({ invariant: 'I7', what: `${id}: the removal is gone` })),
    ...[...gone]
      .filter((id) => !may.has(id))
      .map((id): Finding => ({ invariant: 'I8', what: `${id} was removed by nobody` })),
  ];
}

/**
 * I12, once nothing is under way: no work is left, and what a removal left is done. What was put off on a day that a clock
 * was set to, and that has not come yet, is not late.
 */
export function unfinishedWork({ journal, registrations, users }: Dump, now: Date): Finding[] {
  const gone = new Set(
    users.filter(({ status }) => status === 'REMOVED').map(({ _id }) => holderOf(_id.toHexString())),
  );
  const isToCome = ({ _id, due }: Dump['journal'][number]): boolean =>
    due !== undefined && due > now && _id.getTimestamp() > now;
  const due = journal.filter((row) => (row.due !== undefined || row.deadAt !== undefined) && !isToCome(row));
  const kept = registrations.filter(({ holder, status }) => status !== 'CANCELLED' && gone.has(holder));
  return [
    ...due.map(({ _id, type }): Finding => ({ invariant: 'I12', what: `${type} ${_id.toHexString()} is left` })),
    ...kept.map(({ _id }): Finding => ({ invariant: 'I12', what: `${_id.toHexString()} is held by somebody removed` })),
  ];
}
