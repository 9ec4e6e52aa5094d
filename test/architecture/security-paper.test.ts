import { existsSync, readFileSync } from 'node:fs';
import { SECURITY_MUTANTS } from '../mutants/security-mutants';
import { BOMBS } from '../support/bad-input/recurrence-bombs';

/** How many attacks each family has; the ids go from 1 to that. */
const FAMILIES = { T: 13, G: 16, N: 10, RR: 14, J: 13, F: 9, X: 3, S: 6, C: 12 } as const;
type Family = keyof typeof FAMILIES;
const families = Object.keys(FAMILIES) as Family[];

const paper = readFileSync('docs/security.md', 'utf8');

interface NamedTest {
  readonly file: string;
  /** Of the describe blocks and the test, as the file has them. */
  readonly titles: readonly string[];
}
interface Row {
  readonly id: string;
  readonly verdict: 'resisted' | 'partly' | 'not applicable';
  readonly tests: readonly NamedTest[];
}

const cellsOf = (line: string): readonly string[] =>
  line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());
const lines = paper.split('\n').filter((line) => line.startsWith('| '));

/** `file` “describe › it”, “it”; `file` “it” */
function testsIn(cell: string): readonly NamedTest[] {
  const tests: NamedTest[] = [];
  let file = '';
  for (const [, path, name] of cell.matchAll(/`(test\/[^`]+)`|“([^”]+)”/g)) {
    if (path !== undefined) file = path;
    else if (name !== undefined) tests.push({ file, titles: name.split(' › ') });
  }
  return tests;
}

function verdictOf(resistedBy: string): Row['verdict'] {
  if (resistedBy.startsWith('Not applicable:')) return 'not applicable';
  return resistedBy.startsWith('Partly:') ? 'partly' : 'resisted';
}

const rows: readonly Row[] = lines
  .map(cellsOf)
  .filter(([id = '']) => /^[A-Z]{1,2}\d+$/.test(id))
  .map(([id = '', , resistedBy = '', test = '']) => ({ id, verdict: verdictOf(resistedBy), tests: testsIn(test) }));
const rowsOf = (family: Family): readonly Row[] => rows.filter(({ id }) => id.replace(/\d+$/, '') === family);

/** Whether a test or a block of that file has this title: a whole text, followed by what it is called with. */
const isTitleIn = (source: string, title: string): boolean =>
  ["'", '"', '`'].some((quote) => source.includes(`${quote}${title}${quote},`));

const faultsOf = ({ id, tests, verdict }: Row): readonly string[] => {
  if (verdict === 'not applicable') return tests.length === 0 ? [] : [`${id}: not applicable, and has a test`];
  if (tests.length === 0) return [`${id}: no test`];
  return tests.flatMap(({ file, titles }) => {
    if (!existsSync(file)) return [`${id}: there is no ${file}`];
    const source = readFileSync(file, 'utf8');
    return titles.filter((title) => !isTitleIn(source, title)).map((title) => `${id}: ${file} has no “${title}”`);
  });
};

describe('the score card of docs/security.md', () => {
  it.each(families)('lists every attack of %s once', (family) => {
    const wanted = Array.from({ length: FAMILIES[family] }, (_, n) => `${family}${n + 1}`);
    expect(rowsOf(family).map(({ id }) => id)).toEqual(wanted);
  });

  it('has no row of any other family', () => {
    expect(rows).toHaveLength(Object.values(FAMILIES).reduce((sum, count) => sum + count, 0));
  });

  it.each(families)('names tests that there are: %s', (family) => {
    expect(rowsOf(family).flatMap(faultsOf)).toEqual([]);
  });

  it.each(families)('counts %s right', (family) => {
    const count = (verdict: Row['verdict']): number => rowsOf(family).filter((row) => row.verdict === verdict).length;
    const counts = [count('resisted'), count('partly'), count('not applicable')];
    const [summary] = lines.map(cellsOf).filter(([name = '']) => name.startsWith(`${family}, `));
    expect(summary?.slice(1)).toEqual([FAMILIES[family], ...counts].map(String));
  });

  it('says how many recurrence bombs there are', () => {
    expect(paper).toContain(`\n${BOMBS.length} rules, each sent to`);
  });

  it('would notice a test that is gone, a file that is gone, and a row without a test', () => {
    const { file } = testsIn('`test/architecture/security-paper.test.ts` “x”')[0]!;
    const faults = (tests: readonly NamedTest[]) => faultsOf({ id: 'T1', verdict: 'resisted', tests });
    expect(faults([{ file, titles: ['has no row of any other family'] }])).toEqual([]);
    expect(faults([{ file, titles: ['has no row of any other'] }])).toHaveLength(1);
    expect(faults([{ file: 'test/gone.test.ts', titles: ['x'] }])).toHaveLength(1);
    expect(faults([])).toHaveLength(1);
  });
});

describe('a negative control', () => {
  it.each(['T', 'G', 'N', 'RR', 'J', 'authorization'])(
    'is there for %s: a fault that its tests must notice',
    (family) => {
      expect(SECURITY_MUTANTS.filter(({ name }) => name.startsWith(`${family}: `)).length).toBeGreaterThan(0);
    },
  );
});
