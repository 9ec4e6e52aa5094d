import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { toPage } from './markdown';
import { claim, type Report, type SectionReport } from './report';
import { toSvg } from './scoreboard-svg';

/** Where the figures of the papers are. */
export const BOARD = join('docs', 'benchmarks');

/** The files of a board, by name. */
export const filesOf = (report: Report): Readonly<Record<string, string>> => ({
  'results.json': `{"sections":[\n${report.sections.map((section) => JSON.stringify(section, tidy)).join(',\n')}\n]}\n`,
  'README.md': toPage(report),
  'scoreboard.svg': toSvg(report),
});

/** Five digits are more than any measurement here is worth. */
const tidy = (_key: string, value: unknown): unknown =>
  typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(5)) : value;

/** What a run says of its workloads: which of them may be put on a board, and which aims the others left unmeasured. */
export interface Measured {
  readonly whole: readonly SectionReport[];
  /** In words, an aim each. */
  readonly unmeasured: readonly string[];
}

/** A workload whose aims were not all measured does not replace one whose aims were: its sections stay as they are. */
export function wholeOnes(measured: readonly SectionReport[]): Measured {
  const missing = measured.flatMap((section) =>
    section.verdicts.filter(({ verdict }) => verdict === 'not measured').map((verdict) => ({ section, verdict })),
  );
  const torn = new Set(missing.map(({ section }) => section.workload));
  return {
    whole: measured.filter(({ workload }) => !torn.has(workload)),
    unmeasured: missing.map(({ section, verdict }) => `${section.id}: ${claim(verdict)}`),
  };
}

/**
 * Puts newly measured sections where they belong: they replace all earlier ones of the same workload with their data in
 * the same place, so that a long board can be measured in parts.
 *
 * @param order ids of all workloads; what is not among them any more is dropped
 */
export function merge(earlier: Report, measured: readonly SectionReport[], order: readonly string[]): Report {
  const placeOf = ({ workload, storage }: SectionReport): string => `${workload}/${storage}`;
  const replaced = new Set(measured.map(placeOf));
  const kept = earlier.sections.filter((section) => !replaced.has(placeOf(section)));
  const rank = ({ workload, storage }: SectionReport): number =>
    order.indexOf(workload) + (storage === 'disk' ? order.length : 0);
  const known = [...kept, ...measured].filter(({ workload }) => order.includes(workload));
  return { sections: known.sort((a, b) => rank(a) - rank(b)) };
}

export function readBoard(folder = BOARD): Report {
  const path = join(folder, 'results.json');
  return existsSync(path) ? parse(readFileSync(path, 'utf8')) : { sections: [] };
}

/** JSON knows no NaN: it writes null. */
const parse = (text: string): Report =>
  JSON.parse(text, (_key, value: unknown) => (value === null ? NaN : value)) as Report;

/** What is rendered is what was read back, so that the papers and the JSON cannot differ by a rounding. */
export function writeBoard(report: Report, folder = BOARD): void {
  mkdirSync(folder, { recursive: true });
  const rounded = parse(JSON.stringify(report, tidy));
  for (const [name, text] of Object.entries(filesOf(rounded))) writeFileSync(join(folder, name), text);
}
