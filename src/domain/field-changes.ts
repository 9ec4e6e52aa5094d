import type { JournalRow } from './journal';

/** One field of a change, its values as text. */
export interface FieldChange {
  /** As it is called where it is set; a part of it after a dot: `recurrence.rrule`. */
  readonly field: string;
  /** null: it had no value, or there was no earlier one. */
  readonly before: string | null;
  readonly after: string | null;
}

/** The service's own bookkeeping: it says nothing to a person. */
const BOOKKEEPING: ReadonlySet<string> = new Set([
  'accountId',
  'dstAdjusted',
  'epoch',
  'hidden',
  'horizonAt',
  // Whether somebody is known elsewhere is nothing that an organization learns.
  'newAccount',
  'paused',
  'recurrenceId',
]);

/** Above what any edit sets at once; the cost of an operation counts on it. */
export const MAX_CHANGES = 20;

/**
 * What a journal row says was changed, in the row's own order [N7]. `p` is what was set, `p.before` what it replaced; a
 * field that is only in `before` is gone, one that is only in `p` was not there or is a fact of the change itself.
 */
export function fieldChanges({ p }: Pick<JournalRow, 'p'>): FieldChange[] {
  const { before: replaced, ...set } = p;
  const before = new Map(isRecord(replaced) ? leaves(replaced) : []);
  const after = new Map(leaves(set));
  return [...new Set([...after.keys(), ...before.keys()])]
    .map((field) => ({ field, before: before.get(field) ?? null, after: after.get(field) ?? null }))
    .filter((change) => change.before !== change.after)
    .slice(0, MAX_CHANGES);
}

/** Every value of a record with its path; a list is one value. */
function leaves(record: Readonly<Record<string, unknown>>, above = ''): [string, string | null][] {
  return Object.entries(record)
    .filter(([field]) => !BOOKKEEPING.has(field))
    .flatMap(([field, value]): [string, string | null][] =>
      isRecord(value) ? leaves(value, `${above}${field}.`) : [[`${above}${field}`, textOf(value)]],
    );
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);

function textOf(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map((entry: unknown) => textOf(entry) ?? '').join(', ');
  return typeof value === 'string' ? value : JSON.stringify(value);
}
