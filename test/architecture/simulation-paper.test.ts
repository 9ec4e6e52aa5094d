import { readFileSync, writeFileSync } from 'node:fs';
import { hasFigures, withFigures, type SimulationFigures } from '../support/simulation-paper';

const PAPER = 'docs/simulation.md';

/** `WRITE_PAPERS=1` writes the figures anew. */
it('docs/simulation.md says what docs/simulation.json holds', () => {
  const figures = JSON.parse(readFileSync('docs/simulation.json', 'utf8')) as SimulationFigures;
  const paper = readFileSync(PAPER, 'utf8');
  const written = withFigures(paper, figures);
  if (process.env['WRITE_PAPERS'] === '1') writeFileSync(PAPER, written);
  else expect(paper).toBe(written);
  expect(hasFigures(paper)).toBe(true);
});
