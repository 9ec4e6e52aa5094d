/** Why a mutant that no test notices is right to survive, by file and by what it puts for what. */
export interface Explanation {
  readonly file: string;
  readonly code: string;
  readonly replacement: string;
  readonly why: string;
}

const ALWAYS_THERE = 'for the compiler: a registration’s date is always loaded with it, and never goes before it';
const NEVER_THROWN = 'a guard against our own mistakes: a change of what was not loaded would fail one line later';
const MOVED_WITH_ITS_DATE =
  'for the compiler: a registration is moved because its date was edited a few lines before, so the date is there';

/** By file: what the code says, what it becomes, and why nobody can notice. */
const REASONS: Readonly<Record<string, readonly (readonly [code: string, replacement: string, why: string])[]>> = {
  'src/domain/booking/cancellation.ts': [
    ['occurrence === null', 'false', ALWAYS_THERE],
    ['occurrence !== null', 'true', ALWAYS_THERE],
  ],
  'src/domain/booking/decide-edit.ts': [
    [
      'set.capacity === undefined',
      'false',
      'for the compiler: a capacity that is not set is below nothing (`undefined < taken` is false), so the date is passed over all the same',
    ],
    [
      'registration === null',
      'false',
      'for the compiler: an edit’s view asks for registrations by their dates, never by id, so none is asked for and not there',
    ],
    [
      'ledger.occurrence(registration.occurrenceId)?.rules',
      'ledger.occurrence(registration.occurrenceId).rules',
      MOVED_WITH_ITS_DATE,
    ],
    ['occurrence === null', 'false', MOVED_WITH_ITS_DATE],
  ],
  'src/domain/booking/ledger.ts': [
    [
      '[]',
      '["Stryker was here"]',
      'beside what a bucket holds: the text that is put there has no times, so it overlaps nothing and is passed over',
    ],
    ['registration === null', 'false', NEVER_THROWN],
    ['before === null', 'false', NEVER_THROWN],
  ],
};

export const EXPLAINED: readonly Explanation[] = Object.entries(REASONS).flatMap(([file, reasons]) =>
  reasons.map(([code, replacement, why]) => ({ file, code, replacement, why })),
);
