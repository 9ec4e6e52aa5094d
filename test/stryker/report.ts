/** What Stryker's JSON says of one mutant: the part that is read here. */
interface ReportedMutant {
  readonly mutatorName: string;
  readonly replacement?: string;
  readonly status:
    'Killed' | 'Timeout' | 'Survived' | 'NoCoverage' | 'Ignored' | 'RuntimeError' | 'CompileError' | 'Pending';
  readonly static?: boolean;
  readonly location: {
    readonly start: { readonly line: number; readonly column: number };
    readonly end: { readonly line: number; readonly column: number };
  };
}

export interface StrykerReport {
  readonly files: Readonly<Record<string, { readonly source: string; readonly mutants: readonly ReportedMutant[] }>>;
}

/** A mutant that no test noticed, by its text: line numbers move with every edit. */
export interface Survivor {
  readonly mutator: string;
  readonly code: string;
  readonly replacement: string;
  /** No test even reaches it. */
  readonly unreached?: true;
}

export interface FileScore {
  /** A test failed, or went on for so long that it was ended. */
  readonly killed: number;
  readonly timedOut: number;
  /** Left out by rule: run once when the file is loaded, or the text of an error. */
  readonly ignored: number;
  readonly survivors: readonly Survivor[];
}

/** What is kept of every run: `docs/mutation-testing.json`. */
export interface MutationFigures {
  /** Mutants of each part, whether they were tried or not. */
  readonly mutants: Readonly<Record<string, number>>;
  readonly files: Readonly<Record<string, FileScore>>;
}

const LONGEST = 90;
const oneLine = (text: string): string => {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= LONGEST ? line : `${line.slice(0, LONGEST - 1)}…`;
};

function textAt(source: string, { start, end }: ReportedMutant['location']): string {
  const lines = source.split('\n').slice(start.line - 1, end.line);
  const last = lines.length - 1;
  return lines
    .map((line, n) => line.slice(n === 0 ? start.column - 1 : 0, n === last ? end.column - 1 : undefined))
    .join('\n');
}

/** The files that were tried, each mutant counted once; a file of which some mutant was not tried is left out. */
export function scoresOf({ files }: StrykerReport): Record<string, FileScore> {
  const scores: Record<string, FileScore> = {};
  for (const [name, { source, mutants }] of Object.entries(files)) {
    if (mutants.length === 0 || mutants.some(({ status }) => status === 'Pending')) continue;
    const count = (...statuses: readonly ReportedMutant['status'][]): number =>
      mutants.filter(({ status }) => statuses.includes(status)).length;
    const survivors = mutants
      .filter(({ status }) => status === 'Survived' || status === 'NoCoverage')
      .map(({ mutatorName, replacement, location, status }): Survivor => ({
        mutator: mutatorName,
        code: oneLine(textAt(source, location)),
        replacement: oneLine(replacement ?? ''),
        ...(status === 'NoCoverage' ? { unreached: true } : {}),
      }));
    scores[name] = {
      killed: count('Killed', 'RuntimeError', 'CompileError'),
      timedOut: count('Timeout'),
      ignored: count('Ignored'),
      survivors,
    };
  }
  return scores;
}
