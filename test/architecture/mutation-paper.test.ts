import { readFileSync } from 'node:fs';
import { EXPLAINED } from '../stryker/explained';
import { PAPER, readFigures, renderPaper } from '../stryker/paper';
import { scoresOf, type StrykerReport } from '../stryker/report';

it('docs/mutation-testing.md says what the last runs of Stryker found', () => {
  expect(readFileSync(PAPER, 'utf8')).toBe(renderPaper(readFigures()));
});

it('every explanation is one of a mutant that survived', () => {
  const { files } = readFigures();
  const stale = EXPLAINED.filter(
    ({ file, code, replacement }) =>
      !files[file]?.survivors.some((one) => one.code === code && one.replacement === replacement),
  );
  expect(stale).toEqual([]);
});

describe('a report of Stryker', () => {
  const mutant = (status: string, text: string) => ({
    mutatorName: 'EqualityOperator',
    replacement: 'a <= b',
    status,
    location: { start: { line: 2, column: 1 }, end: { line: 2, column: 1 + text.length } },
  });
  const report = (...statuses: readonly string[]): StrykerReport =>
    ({ files: { 'a.ts': { source: 'x;\na < b;', mutants: statuses.map((one) => mutant(one, 'a < b')) } } }) as never;

  it('counts what was killed, ended and left out, and tells the survivors by their text', () => {
    const survivor = { mutator: 'EqualityOperator', code: 'a < b', replacement: 'a <= b' };
    expect(scoresOf(report('Killed', 'Timeout', 'Ignored', 'Survived', 'NoCoverage'))).toEqual({
      'a.ts': { killed: 1, timedOut: 1, ignored: 1, survivors: [survivor, { ...survivor, unreached: true }] },
    });
  });

  it('says nothing of a file that was not tried to the end', () => {
    expect(scoresOf(report('Killed', 'Pending'))).toEqual({});
  });
});
