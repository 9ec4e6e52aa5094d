import { KINDS_ASKED_FOR } from '../../faults/findings';
import { FAULTS } from '../../faults/kinds/all';
import { type FaultReport, isGood, toMarkdown } from '../../faults/report';
import { makeRow } from '../../faults/row';
import { notRun } from '../../faults/run-fault';

const [fault] = FAULTS;
if (fault === undefined) throw new Error('there are faults');

/** A row of a fault in which nothing happened but this. */
const rowWith = (given: { findings?: { invariant: 'I7' | 'I12'; what: string }[]; missed?: string[] }) =>
  makeRow(fault, {
    observed: { entries: [], began: 0, ended: 1, unavailableMs: 1_234, recoveryMs: Infinity, normal: 1 },
    settled: { unknown: 2, settled: 2 },
    ...{ findings: [], injections: 1, notes: [], missed: [], ...given },
  });
const reportOf = (row: ReturnType<typeof rowWith>, atRest: string[] = []): FaultReport => ({
  ...{ machine: { node: 'v1' }, seed: 1, rows: [row], atRest },
});

describe('the table of faults', () => {
  test('counts what the checker calls by name, and says where promises were broken', () => {
    const row = rowWith({ findings: [{ invariant: 'I7', what: 'it is gone' }], missed: ['too late'] });
    expect(row).toMatchObject({
      lost: 1,
      duplicates: 0,
      others: 0,
      recoveryMs: null,
      faults: ['too late', 'I7: it is gone'],
    });
    expect(toMarkdown(reportOf(row))).toContain('PROMISES WERE BROKEN');
  });

  test.each([
    ['an expectation was missed', reportOf(rowWith({ missed: ['too late'] }))],
    ['work was left at rest', reportOf(rowWith({}), ['I12: it is left'])],
    ['another promise was broken', reportOf(rowWith({ findings: [{ invariant: 'I12', what: 'it is left' }] }))],
  ])('is not good where %s', (_what, report) => {
    expect(isGood(report)).toBe(false);
  });

  test('keeps a row for a fault that could not be played, which is no good one', () => {
    const { row } = notRun(fault, new Error('no such program'));
    expect(row.faults).toEqual(['it could not be run: no such program']);
    expect(isGood(reportOf(row))).toBe(false);
  });

  test('is good where nothing of that happened', () => {
    expect(isGood(reportOf(rowWith({})))).toBe(true);
  });

  test('has every kind that is asked for, and each says what is expected of it', () => {
    const kinds = new Set(FAULTS.map(({ kind }) => kind));
    expect(KINDS_ASKED_FOR.filter((kind) => !kinds.has(kind))).toEqual([]);
    expect(FAULTS.filter(({ expected }) => expected === '')).toEqual([]);
    expect(new Set(FAULTS.map(({ kind, name }) => `${kind} ${name}`)).size).toBe(FAULTS.length);
  });
});
