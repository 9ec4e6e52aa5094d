import type { Recurrence } from '../../../src/domain/event';
import { previewRecurrence } from '../../../src/domain/preview';
import { ruleText } from '../../../src/domain/rule-text';
import { parseRule } from '../../../src/domain/rule-policy';

const preview = (rrule: string, over: Partial<Recurrence> & { at?: string; first?: number } = {}) =>
  previewRecurrence(
    {
      timezone: 'America/New_York',
      startsAtLocal: over.at ?? '2027-03-01T10:00:00',
      duration: 'PT1H',
      recurrence: { rrule, exdates: over.exdates ?? [], rdates: over.rdates ?? [] },
    },
    over.first ?? 3,
  );

describe('a preview', () => {
  it('shows the first members, in any year', () => {
    const { occurrences } = preview('FREQ=YEARLY;INTERVAL=60', { at: '1975-03-01T10:00:00' });
    expect(occurrences.map(({ startsAt }) => startsAt.toISOString())).toEqual([
      '1975-03-01T14:00:00.000Z',
      '2035-03-01T15:00:00.000Z',
      '2095-03-01T15:00:00.000Z',
    ]);
  });

  it('tells how many there are, or that it never ends', () => {
    expect(preview('FREQ=DAILY;COUNT=10').total).toBe(10);
    expect(preview('FREQ=DAILY;UNTIL=22001231T235959').total).toBe(63_493);
    expect(preview('FREQ=DAILY').total).toBeNull();
  });

  it('warns of months that are skipped', () => {
    expect(preview('FREQ=MONTHLY;COUNT=6', { at: '2027-01-31T10:00:00' }).warnings).toEqual([
      'Months without such a day are skipped: 2027-02, 2027-04, 2027-06, …',
    ]);
    expect(preview('FREQ=MONTHLY', { at: '2027-01-28T10:00:00' }).warnings).toEqual([]);
    expect(preview('FREQ=MONTHLY;BYMONTH=1,3', { at: '2027-01-31T10:00:00' }).warnings).toEqual([]);
    expect(preview('FREQ=YEARLY;COUNT=2', { at: '2028-02-29T10:00:00' }).warnings).toEqual([
      'Years without such a day are skipped: 2029, 2030, 2031',
    ]);
  });

  it('warns that excluded dates use up COUNT', () => {
    const { total, warnings } = preview('FREQ=DAILY;COUNT=5', { exdates: ['2027-03-02T10:00:00'] });
    expect(total).toBe(4);
    expect(warnings).toEqual(['COUNT=5 counts excluded dates: 4 take place.']);
  });

  it('warns of an exclusion that excludes nothing', () => {
    expect(preview('FREQ=DAILY;COUNT=5', { exdates: ['2027-03-02T11:00:00'] }).warnings).toEqual([
      'Not a date of the rule, so excluding it changes nothing: 2027-03-02T11:00:00',
    ]);
  });

  it('warns of times that the clocks jump over or show twice', () => {
    expect(preview('FREQ=DAILY', { at: '2027-03-13T02:30:00' }).warnings).toEqual([
      '2027-03-14T02:30:00 does not exist in America/New_York: it takes place at 2027-03-14T03:30:00.',
    ]);
    expect(preview('FREQ=DAILY', { at: '2027-11-06T01:30:00' }).warnings).toEqual([
      '2027-11-07T01:30:00 happens twice in America/New_York: the first is meant.',
    ]);
  });
});

describe('a rule in words', () => {
  it.each([
    ['FREQ=DAILY', 'every day'],
    ['FREQ=DAILY;COUNT=1', 'every day, once'],
    ['FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE;COUNT=10', 'every 2 weeks on Monday and Wednesday, 10 times'],
    ['FREQ=MONTHLY;BYDAY=2TU', 'every month on the 2nd Tuesday'],
    ['FREQ=MONTHLY;BYDAY=-1FR;UNTIL=20270601T235959', 'every month on the last Friday, until 1 June 2027'],
    ['FREQ=MONTHLY;BYMONTHDAY=1,22,-2', 'every month on the 1st, 22nd and 2nd last of the month'],
    [
      'FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1',
      'every month on Monday, Tuesday, Wednesday, Thursday and Friday, of these only the last',
    ],
    ['FREQ=YEARLY;BYMONTH=11;BYDAY=4TH', 'every year on the 4th Thursday in November'],
    ['FREQ=YEARLY;BYWEEKNO=20,-1;BYDAY=MO', 'every year in the 20th and last week of the year on Monday'],
    ['FREQ=YEARLY;BYYEARDAY=100', 'every year on the 100th day of the year'],
    ['FREQ=DAILY;UNTIL=20270601T140000Z', 'every day, until 1 June 2027, 10:00'],
    ['FREQ=DAILY;UNTIL=20270601T140000', 'every day, until 1 June 2027, 14:00'],
  ])('%s: %s', (rrule, text) => {
    expect(ruleText(parseRule(rrule), 'America/New_York')).toBe(text);
  });
});
