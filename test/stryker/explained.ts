/** Why a mutant that no test notices is right to survive, by file and by what it puts for what. */
export interface Explanation {
  readonly file: string;
  readonly code: string;
  readonly replacement: string;
  readonly why: string;
}

const ALWAYS_THERE = 'for the compiler: a registration’s date is always loaded with it, and never goes before it';
const NEVER_THROWN = 'a guard against our own mistakes: a change of what was not loaded would fail one line later';

export const EXPLAINED: readonly Explanation[] = [
  {
    file: 'src/domain/booking/cancellation.ts',
    code: 'occurrence === null',
    replacement: 'false',
    why: ALWAYS_THERE,
  },
  { file: 'src/domain/booking/cancellation.ts', code: 'occurrence !== null', replacement: 'true', why: ALWAYS_THERE },
  { file: 'src/domain/booking/ledger.ts', code: 'registration === null', replacement: 'false', why: NEVER_THROWN },
  { file: 'src/domain/booking/ledger.ts', code: 'before === null', replacement: 'false', why: NEVER_THROWN },
];
