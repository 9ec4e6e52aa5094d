/** What `npm run simulate -- --json docs/simulation.json` writes. */
export interface SimulationFigures {
  /** The day it was run, UTC. */
  readonly date: string;
  readonly firstSeed: number;
  readonly schedules: number;
  readonly steps: number;
  readonly commits: number;
  /** Schedules without any fault. */
  readonly faultless: number;
  readonly outcomes: Readonly<Record<string, number>>;
  readonly faults: Readonly<Record<string, number>>;
  readonly failedSeeds: readonly number[];
  readonly cpuMsPerSchedule: number;
  /** Each with after how many schedules it was noticed; null: not at all. */
  readonly mutants: readonly { readonly name: string; readonly schedules: number | null }[];
  readonly node: string;
}

const FIGURES = /<!-- figures -->\n[\s\S]*?<!-- end -->/;

const whole = (value: number): string => value.toLocaleString('en');
const total = (counts: Readonly<Record<string, number>>): string =>
  whole(Object.values(counts).reduce((sum, count) => sum + count, 0));

function rendered({ firstSeed, schedules, failedSeeds, mutants, ...counted }: SimulationFigures): string {
  return [
    `The run on record is of ${counted.date}: **${whole(schedules)} schedules** (seeds ${whole(firstSeed)} to ${whole(firstSeed + schedules - 1)}), ${whole(counted.faultless)} of them without faults;`,
    `${whole(counted.steps)} steps, ${whole(counted.commits)} commits, ${total(counted.faults)} faults and ${total(counted.outcomes)} answers.`,
    failedSeeds.length === 0 ? 'No seed failed.' : `Failed: ${failedSeeds.join(', ')}.`,
    '',
    '| Deliberate fault | Noticed after schedules |',
    '| --- | ---: |',
    ...mutants.map((one) => `| ${one.name} | ${one.schedules === null ? 'not noticed' : whole(one.schedules)} |`),
  ].join('\n');
}

/** The paper with the figures of this run. */
export const withFigures = (paper: string, figures: SimulationFigures): string =>
  paper.replace(FIGURES, () => `<!-- figures -->\n\n${rendered(figures)}\n\n<!-- end -->`);

export const hasFigures = (paper: string): boolean => FIGURES.test(paper);
