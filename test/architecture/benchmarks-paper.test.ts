import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BOARD, filesOf, readBoard } from '../bench/board';

const inPapers = (name: string): string => readFileSync(join(BOARD, name), 'utf8');

describe('docs/benchmarks', () => {
  const files = filesOf(readBoard());

  it.each(Object.keys(files))('%s is what `npm run bench` wrote: no figure is typed by hand', (name) => {
    expect(inPapers(name)).toBe(files[name]);
  });
});
