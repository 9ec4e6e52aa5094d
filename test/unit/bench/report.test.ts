import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { merge, readBoard, wholeOnes, writeBoard } from '../../bench/board';
import { toMarkdown, toPage } from '../../bench/markdown';
import { reportOf, type Circumstances, type SectionReport } from '../../bench/report';
import { quietRounds, type Measurement, type Round } from '../../bench/rounds';
import { toSvg } from '../../bench/scoreboard-svg';
import type { Aim, Section } from '../../bench/workloads/workload';

const CIRCUMSTANCES: Circumstances = {
  workload: 'W1',
  storage: 'memory',
  commit: 'abc123',
  date: '2027-01-04',
  machine: { node: 'v22' },
};

const measurement = (value: number, given: Partial<Measurement> = {}): Measurement => ({
  value,
  p50Ms: value,
  p99Ms: NaN,
  cpuUs: 10,
  abortsPerSuccess: NaN,
  ...given,
});

const QUIET = { loopMs: 10, steal: 0, flushP50Ms: 0.1, flushP90Ms: 0.2 };

/** Rounds in which ours and theirs took so long. */
const rounds = (...pairs: readonly (readonly [ours: number, theirs: number])[]): Round[] =>
  pairs.map(([ours, theirs]) => ({
    probe: QUIET,
    measurements: new Map([
      ['ours', measurement(ours, { abortsPerSuccess: 0.01 })],
      ['theirs', measurement(theirs, { cpuUs: 40 })],
    ]),
  }));

const section = (given: Partial<Section> = {}): Section => ({
  id: 'W1',
  title: 'everybody at once: milliseconds',
  unit: 'ms',
  subjects: [
    { name: 'ours', about: 'what we wrote' },
    { name: 'theirs', about: 'a | b <c>' },
  ],
  rounds: rounds([10, 100], [20, 220], [10, 90]),
  aims: [],
  notes: ['A note.'],
  ...given,
});

const faster = (given: Partial<Aim>): Aim => ({ subject: 'ours', kind: 'faster', against: 'theirs', ...given });
const report = (given: Partial<Section> = {}, circumstances: Partial<Circumstances> = {}): SectionReport =>
  reportOf(section(given), { ...CIRCUMSTANCES, ...circumstances });
const found = (aim: Aim, given: Partial<Section> = {}) => report({ ...given, aims: [aim] }).verdicts[0];

describe('a verdict', () => {
  it('rests on the ratios of single rounds, not on the ratio of medians', () => {
    expect(found(faster({ atLeast: 1 }))?.found).toEqual({ median: 10, low: 9, high: 11 });
  });

  it('counts a rate upwards where a duration counts downwards', () => {
    expect(found(faster({ atLeast: 1 }), { unit: '/s' })?.found.median).toBe(0.1);
    expect(found(faster({ kind: 'time', atMost: 1 }))?.found.median).toBe(0.1);
    expect(found(faster({ kind: 'cpu', atMost: 1 }))?.found.median).toBe(0.25);
    expect(found({ subject: 'ours', kind: 'aborts', atMost: 1 })?.found.median).toBe(0.01);
    expect(found({ subject: 'ours', kind: 'value', atMost: 1 })?.found.median).toBe(10);
  });

  it.each([
    [{ atLeast: 9 }, 'reached'],
    [{ atLeast: 9.5 }, 'open'],
    [{ atLeast: 11.5 }, 'missed'],
    [{ atMost: 11 }, 'reached'],
    [{ atMost: 10 }, 'open'],
    [{ atMost: 8 }, 'missed'],
    [{ atLeast: 9, atMost: 10 }, 'open'],
  ])('on %p is %s: only a whole interval reaches or misses', (bounds, verdict) => {
    expect(found(faster(bounds))?.verdict).toBe(verdict);
  });

  it.each([
    faster({ against: 'nobody' }),
    faster({ subject: 'nobody' }),
    { subject: 'nobody', kind: 'value' as const },
  ])('says of %p that it was not measured: an aim never vanishes', (aim) => {
    expect(found({ ...aim, atLeast: 1 })).toMatchObject({ verdict: 'not measured', found: { median: NaN } });
  });
});

describe('rounds that count', () => {
  const round = (probe: Partial<Round['probe']>): Round => ({ probe: { ...QUIET, ...probe }, measurements: new Map() });

  it('are those in which the machine was ours', () => {
    const all = [round({}), round({}), round({}), round({ loopMs: 12 }), round({ steal: 0.06 })];
    expect(quietRounds(all)).toEqual({ used: all.slice(0, 3), noisy: false, flushes: 'fast' });
  });

  it('are all of them where hardly one was quiet, and the report says so', () => {
    const all = [round({}), round({ steal: 0.1 }), round({ steal: 0.2 })];
    expect(quietRounds(all)).toEqual({ used: all, noisy: true, flushes: 'fast' });
  });

  it('are those of one mood of the disk', () => {
    const all = [round({ flushP50Ms: 6 }), round({ flushP50Ms: 0.5 }), round({ flushP50Ms: 5 })];
    expect(quietRounds(all)).toEqual({ used: [all[0], all[2]], noisy: false, flushes: 'slow' });
  });
});

describe('a board', () => {
  const ORDER = ['W1', 'W2', 'W3'];
  const names = ({ sections }: { sections: readonly SectionReport[] }): string[] =>
    sections.map(({ id, commit, storage }) => `${id} ${commit} ${storage}`);

  it('is measured in parts: a part replaces its own sections, and those only', () => {
    const w1 = [report({ id: 'W1' }), report({ id: 'W1, small' })];
    const w3 = [report({ id: 'W3' }, { workload: 'W3' })];
    const again = [report({ id: 'W1' }, { commit: 'def456' })];
    const w2 = [report({ id: 'W2' }, { workload: 'W2', commit: 'def456' })];
    const board = merge(merge({ sections: [...w1, ...w3] }, again, ORDER), w2, ORDER);
    expect(names(board)).toEqual(['W1 def456 memory', 'W2 def456 memory', 'W3 abc123 memory']);
  });

  it('keeps what was measured on disk beside what was measured in memory', () => {
    const board = merge({ sections: [report({}, { storage: 'disk' })] }, [report()], ORDER);
    expect(names(board)).toEqual(['W1 abc123 memory', 'W1 abc123 disk']);
  });

  it('takes only workloads whose aims were all measured: half of one would replace the whole', () => {
    const torn = report({ id: 'W1, small', aims: [faster({ against: 'P1', atLeast: 5 })] });
    const w2 = report({ id: 'W2', aims: [faster({ atLeast: 5 })] }, { workload: 'W2' });
    expect(wholeOnes([report(), torn, w2])).toEqual({
      whole: [w2],
      unmeasured: ['W1, small: ours: times as fast as P1'],
    });
  });

  it('drops a workload that is no more', () => {
    expect(names(merge({ sections: [report()] }, [], ['W2']))).toEqual([]);
  });

  it('is written and read back as it is rendered', () => {
    const folder = mkdtempSync(join(tmpdir(), 'happening-board-'));
    try {
      writeBoard({ sections: [report({ aims: [faster({ atLeast: 9 })], rounds: rounds([3, 7.123456789]) })] }, folder);
      const board = readBoard(folder);
      expect(board.sections[0]?.rows[0]?.p99Ms).toBe(NaN);
      expect(board.sections[0]?.verdicts[0]?.found.median).toBe(2.3745);
      expect(readFileSync(join(folder, 'README.md'), 'utf8')).toBe(toPage(board));
      expect(readFileSync(join(folder, 'scoreboard.svg'), 'utf8')).toBe(toSvg(board));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('the page', () => {
  it('says so where nothing is measured yet', () => {
    expect(toPage({ sections: [] })).toContain('Nothing is measured yet');
  });

  it.each([{ sections: [] }, { sections: [report()] }])('says what is not measured at all', (board) => {
    expect(toPage(board)).toMatch(
      /## Not measured here\n\n- \*\*W1b\*\*[^]*`--occurrences 1000000`[^]*`--registrations 50000`/,
    );
  });

  it('has a line for an aim that was not measured', () => {
    const page = toMarkdown({ sections: [report({ aims: [faster({ against: 'P1', atLeast: 5 })] })] });
    expect(page).toContain('| W1 | ours: times as fast as P1 | – | – | ≥ 5 | not measured | 3 of 3 |');
  });

  it('shows what was aimed at, what was measured, and on what', () => {
    const page = toMarkdown({ sections: [report({ aims: [faster({ atLeast: 9 })] }, { storage: 'disk' })] });
    expect(page).toContain(
      '| W1, on disk | ours: times as fast as theirs | 10.0 | 9.00 – 11.0 | ≥ 9 | reached | 3 of 3 |',
    );
    expect(page).toContain('| theirs | 100 | 90.0 – 220 | 100 | – | 40.0 | – |');
    expect(page).toContain('- **theirs**: a | b <c>');
    expect(page).toContain('3 of 3 rounds count; flushes were fast; measured on 1.');
    expect(page).toContain('1. commit abc123 · 2027-01-04 · data on disk · node v22');
  });
});

describe('the picture', () => {
  const svg = toSvg({
    sections: [
      report({
        aims: [faster({ atLeast: 5 }), faster({ atLeast: 1_000 }), { subject: 'ours', kind: 'value', atMost: 1 }],
      }),
    ],
  });

  it('has a line for every ratio and none for other figures', () => {
    expect(svg.match(/class="interval /g)).toHaveLength(2);
    expect(svg.match(/class="interval reached"/g)).toHaveLength(1);
    expect(svg.match(/class="interval missed"/g)).toHaveLength(1);
  });

  it('has no mark where nothing was measured', () => {
    const none = toSvg({ sections: [report({ aims: [faster({ against: 'P1', atLeast: 5 })] })] });
    expect(none).toContain('>not measured <');
    expect(none).not.toMatch(/class="interval |NaN/);
  });

  it('places equal factors at equal distances', () => {
    const at = (ratio: number): number => Number(new RegExp(`x="([\\d.]+)"[^>]*>${ratio}</text>`).exec(svg)?.[1]);
    expect(at(10) - at(1)).toBeCloseTo(at(100) - at(10), 0);
    expect(at(1) - at(0.1)).toBeCloseTo(at(10) - at(1), 0);
  });

  it('is well-formed whatever a subject is called', () => {
    const odd = toSvg({ sections: [report({ id: 'a & b <c>', aims: [faster({ atLeast: 1 })] })] });
    expect(odd).toContain('a &amp; b &lt;c&gt;');
    expect(odd).not.toMatch(/NaN|undefined/);
  });
});
