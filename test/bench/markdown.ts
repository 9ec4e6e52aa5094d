import { claim, type Report, type SectionReport } from './report';
import { DEFAULTS } from './options';
import type { Aim, Section } from './workloads/workload';

const HOW_TO_READ = `\`npm run bench\` wrote this page, the picture and [results.json](results.json), which has every measurement of every round. Nothing in them is
typed by hand; a test compares them.

- A **round** runs every subject once, in random order, on one machine. Every answer of every subject is verified against what its database holds; a
  wrong one ends the run without a figure.
- The **ratio** of two subjects is taken within each round; shown are the median of the rounds and its bootstrap 95 % interval. An aim is _reached_ only where the
  whole interval reaches it, _missed_ where none of it does, and _open_ in between. _Not measured_: one of the two was left out.
- **CPU** is processor time of service and database per answer. Where the machine was shared with others, trust CPU and ratios, not milliseconds.
- **p50** and **p99** are those of single answers.
- The aims were set before anything was measured, on a sketch. Missed ones stay in the table.`;

const count = (value: number): string => value.toLocaleString('en-US');

/** What was set out to be measured and is not, or is smaller: nobody has to find it out. */
const NOT_MEASURED = `## Not measured here

- **W1b** and **W6**, a storm on a waiting list and a hundred cancellations that let people up: the service has no waiting list.
- **W8**, a process killed under load: \`npm run faults -- F1\` judges that, as right or wrong and without figures.
- **P1 and P2 behind HTTP**: they are called in process, beside S'. Behind another service's HTTP layer their figures would be those of that layer, and
  nobody has written one for them.
- **Fastify with \`pg\`** for W3, and a REST peer for W2: the first needs the service's reads over again in SQL, the second its bookings. Fastify reads from MongoDB here.
- **W3** over 1,000,000 dates: by itself it has ${count(DEFAULTS.occurrences)}, which are loaded within seconds; \`--occurrences 1000000\` gives the larger size.
- **W2** of 50,000 people: by itself a measurement has ${count(DEFAULTS.registrations)} registrations, each of a date and a person of its own, so that every round
  has every subject; \`--registrations 50000\` gives the larger size.
- **Rounds**: ${DEFAULTS.rounds} by themselves; \`--rounds\` takes more or fewer, and the table says how many count.
`;

const figure = (value: number): string => {
  if (!Number.isFinite(value)) return '–';
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
};

const escape = (cell: string): string => cell.replaceAll('|', '\\|');
const line = (cells: readonly string[]): string => `| ${cells.map(escape).join(' | ')} |`;

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  return rows.length === 0 ? [] : [line(head), line(head.map(() => '---')), ...rows.map(line), ''];
}

export const aimed = ({ atLeast, atMost }: Aim): string =>
  [atLeast === undefined ? [] : [`≥ ${atLeast}`], atMost === undefined ? [] : [`≤ ${atMost}`]].flat().join(', ');

/** Where the data lay is part of a section's name. */
export const nameOf = ({ id, storage }: Pick<SectionReport, 'id' | 'storage'>): string =>
  storage === 'disk' ? `${id}, on disk` : id;

/** The page of a whole board. */
export const toPage = (report: Report): string =>
  report.sections.length === 0
    ? ['# Benchmarks', '', 'Nothing is measured yet: `npm run bench`.', '', NOT_MEASURED].join('\n')
    : [
        '# Benchmarks',
        '',
        HOW_TO_READ,
        '',
        '![Ratios and aims](scoreboard.svg)',
        '',
        toMarkdown(report),
        NOT_MEASURED,
      ].join('\n');

/** All tables: first what was aimed at, then what was measured. */
export function toMarkdown({ sections }: Report): string {
  const circumstances = [...new Set(sections.map(circumstancesOf))];
  return [
    ...table(
      ['Workload', 'Aim', 'Median', '95 % interval', 'Wanted', '', 'Rounds'],
      sections.flatMap((section) => section.verdicts.map((one) => verdictCells(section, one))),
    ),
    ...sections.flatMap((section) => sectionLines(section, circumstances.indexOf(circumstancesOf(section)) + 1)),
    '## Measured on',
    '',
    ...circumstances.map((one, index) => `${index + 1}. ${one}`),
    '',
  ].join('\n');
}

/** A quick run: that it was right, and nothing about how fast. */
export const toOutcomes = (sections: readonly Section[]): string =>
  sections
    .map(({ id, subjects, notes, title }) => {
      const names = subjects.map(({ name }) => name).join(', ');
      return `${id}: ${names === '' ? [title, ...notes].join('. ') : `right outcomes of ${names}`}`;
    })
    .join('\n');

const verdictCells = (section: SectionReport, one: SectionReport['verdicts'][number]): string[] => [
  nameOf(section),
  claim(one),
  figure(one.found.median),
  one.verdict === 'not measured' ? '–' : `${figure(one.found.low)} – ${figure(one.found.high)}`,
  aimed(one),
  one.verdict,
  `${section.counted.used} of ${section.counted.of}`,
];

function sectionLines(section: SectionReport, measuredOn: number): string[] {
  const { title, unit, subjects, rows, notes, counted } = section;
  const { used, of, noisy, flushes } = counted;
  const rounds = of === 0 ? [] : [`${used} of ${of} rounds count`];
  const machine = noisy ? ['the machine was too noisy to choose by it'] : [];
  const disk = section.storage === 'disk' ? [`flushes were ${flushes}`] : [];
  return [
    `## ${nameOf(section)}`,
    '',
    `${capital(title)}. ${capital([...rounds, ...machine, ...disk, `measured on ${measuredOn}`].join('; '))}.`,
    '',
    ...table(
      ['Subject', `Median, ${unit}`, 'Rounds from – to', 'p50 ms', 'p99 ms', 'CPU µs', 'Aborts per success'],
      rows.map((row) => [
        row.subject,
        figure(row.value),
        `${figure(row.from)} – ${figure(row.to)}`,
        ...[row.p50Ms, row.p99Ms, row.cpuUs, row.abortsPerSuccess].map(figure),
      ]),
    ),
    ...subjects.map(({ name, about }) => `- **${name}**: ${about}`),
    ...notes.map((note) => `- ${note}`),
    '',
  ];
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const circumstancesOf = ({ commit, date, storage, machine }: SectionReport): string =>
  [
    `commit ${commit}`,
    date,
    `data ${storage === 'disk' ? 'on disk' : 'in memory'}`,
    ...Object.entries(machine).map(([name, value]) => `${name} ${value}`),
  ].join(' · ');
