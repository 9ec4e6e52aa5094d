import { expand } from '../../../src/domain/recurrence';
import { compilePattern, type RecurrencePattern } from '../../../src/domain/recurrence-pattern';
import { formatRule } from '../../../src/domain/rule';
import { parseRule } from '../../../src/domain/rule-policy';
import { refusalOf } from '../../support/refusal-of';

const compiled = (pattern: RecurrencePattern, start = '2027-03-01T10:00:00'): string =>
  formatRule(parseRule(compilePattern(pattern, start)));

describe('a pattern', () => {
  it.each<[string, RecurrencePattern]>([
    ['FREQ=DAILY', { frequency: 'DAILY' }],
    ['FREQ=DAILY;INTERVAL=3;COUNT=5', { frequency: 'DAILY', interval: 3, count: 5, weekdays: [], monthDays: null }],
    ['FREQ=WEEKLY;BYDAY=MO,WE', { frequency: 'WEEKLY', weekdays: [{ day: 'WEDNESDAY' }, { day: 'MONDAY' }] }],
    ['FREQ=MONTHLY;BYDAY=-1FR', { frequency: 'MONTHLY', weekdays: [{ day: 'FRIDAY', nth: -1 }] }],
    ['FREQ=MONTHLY;BYMONTHDAY=1,15', { frequency: 'MONTHLY', monthDays: [15, 1] }],
    ['FREQ=MONTHLY;BYMONTHDAY=31', { frequency: 'MONTHLY', monthDays: [31], monthEnd: 'SKIP' }],
    ['FREQ=WEEKLY;UNTIL=20270601T100000', { frequency: 'WEEKLY', untilLocal: '2027-06-01T10:00:00' }],
  ])('becomes %s', (rrule, pattern) => {
    expect(compiled(pattern)).toBe(rrule);
  });

  it.each<[string, RecurrencePattern]>([
    ['INTERVAL', { frequency: 'DAILY', interval: 0 }],
    ['COUNT', { frequency: 'DAILY', count: -1 }],
    ['COUNT', { frequency: 'DAILY', count: 3, untilLocal: '2027-06-01T10:00:00' }],
    ['BYMONTHDAY', { frequency: 'MONTHLY', monthDays: [32] }],
    ['BYMONTHDAY', { frequency: 'MONTHLY', monthDays: [30, 31], monthEnd: 'LAST_DAY' }],
    ['BYMONTHDAY', { frequency: 'MONTHLY', monthDays: [...Array<number>(31).fill(15), 31], monthEnd: 'LAST_DAY' }],
    ['BYDAY', { frequency: 'WEEKLY', weekdays: [{ day: 'MONDAY', nth: 2 }] }],
  ])('is refused for its %s', (part, pattern) => {
    expect(refusalOf(() => compiled(pattern))).toMatchObject({ code: 'INVALID_RECURRENCE', part });
  });
});

describe('the last day of shorter months', () => {
  const days = (pattern: RecurrencePattern, startsAtLocal: string): readonly string[] => {
    const rrule = compilePattern({ monthEnd: 'LAST_DAY', ...pattern }, startsAtLocal);
    const set = { timezone: 'UTC', startsAtLocal, recurrence: { rrule, exdates: [], rdates: [] } };
    return expand(set, { limit: 5 }).starts.map((start) => start.slice(0, 10));
  };

  it('stands in for the 31st', () => {
    const expected = ['2027-01-31', '2027-02-28', '2027-03-31', '2027-04-30', '2027-05-31'];
    expect(days({ frequency: 'MONTHLY' }, '2027-01-31T10:00:00')).toEqual(expected);
    expect(days({ frequency: 'MONTHLY', monthDays: [31] }, '2027-01-31T10:00:00')).toEqual(expected);
  });

  it('stands in for the 30th in February only', () => {
    const expected = ['2027-01-30', '2027-02-28', '2027-03-30', '2027-04-30', '2027-05-30'];
    expect(days({ frequency: 'MONTHLY' }, '2027-01-30T10:00:00')).toEqual(expected);
  });

  it('leaves the other days of the rule where they are', () => {
    const expected = ['2027-02-15', '2027-02-28', '2027-03-15', '2027-03-31', '2027-04-15'];
    expect(days({ frequency: 'MONTHLY', monthDays: [15, 31] }, '2027-02-15T10:00:00')).toEqual(expected);
  });

  it('reads a day that is named twice once', () => {
    const once = days({ frequency: 'MONTHLY', monthDays: [15, 31] }, '2027-01-15T10:00:00');
    expect(days({ frequency: 'MONTHLY', monthDays: [15, 15, 31, 31] }, '2027-01-15T10:00:00')).toEqual(once);
  });

  it('stands in for a leap day', () => {
    const expected = ['2028-02-29', '2029-02-28', '2030-02-28', '2031-02-28', '2032-02-29'];
    expect(days({ frequency: 'YEARLY' }, '2028-02-29T10:00:00')).toEqual(expected);
  });

  it('changes nothing where every month has the day', () => {
    expect(compiled({ frequency: 'MONTHLY', monthEnd: 'LAST_DAY', monthDays: [28] })).toBe(
      'FREQ=MONTHLY;BYMONTHDAY=28',
    );
  });
});
