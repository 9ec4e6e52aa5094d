import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RecurrenceSet } from '../../src/domain/recurrence';

/** RFC 5545 cases of libical, ical.js and dateutil on which at least two independent libraries agree. */
export interface CorpusCase {
  readonly name: string;
  readonly set: RecurrenceSet & { readonly recurrence: NonNullable<RecurrenceSet['recurrence']> };
  readonly expected: readonly string[];
  /** false: `expected` holds the first members only. */
  readonly complete: boolean;
}

interface RawCase {
  readonly src: string;
  readonly id: number | string;
  readonly rrule: string;
  readonly dtstart: string;
  readonly expected: readonly string[];
  readonly complete: boolean;
}

/** `19970902T090000` or, as midnight, `19970902`. */
const toLocalText = (text: string): string => {
  const time = text.slice(9, 15).padEnd(6, '0');
  return (
    `${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6, 8)}` +
    `T${time.slice(0, 2)}:${time.slice(2, 4)}:${time.slice(4)}`
  );
};

export function corpusCases(): readonly CorpusCase[] {
  const file = join(__dirname, '../fixtures/recurrence-cases.json');
  const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { cases: readonly RawCase[] };
  return cases.map((raw) => ({
    name: `${raw.src} ${raw.id}: ${raw.rrule}`,
    set: {
      timezone: 'UTC',
      startsAtLocal: toLocalText(raw.dtstart),
      recurrence: { rrule: raw.rrule, exdates: [], rdates: [] },
    },
    expected: raw.expected.map(toLocalText),
    complete: raw.complete,
  }));
}
