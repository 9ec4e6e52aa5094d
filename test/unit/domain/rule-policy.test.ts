import { admitRecurrence } from '../../../src/domain/admit-recurrence';
import { expand } from '../../../src/domain/recurrence';
import { formatRule } from '../../../src/domain/rule';
import { parseRule } from '../../../src/domain/rule-policy';
import { refusalOf } from '../../support/refusal-of';

const MONDAY_AT_TEN = { timezone: 'Europe/Berlin', startsAtLocal: '2027-03-01T10:00:00' };

const admit = (rrule: string, { exdates = [] as string[], rdates = [] as string[] } = {}) =>
  admitRecurrence({ ...MONDAY_AT_TEN, recurrence: { rrule, exdates, rdates } });

const numbers = (from: number, to: number): string =>
  Array.from({ length: to - from + 1 }, (_, i) => from + i).join(',');

/** A rule, and the part at fault; null: the text as a whole. */
const REFUSED: readonly (readonly [string, string | null])[] = [
  ['', null],
  ['BYDAY=MO', 'FREQ'],
  ['FREQ=', null],
  ['FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30;COUNT=1', 'FREQ'],
  ['FREQ=MINUTELY', 'FREQ'],
  ['FREQ=HOURLY;BYSETPOS=2', 'FREQ'],
  ['FREQ=FORTNIGHTLY', 'FREQ'],
  ['FREQ=DAILY;FREQ=WEEKLY', 'FREQ'],
  ['FREQ=DAILY;BYHOUR=9,17', 'BYHOUR'],
  ['FREQ=DAILY;BYMINUTE=0', 'BYMINUTE'],
  ['FREQ=DAILY;BYSECOND=0', 'BYSECOND'],
  ['RSCALE=CHINESE;FREQ=YEARLY', 'RSCALE'],
  ['FREQ=MONTHLY;SKIP=FORWARD', 'SKIP'],
  ['FREQ=DAILY;X-NAME=1', null],
  ['FREQ=DAILY;', null],
  ['FREQ=DAILY COUNT=3', null],
  ['FREQ=DAILY\nRRULE:FREQ=WEEKLY', null],
  ['DTSTART:20270301T100000\nRRULE:FREQ=DAILY', null],
  ['FREQ=DAILY;INTERVAL=0', 'INTERVAL'],
  ['FREQ=DAILY;INTERVAL=-1', 'INTERVAL'],
  ['FREQ=DAILY;INTERVAL=367', 'INTERVAL'],
  ['FREQ=DAILY;INTERVAL=999999999', 'INTERVAL'],
  ['FREQ=DAILY;INTERVAL=1.5', null],
  ['FREQ=DAILY;COUNT=0', 'COUNT'],
  ['FREQ=DAILY;COUNT=-5', 'COUNT'],
  ['FREQ=DAILY;COUNT=731', 'COUNT'],
  ['FREQ=DAILY;COUNT=2147483648', 'COUNT'],
  ['FREQ=DAILY;COUNT=3;UNTIL=20280101', 'COUNT'],
  ['FREQ=DAILY;UNTIL=20270230', 'UNTIL'],
  ['FREQ=DAILY;UNTIL=99990101', 'UNTIL'],
  ['FREQ=DAILY;UNTIL=00010101T000000Z', 'UNTIL'],
  ['FREQ=DAILY;UNTIL=20270401T100000+2500', 'UNTIL'],
  ['FREQ=DAILY;UNTIL=TOMORROW', 'UNTIL'],
  ['FREQ=WEEKLY;BYDAY=XX', 'BYDAY'],
  ['FREQ=WEEKLY;BYDAY=MO,,TU', 'BYDAY'],
  ['FREQ=MONTHLY;BYDAY=0MO', 'BYDAY'],
  ['FREQ=YEARLY;BYDAY=54MO', 'BYDAY'],
  ['FREQ=DAILY;BYDAY=1MO', 'BYDAY'],
  ['FREQ=WEEKLY;BYDAY=-1FR', 'BYDAY'],
  ['FREQ=YEARLY;BYWEEKNO=20;BYDAY=1MO', 'BYDAY'],
  ['FREQ=WEEKLY;BYMONTHDAY=1', 'BYMONTHDAY'],
  ['FREQ=MONTHLY;BYMONTHDAY=0', 'BYMONTHDAY'],
  ['FREQ=MONTHLY;BYMONTHDAY=32', 'BYMONTHDAY'],
  [`FREQ=MONTHLY;BYMONTHDAY=${numbers(1, 31)},-1`, 'BYMONTHDAY'],
  ['FREQ=MONTHLY;BYYEARDAY=1', 'BYYEARDAY'],
  ['FREQ=YEARLY;BYYEARDAY=367', 'BYYEARDAY'],
  [`FREQ=YEARLY;BYYEARDAY=${numbers(1, 54)}`, 'BYYEARDAY'],
  ['FREQ=MONTHLY;BYWEEKNO=1', 'BYWEEKNO'],
  ['FREQ=YEARLY;BYWEEKNO=54', 'BYWEEKNO'],
  ['FREQ=YEARLY;BYMONTH=13', 'BYMONTH'],
  ['FREQ=YEARLY;BYMONTH=-1', 'BYMONTH'],
  ['FREQ=MONTHLY;BYSETPOS=1', 'BYSETPOS'],
  ['FREQ=MONTHLY;BYDAY=MO;BYSETPOS=', null],
  ['FREQ=MONTHLY;BYDAY=MO;BYSETPOS=0', 'BYSETPOS'],
  ['FREQ=MONTHLY;BYDAY=MO;BYSETPOS=367', 'BYSETPOS'],
  ['FREQ=WEEKLY;WKST=FUNDAY', 'WKST'],
  [`FREQ=WEEKLY;BYDAY=${'MO,'.repeat(20_000)}MO`, null],
  [`FREQ=DAILY;COUNT=${'0'.repeat(520)}1`, null],
];

describe('a rule outside the policy is refused, naming the part at fault [RR]', () => {
  it.each(REFUSED.map(([rrule, part]) => [rrule.slice(0, 60), rrule, part] as const))('%s', (_name, rrule, part) => {
    expect(refusalOf(() => admit(rrule))).toMatchObject({ code: 'INVALID_RECURRENCE', part });
  });

  it('with 501 exclusions or added dates', () => {
    const dates = Array.from({ length: 501 }, (_, i) => `2027-03-01T${String(i % 24).padStart(2, '0')}:00:00`);
    expect(refusalOf(() => admit('FREQ=DAILY', { exdates: dates }))).toMatchObject({ part: 'EXDATE' });
    expect(refusalOf(() => admit('FREQ=DAILY', { rdates: dates }))).toMatchObject({ part: 'RDATE' });
  });

  it('with an added date before the start, or with every date excluded', () => {
    expect(refusalOf(() => admit('FREQ=DAILY', { rdates: ['2027-02-28T10:00:00'] }))).toMatchObject({ part: 'RDATE' });
    const exdates = ['2027-03-01T10:00:00', '2027-03-02T10:00:00'];
    expect(refusalOf(() => admit('FREQ=DAILY;COUNT=2', { exdates }))).toMatchObject({ part: 'EXDATE' });
  });
});

describe('a rule that never takes place', () => {
  const impossible = [
    'FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30',
    'FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;COUNT=1',
    'FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30',
    'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;UNTIL=22001231',
    'FREQ=DAILY;BYDAY=MO;BYSETPOS=3;UNTIL=22001231',
    'FREQ=WEEKLY;BYDAY=SU;BYSETPOS=-2',
    'FREQ=YEARLY;BYWEEKNO=53;BYMONTH=6',
    'FREQ=YEARLY;INTERVAL=366;BYMONTH=1',
    'FREQ=DAILY;UNTIL=20270228',
  ];

  it.each(impossible)('is refused: %s', (rrule) => {
    expect(refusalOf(() => admit(rrule))).toMatchObject({ code: 'INVALID_RECURRENCE', part: null });
  });

  it.each(impossible)('costs at most the days up to 2200 to look for, never to the year 9999: %s', (rrule) => {
    const recurrence = { rrule, exdates: [], rdates: [] };
    const { steps, starts } = expand({ timezone: 'UTC', startsAtLocal: '2027-03-01T10:00:00', recurrence });
    expect(starts).toEqual([]);
    expect(steps).toBeLessThan(174 * 366);
  });
});

describe('what is stored of a rule', () => {
  it.each([
    ['freq=weekly;byday=we,mo,mo', 'FREQ=WEEKLY;BYDAY=MO,WE'],
    ['RRULE:FREQ=WEEKLY;INTERVAL=1;WKST=MO', 'FREQ=WEEKLY'],
    ['FREQ=WEEKLY;COUNT=4;WKST=SU;INTERVAL=2', 'FREQ=WEEKLY;INTERVAL=2;WKST=SU;COUNT=4'],
    ['FREQ=MONTHLY;BYDAY=+2TU,-1FR', 'FREQ=MONTHLY;BYDAY=-1FR,2TU'],
    ['FREQ=DAILY;UNTIL=20270401T100000+0200', 'FREQ=DAILY;UNTIL=20270401T080000Z'],
    ['FREQ=DAILY;UNTIL=20270401', 'FREQ=DAILY;UNTIL=20270401'],
    ['FREQ=DAILY;UNTIL=20270401T100000', 'FREQ=DAILY;UNTIL=20270401T100000'],
  ])('%s becomes %s', (text, canonical) => {
    expect(formatRule(parseRule(text))).toBe(canonical);
    expect(formatRule(parseRule(canonical))).toBe(canonical);
  });

  it('sorted dates, each once', () => {
    const dates = ['2027-03-04T10:00:00', '2027-03-03T10:00', '2027-03-04T10:00'];
    const recurrence = admit('FREQ=DAILY', { exdates: dates, rdates: ['2027-03-02T18:00'] });
    expect(recurrence.exdates).toEqual(['2027-03-03T10:00:00', '2027-03-04T10:00:00']);
    expect(recurrence.rdates).toEqual(['2027-03-02T18:00:00']);
  });
});

describe('a last day, as people enter it', () => {
  it('takes place: a day in UNTIL counts to its end', () => {
    const { rrule } = admit('FREQ=DAILY;UNTIL=20270303');
    expect(rrule).toBe('FREQ=DAILY;UNTIL=20270303T235959');
    expect(expand({ ...MONDAY_AT_TEN, recurrence: { rrule, exdates: [], rdates: [] } }).starts).toEqual([
      '2027-03-01T10:00:00',
      '2027-03-02T10:00:00',
      '2027-03-03T10:00:00',
    ]);
  });

  it('may be the first day', () => {
    expect(admit('FREQ=DAILY;UNTIL=20270301').rrule).toBe('FREQ=DAILY;UNTIL=20270301T235959');
  });
});

describe('a start that is not a date of the rule', () => {
  it('is refused with the first date that is one', () => {
    expect(refusalOf(() => admit('FREQ=WEEKLY;BYDAY=TU'))).toEqual({
      code: 'START_NOT_ON_RULE',
      firstMatch: '2027-03-02T10:00:00',
    });
  });

  it('is accepted where it is one, even if that date is excluded', () => {
    expect(admit('FREQ=WEEKLY;BYDAY=MO', { exdates: ['2027-03-01T10:00:00'] }).rrule).toBe('FREQ=WEEKLY;BYDAY=MO');
  });
});
