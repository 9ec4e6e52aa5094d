import { readFileSync, writeFileSync } from 'node:fs';
import type { ScalingFigures } from '../support/scaling-figures';
import { TABLE_NAMES, tablesIn, withTables } from '../support/scaling-paper';

const PAPER = 'docs/scaling.md';

/** `WRITE_PAPERS=1` writes the tables anew. */
it('docs/scaling.md has the figures of docs/scaling.json, and the shard keys of the collections', () => {
  const figures = JSON.parse(readFileSync('docs/scaling.json', 'utf8')) as ScalingFigures;
  const paper = readFileSync(PAPER, 'utf8');
  const written = withTables(paper, figures);
  if (process.env['WRITE_PAPERS'] === '1') writeFileSync(PAPER, written);
  else expect(paper).toBe(written);
  expect([...tablesIn(paper)].sort()).toEqual([...TABLE_NAMES].sort());
});
