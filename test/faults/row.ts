import type { Fault, Observed } from './fault';
import type { Finding, Invariant } from './findings';
import { isRefusal, isWrite } from './history';

/** What a fault came to; plain data, as it is kept in JSON. */
export interface Row {
  readonly kind: string;
  readonly name: string;
  readonly expected: string;
  /** How often it was injected. */
  readonly injections: number;
  /** Requests that were to change something. */
  readonly operations: number;
  readonly acknowledged: number;
  /** Told no by a rule of the product. */
  readonly refused: number;
  /** Told no for the fault's sake, by code: nothing happened. */
  readonly errors: Readonly<Record<string, number>>;
  /** Requests whose clients did not learn what became of them, repeated ones once; and how many of those were settled. */
  readonly unknown: number;
  readonly settled: number;
  readonly lost: number;
  readonly duplicates: number;
  readonly overbooked: number;
  readonly overlaps: number;
  /** Broken promises besides these. */
  readonly others: number;
  readonly unavailableMs: number;
  /** null: not before the run ended. */
  readonly recoveryMs: number | null;
  readonly notes: readonly string[];
  /** What was expected and not seen; with what the checker found. Empty is the only good answer. */
  readonly faults: readonly string[];
  /** When it was saved, and of what: the day, UTC, and the commit. Absent: before that was written down. */
  readonly ran?: { readonly date: string; readonly commit: string };
}

const COLUMNS: Readonly<Record<'lost' | 'duplicates' | 'overbooked' | 'overlaps', readonly Invariant[]>> = {
  lost: ['I7'],
  duplicates: ['I6', 'I10'],
  overbooked: ['I1'],
  overlaps: ['I5'],
};

const MAX_TOLD = 10;

export interface Ran {
  readonly observed: Observed;
  readonly settled: { readonly unknown: number; readonly settled: number };
  readonly findings: readonly Finding[];
  readonly injections: number;
  readonly notes: readonly string[];
  readonly missed: readonly string[];
}

export function makeRow({ kind, name, expected }: Fault, ran: Ran): Row {
  const { observed, settled, findings, injections, notes, missed } = ran;
  const writes = observed.entries.filter(({ op, settles }) => isWrite(op) && !settles);
  const among = (invariants: readonly Invariant[]): number =>
    findings.filter(({ invariant }) => invariants.includes(invariant)).length;
  const named = Object.values(COLUMNS).flat();
  const told = findings.slice(0, MAX_TOLD).map(({ invariant, what }) => `${invariant}: ${what}`);
  const more = findings.length > MAX_TOLD ? [`and ${findings.length - MAX_TOLD} more`] : [];
  return {
    ...{ kind, name, expected, injections, ...settled, notes },
    operations: writes.length,
    acknowledged: writes.filter(({ outcome }) => outcome === 'ok').length,
    refused: writes.filter(isRefusal).length,
    errors: tally(writes.filter((one) => one.outcome === 'fail' && !isRefusal(one)).map(({ said }) => said.code)),
    lost: among(COLUMNS.lost),
    duplicates: among(COLUMNS.duplicates),
    overbooked: among(COLUMNS.overbooked),
    overlaps: among(COLUMNS.overlaps),
    others: findings.filter(({ invariant }) => !named.includes(invariant)).length,
    unavailableMs: Math.round(observed.unavailableMs),
    recoveryMs: Number.isFinite(observed.recoveryMs) ? Math.round(observed.recoveryMs) : null,
    faults: [...missed, ...told, ...more],
  };
}

function tally(codes: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const code of codes) counts[code] = (counts[code] ?? 0) + 1;
  return counts;
}
