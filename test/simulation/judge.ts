import type { Attempt, Caller } from './caller';
import type { History } from './history';
import { isFulfilled, isJustified, latestOf } from './verdict';

export interface Circumstances {
  readonly history: History;
  /** How far a clock was ahead at most, milliseconds. */
  readonly jumpMs: number;
}

/**
 * Compares what the clients were told with what happened (`reliability.md` I7 to I10): every yes is true, every definite
 * no was right at some moment and left nothing behind, a key has one effect and one answer, and nothing happened that
 * nobody asked for.
 */
export function judge(callers: readonly Caller[], circumstances: Circumstances): string[] {
  const rowsOf = new Map<string, number>();
  for (const { requestId } of circumstances.history.rows) rowsOf.set(requestId, (rowsOf.get(requestId) ?? 0) + 1);
  const known = new Set(callers.flatMap(({ attempts }) => attempts.map(({ requestId }) => requestId)));
  const stray = [...rowsOf.keys()].filter((id) => !known.has(id) && !id.startsWith('work-'));
  return [
    ...stray.map((id) => `phantom: rows of ${id}, which nobody sent`),
    ...callers.flatMap((caller) => [
      ...caller.attempts.flatMap((attempt) => ofAttempt(caller, attempt, circumstances)),
      ...ofCall(caller, rowsOf),
    ]),
    ...repeatedRegistrations(circumstances.history),
  ];
}

function ofAttempt({ prepared, call }: Caller, attempt: Attempt, { history, jumpMs }: Circumstances): string[] {
  const { requestId, faulty, invoked, returned, outcome } = attempt;
  const asked = `${requestId} (${call.operation.type})`;
  if (prepared === null) return [];
  if (outcome === null || returned === null) return [`silence: ${asked} was never answered`];
  switch (outcome.kind) {
    case 'fault':
      return [`fault: ${asked}: ${String(outcome.error)}`];
    case 'unknown':
      return faulty ? [] : [`unknown: ${asked}: ${outcome.why}, and nothing went wrong`];
    case 'ok': {
      const before = history.between(0, returned.commit);
      return isFulfilled(prepared.wish, outcome.id, before) ? [] : [`lost: ${asked} was told yes, and it is not so`];
    }
    case 'no': {
      const rows = history.rows.filter((row) => row.requestId === requestId);
      const states = history.between(invoked.commit, returned.commit);
      const window = { states, latest: latestOf(returned.now, jumpMs), faulty };
      return [
        ...rows.map((row) => `effect of a no: ${asked} was told ${outcome.error.code}, and there is ${row.type}`),
        ...(isJustified(prepared.wish, outcome.error, window)
          ? []
          : [`wrong no: ${asked} was told ${JSON.stringify({ ...outcome.error, message: outcome.error.message })}`]),
      ];
    }
  }
}

/** One effect per call, however often it was asked; and once it was told yes, always the same yes. */
function ofCall({ number, key, attempts, isTold }: Caller, rowsOf: ReadonlyMap<string, number>): string[] {
  if (attempts.length === 0) return [];
  const effective = attempts.filter(({ requestId }) => rowsOf.has(requestId));
  const told = attempts.flatMap(({ outcome }) => (outcome?.kind === 'ok' ? [outcome.id] : []));
  const firstYes = Math.min(
    ...attempts.map(({ outcome, returned }) => (outcome?.kind === 'ok' ? (returned?.now ?? 0) : Infinity)),
  );
  const noAfterYes = attempts.filter(
    ({ outcome, invoked }) => outcome?.kind === 'no' && outcome.error.code !== 'BUSY' && invoked.now > firstYes,
  );
  return [
    ...(effective.length > 1 ? [`twice: call ${number} had its effect ${effective.length} times`] : []),
    ...(new Set(told).size > 1 ? [`two answers: call ${number} was told ${told.join(' and ')}`] : []),
    ...noAfterYes.map(({ requestId }) => `no after yes: ${requestId}`),
    ...(key !== null && !isTold ? [`unsettled: call ${number} is not told in the end`] : []),
  ];
}

/** One request makes one registration at most. */
function repeatedRegistrations({ rows }: History): string[] {
  const made = rows.filter(({ type }) => type === 'REGISTERED').map(({ requestId }) => requestId);
  return made.filter((id, index) => made.indexOf(id) !== index).map((id) => `twice: ${id} made two registrations`);
}
