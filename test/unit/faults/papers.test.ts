import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { paperOf } from '../../faults/papers';
import type { FaultReport } from '../../faults/report';

const pathOf = (name: string): string => join(__dirname, '../../../docs', name);
const paper = (name: string): string | null => (existsSync(pathOf(name)) ? readFileSync(pathOf(name), 'utf8') : null);

test('the paper about faults says what its figures say: both are written by `npm run faults -- --save`', () => {
  const figures = paper('faults.json');
  expect(paper('faults.md')).toBe(figures === null ? null : paperOf(JSON.parse(figures) as FaultReport));
});
