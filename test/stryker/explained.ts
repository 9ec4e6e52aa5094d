/** Why a mutant that no test notices is right to survive, by file and by what it puts for what. */
export interface Explanation {
  readonly file: string;
  readonly code: string;
  readonly replacement: string;
  readonly why: string;
}

export const EXPLAINED: readonly Explanation[] = [];
