import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { merged, paperOf } from '../../faults/papers';
import type { FaultReport } from '../../faults/report';
import type { Row } from '../../faults/row';

const pathOf = (name: string): string => join(__dirname, '../../../docs', name);
const paper = (name: string): string | null => (existsSync(pathOf(name)) ? readFileSync(pathOf(name), 'utf8') : null);

test('the paper about faults says what its figures say: both are written by `npm run faults -- --save`', () => {
  const figures = paper('faults.json');
  expect(paper('faults.md')).toBe(figures === null ? null : paperOf(JSON.parse(figures) as FaultReport));
});

describe('faults that are run by name', () => {
  const row = (kind: string, operations: number) => ({ kind, name: 'a fault', operations }) as Row;
  const report = (rows: Row[], atRest: string[] = []): FaultReport => ({ machine: {}, seed: 1, rows, atRest });
  const before = report([row('F1', 1), row('F2', 1)], ['left over']);
  const told = ({ rows }: FaultReport) => rows.map(({ kind, operations }) => [kind, operations]);

  test('replace their rows and leave the others as they were found, with what was left at rest', () => {
    const after = merged(before, report([row('F2', 2), row('F3', 2)], ['late']));
    expect(told(after)).toEqual([
      ['F1', 1],
      ['F2', 2],
      ['F3', 2],
    ]);
    expect(after.atRest).toEqual(['left over', 'late']);
  });

  test('are all that counts where every one of before was run again, some more than once', () => {
    const after = merged(before, report([row('F1', 2), row('F2', 2), row('F2', 3)]));
    expect(told(after)).toEqual([
      ['F1', 2],
      ['F2', 2],
      ['F2', 3],
    ]);
    expect(after.atRest).toEqual([]);
  });
});
