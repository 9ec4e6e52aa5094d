import { type Entry, isWrite, type WriteOp } from './history';

/** All requests under one idempotency key of one person. */
export interface Keyed {
  /** As the idempotency row is called. */
  readonly id: string;
  /** What the key stands for: of several requests that came under it, the one that was done. */
  readonly op: WriteOp;
  readonly attempts: readonly Entry[];
  /** Hidden: who asked was removed meanwhile, and is told nothing any more. */
  readonly fate: 'done' | 'not done' | 'hidden' | 'never settled';
}

export const sameOp = (one: object, other: object): boolean => JSON.stringify(one) === JSON.stringify(other);

export function keyedOf(history: readonly Entry[]): Keyed[] {
  const byId = new Map<string, Entry[]>();
  for (const entry of history) {
    if (entry.key === null) continue;
    const id = `${entry.op.tenantId}|u:${entry.op.userId}|${entry.key}`;
    const those = byId.get(id);
    if (those) those.push(entry);
    else byId.set(id, [entry]);
  }
  return [...byId].flatMap(([id, attempts]) => {
    const told = (outcome: Entry['outcome']) => attempts.find((one) => one.outcome === outcome);
    const op = (told('ok') ?? told('unknown') ?? attempts[0])?.op;
    return op && isWrite(op) ? [{ id, op, attempts, fate: fateOf(attempts) }] : [];
  });
}

/** Of what was asked under a key, the requests that somebody was not told the outcome of, each once. */
export function unknownOps({ attempts }: Pick<Keyed, 'attempts'>): WriteOp[] {
  const unknown = attempts.filter(({ outcome }) => outcome === 'unknown').map(({ op }) => op);
  return unknown.filter(isWrite).filter((op, index) => unknown.findIndex((other) => sameOp(op, other)) === index);
}

/** An answer to a request that is asked last, when nothing is under way any more, says it for all before it. */
function fateOf(attempts: readonly Entry[]): Keyed['fate'] {
  if (attempts.some(({ outcome }) => outcome === 'ok')) return 'done';
  const no = attempts.filter(({ settles, outcome }) => settles && outcome === 'fail');
  const isSettled = (op: WriteOp): boolean => no.some((one) => sameOp(one.op, op));
  if (!unknownOps({ attempts }).every(isSettled)) return 'never settled';
  return no.some(({ said }) => said.code === 'UNAUTHENTICATED') ? 'hidden' : 'not done';
}

/** Whether it may have happened: asked for, and not told no each time. */
export const mayHaveHappened = ({ fate }: Keyed): boolean => fate !== 'not done';

/** Requests of one kind, with the kind's own fields. */
export const ofKind = <K extends WriteOp['kind']>(
  keyed: readonly Keyed[],
  kind: K,
): (Keyed & { readonly op: Extract<WriteOp, { kind: K }> })[] =>
  keyed.filter((one): one is Keyed & { readonly op: Extract<WriteOp, { kind: K }> } => one.op.kind === kind);
