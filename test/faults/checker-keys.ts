import { type Keyed, sameOp } from './attempts';
import type { Dump } from './dump';
import type { Finding } from './findings';

/** I9, I10: what became of each key, by the answers and by the row that its effect's transaction wrote. */
export function brokenKeys(keyed: readonly Keyed[], { idempotency }: Dump): Finding[] {
  const rows = new Map(idempotency.map((row) => [row._id, row]));
  const asked = new Set(keyed.map(({ id }) => id));
  const phantoms = idempotency.filter(({ _id }) => !asked.has(_id));
  return [
    ...phantoms.map(({ _id }): Finding => ({ invariant: 'I8', what: `${_id}: a key that nobody sent` })),
    ...keyed.flatMap((one) => brokenKey(one, rows.get(one.id)?.outcome.id)),
  ];
}

function brokenKey({ id, op, attempts, fate }: Keyed, stored: string | undefined): Finding[] {
  const found: Finding[] = [];
  const say = (invariant: Finding['invariant'], what: string): void =>
    void found.push({ invariant, what: `${id}: ${what}` });
  if (fate === 'never settled')
    say('I9', `${op.kind} stayed unknown: ${attempts.map(({ said }) => said.code).join(', ')}`);
  if (fate === 'not done' && stored !== undefined) say('I9', `${op.kind} was told no and has an effect`);
  if (fate === 'done' && stored === undefined) say('I10', `${op.kind} was done and its idempotency row is missing`);
  const answers = attempts.filter(({ outcome }) => outcome === 'ok');
  const ids = new Set(answers.map(({ said }) => said.id));
  if (ids.size > 1) say('I10', `one key, answers ${[...ids].join(' and ')}`);
  if (stored !== undefined && ids.size === 1 && !ids.has(stored))
    say('I10', `told ${[...ids].join()}, stored ${stored}`);
  if (answers.some((one) => !sameOp(one.op, op))) say('I10', 'another request was answered under the same key');
  return found;
}
