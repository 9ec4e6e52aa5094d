import type { JournalDoc } from '../../src/store/journal.schema';
import { type Keyed, mayHaveHappened } from './attempts';
import type { Dump } from './dump';
import type { Finding } from './findings';
import type { CapacityOp, MoveOp, RenameOp } from './history';

type Edit = CapacityOp | MoveOp | RenameOp;
type EditKeyed = Keyed & { readonly op: Edit };

const isEdit = (one: Keyed): one is EditKeyed => ['capacity', 'move', 'rename'].includes(one.op.kind);

const targetOf = (op: Edit): string => (op.kind === 'rename' ? `event:${op.eventId}` : `occurrence:${op.occurrenceId}`);

/** What the edit sets. */
function valueOf(op: Edit): readonly [field: string, value: unknown] {
  switch (op.kind) {
    case 'capacity':
      return ['capacity', op.capacity];
    case 'move':
      return ['startsAtLocal', op.startsAtLocal];
    case 'rename':
      return ['name', op.name];
  }
}

const says = (row: JournalDoc, op: Edit): boolean => {
  const [field, value] = valueOf(op);
  return row.actor === `u:${op.userId}` && row.p[field] === value;
};

const UPDATED: ReadonlySet<string> = new Set(['OCCURRENCE_UPDATED', 'EVENT_UPDATED']);

/** I7, I8, I11 of organizers' edits: an edit is the row of the version after the one that it expected. */
export function brokenEdits(keyed: readonly Keyed[], dump: Dump): Finding[] {
  const edits = keyed.filter(isEdit);
  const rows = new Map(dump.journal.map((row) => [`${row.target}@${row.version}`, row]));
  const place = (op: Edit): string => `${targetOf(op)}@${op.expectedRevision + 1}`;
  const lost = edits.filter(({ fate, op }) => {
    const row = rows.get(place(op));
    return fate === 'done' && (row === undefined || !says(row, op));
  });
  const asked = new Map<string, Edit[]>();
  for (const { op } of edits.filter(mayHaveHappened)) asked.set(place(op), [...(asked.get(place(op)) ?? []), op]);
  const phantoms = dump.journal.filter(
    (row) => UPDATED.has(row.type) && !(asked.get(`${row.target}@${row.version}`) ?? []).some((op) => says(row, op)),
  );
  return [
    ...lost.map(({ id, op }): Finding => ({
      invariant: 'I7',
      what: `${id}: the ${op.kind} of ${targetOf(op)} is gone`,
    })),
    ...phantoms.map(({ target, version }): Finding => ({
      invariant: 'I8',
      what: `${target}@${version}: nobody edited it`,
    })),
    ...unfolded(dump),
  ];
}

/** The state is what the history says: versions without a gap, the last one the revision, the last values those stored. */
function unfolded({ occurrences, events, journal }: Dump): Finding[] {
  const byTarget = new Map<string, JournalDoc[]>();
  for (const row of journal) byTarget.set(row.target, [...(byTarget.get(row.target) ?? []), row]);
  const judge = (target: string, stored: object & { readonly revision: number }, first: number): Finding[] => {
    const rows = byTarget.get(target) ?? [];
    const whole =
      rows.every(({ version }, index) => version === first + index) && stored.revision === first - 1 + rows.length;
    const last = Object.assign({}, ...rows.map(({ p }) => p)) as Record<string, unknown>;
    const differing = ['capacity', 'startsAtLocal', 'name'].filter(
      (field) => field in last && (stored as Record<string, unknown>)[field] !== last[field],
    );
    return [
      ...(whole
        ? []
        : [
            {
              invariant: 'I11',
              what: `${target}: revision ${stored.revision}, versions ${rows.map(({ version }) => version).join()}`,
            } as const,
          ]),
      ...differing.map((field): Finding => ({
        invariant: 'I11',
        what: `${target}: ${field} is not what the journal says`,
      })),
    ];
  };
  return [
    // A date is made without a row of its own: its event's says it.
    ...occurrences.flatMap((one) => judge(`occurrence:${one._id.toHexString()}`, one, 2)),
    ...events.flatMap((one) => judge(`event:${one._id.toHexString()}`, one, 1)),
  ];
}
