import { aimed, nameOf } from './markdown';
import { claim, type Report, type SectionReport, type Verdict } from './report';

/** A line of the picture. */
interface Bar {
  readonly label: string;
  readonly verdict: Verdict;
}

const WIDTH = 960;
const LABELS = 400;
const FIGURES = 150;
const ROW = 24;
const TOP = 64;
const BOTTOM = 64;
const PLOT = { from: LABELS, to: WIDTH - FIGURES };

const STYLE = `
text { font: 13px system-ui, sans-serif; fill: #1f2328 }
.small { font-size: 11px; fill: #59636e }
.title { font-size: 16px; font-weight: 600 }
.grid { stroke: #d1d9e0 }
.one { stroke: #59636e; stroke-dasharray: 4 3 }
.wanted { fill: #59636e; fill-opacity: .13 }
.aim { stroke: #1f2328; stroke-width: 2 }
.reached { stroke: #1a7f37; fill: #1a7f37 }
.open { stroke: #9a6700; fill: none }
.missed { stroke: #cf222e; fill: #cf222e }
.interval { stroke-width: 3; stroke-linecap: round }
.mark { stroke-width: 2 }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3 }
  .small { fill: #9198a1 }
  .grid { stroke: #3d444d }
  .one { stroke: #9198a1 }
  .wanted { fill: #9198a1; fill-opacity: .2 }
  .aim { stroke: #e6edf3 }
  .reached { stroke: #3fb950; fill: #3fb950 }
  .open { stroke: #d29922; fill: none }
  .missed { stroke: #f85149; fill: #f85149 }
}`;

/** The ratios of a board on one logarithmic axis: the interval found, and what was aimed at. */
export function toSvg(report: Report): string {
  const bars = report.sections.flatMap(barsOf);
  const x = axisOf(bars);
  const height = TOP + bars.length * ROW + BOTTOM;
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="Ratios and aims">`,
    `<style>${STYLE}\n</style>`,
    `<text class="title" x="12" y="24">Ratios found, and aimed at</text>`,
    `<text class="small" x="12" y="42">line: bootstrap 95 % interval · mark: median · shaded: what was aimed at</text>`,
    ...gridOf(x, height),
    ...bars.flatMap((bar, index) => drawn(bar, TOP + (index + 0.5) * ROW, x)),
    ...legend(height - 18),
    '</svg>',
  ].join('\n')}\n`;
}

const barsOf = (section: SectionReport): Bar[] =>
  section.verdicts
    .filter(({ against }) => against !== undefined)
    .map((verdict) => ({ label: `${nameOf(section)} · ${claim(verdict)}`, verdict }));

interface Axis {
  /** Powers of ten, as exponents. */
  readonly first: number;
  readonly last: number;
  at(ratio: number): number;
}

function axisOf(bars: readonly Bar[]): Axis {
  const ratios = bars.flatMap(({ verdict: { found, atLeast, atMost } }) => [
    found.low,
    found.high,
    ...[atLeast, atMost].flatMap((bound) => bound ?? []),
  ]);
  const exponents = ratios.filter((ratio) => ratio > 0).map(Math.log10);
  const first = Math.floor(Math.min(-1, ...exponents));
  const last = Math.ceil(Math.max(1, ...exponents));
  const perDecade = (PLOT.to - PLOT.from) / (last - first);
  const at = (ratio: number): number =>
    round(Math.min(PLOT.to, Math.max(PLOT.from, PLOT.from + (Math.log10(ratio) - first) * perDecade)));
  return { first, last, at };
}

const round = (value: number): number => Math.round(value * 10) / 10;

function gridOf(axis: Axis, height: number): string[] {
  const exponents = Array.from({ length: axis.last - axis.first + 1 }, (_, n) => axis.first + n);
  return exponents.flatMap((exponent) => {
    const x = axis.at(10 ** exponent);
    const style = exponent === 0 ? 'one' : 'grid';
    const bottom = height - BOTTOM;
    return [
      `<line class="${style}" x1="${x}" x2="${x}" y1="${TOP}" y2="${bottom}"/>`,
      `<text class="small" x="${x}" y="${bottom + 16}" text-anchor="middle">${10 ** exponent}</text>`,
    ];
  });
}

function drawn({ label, verdict }: Bar, y: number, axis: Axis): string[] {
  const { found, atLeast, atMost } = verdict;
  const [from, to] = [
    atLeast === undefined ? PLOT.from : axis.at(atLeast),
    atMost === undefined ? PLOT.to : axis.at(atMost),
  ];
  const bounds = [atLeast, atMost].flatMap((bound) => (bound === undefined ? [] : [axis.at(bound)]));
  return [
    `<text x="12" y="${y + 4}">${escapeXml(label)}</text>`,
    `<rect class="wanted" x="${from}" y="${y - 9}" width="${round(to - from)}" height="18"/>`,
    ...bounds.map((x) => `<line class="aim" x1="${x}" x2="${x}" y1="${y - 9}" y2="${y + 9}"/>`),
    ...(verdict.verdict === 'not measured'
      ? []
      : [
          `<line class="interval ${verdict.verdict}" x1="${axis.at(found.low)}" x2="${axis.at(found.high)}" y1="${y}" y2="${y}"/>`,
          mark(verdict.verdict, axis.at(found.median), y),
        ]),
    `<text x="${PLOT.to + 12}" y="${y + 4}">${shown(verdict)} <tspan class="small">${escapeXml(aimed(verdict))}</tspan></text>`,
  ];
}

/** A shape each, so that nobody needs the colours. */
function mark(verdict: Verdict['verdict'], x: number, y: number): string {
  const style = `class="mark ${verdict}"`;
  if (verdict === 'missed') return `<path ${style} d="M${x - 5} ${y - 5}l10 10m0 -10l-10 10"/>`;
  return `<circle ${style} cx="${x}" cy="${y}" r="5"/>`;
}

function legend(y: number): string[] {
  const verdicts = ['reached', 'open', 'missed'] as const;
  return verdicts.flatMap((verdict, index) => {
    const x = PLOT.from + index * 120;
    return [mark(verdict, x + 5, y - 4), `<text class="small" x="${x + 16}" y="${y}">${verdict}</text>`];
  });
}

const shown = ({ verdict, found: { median } }: Verdict): string =>
  verdict === 'not measured' ? verdict : median.toPrecision(median >= 100 ? 3 : 2).replace(/\.0$/, '');

const escapeXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
