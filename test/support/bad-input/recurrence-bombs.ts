/** Rules that never match, cost without end, say what the policy leaves out, or say nothing at all [A10]. */
const TEXTS: readonly string[] = [
  // Never: no year has a 30 February.
  'FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30',
  'FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30',
  'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30',
  'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30,31;BYDAY=MO,TU,WE,TH,FR,SA,SU;BYSETPOS=1',
  'FREQ=MONTHLY;BYMONTHDAY=1;BYDAY=MO;BYSETPOS=366',
  // More often than a calendar has use for.
  ...['HOURLY', 'MINUTELY', 'SECONDLY', 'NEVER', ''].map((frequency) => `FREQ=${frequency}`),
  ...['COUNT=0', 'COUNT=-5', 'COUNT=731', 'COUNT=2147483648', 'COUNT=1E3', 'COUNT='].map(
    (part) => `FREQ=DAILY;${part}`,
  ),
  ...['INTERVAL=0', 'INTERVAL=-1', 'INTERVAL=367', 'INTERVAL=999999999', 'INTERVAL=１'].map(
    (part) => `FREQ=DAILY;${part}`,
  ),
  ...['UNTIL=00010101T000000Z', 'UNTIL=99991231T235959Z', 'UNTIL=20270230', 'UNTIL=TOMORROW'].map(
    (part) => `FREQ=DAILY;${part}`,
  ),
  ...['BYSETPOS=', 'BYSETPOS=1', 'BYSETPOS=0;BYDAY=MO', 'BYSETPOS=367;BYDAY=MO'].map((part) => `FREQ=MONTHLY;${part}`),
  ...['BYMONTH=0', 'BYMONTH=13', 'BYMONTH=-1', 'BYMONTHDAY=0', 'BYMONTHDAY=32'].map((part) => `FREQ=YEARLY;${part}`),
  ...['BYYEARDAY=0', 'BYYEARDAY=367', 'BYWEEKNO=0', 'BYWEEKNO=54', 'BYDAY=54MO', 'BYDAY=0MO', 'BYDAY=XX'].map(
    (part) => `FREQ=YEARLY;${part}`,
  ),
  // Every list full.
  `FREQ=YEARLY;BYYEARDAY=${Array.from({ length: 366 }, (_, n) => n + 1).join(',')}`,
  `FREQ=DAILY;BYHOUR=${Array.from({ length: 24 }, (_, n) => n).join(',')}`,
  `FREQ=DAILY;BYSECOND=${Array.from({ length: 60 }, (_, n) => n).join(',')}`,
  `FREQ=WEEKLY;BYDAY=${Array.from({ length: 20_000 }, () => 'MO').join(',')}`,
  // What RFC 5545 rules out.
  'FREQ=DAILY;BYDAY=1MO',
  'FREQ=WEEKLY;BYDAY=-1FR',
  'FREQ=YEARLY;BYWEEKNO=1;BYDAY=1MO',
  'FREQ=WEEKLY;BYMONTHDAY=1',
  'FREQ=MONTHLY;BYYEARDAY=1',
  'FREQ=MONTHLY;BYWEEKNO=1',
  'FREQ=DAILY;COUNT=3;UNTIL=20270401',
  'FREQ=DAILY;COUNT=3;COUNT=4',
  'FREQ=DAILY;FREQ=WEEKLY',
  // What is not there, and what is no rule.
  'EXRULE=FREQ=DAILY',
  'FREQ=MONTHLY;RSCALE=HEBREW',
  'FREQ=MONTHLY;SKIP=FORWARD',
  'FREQ=DAILY;X-FOO=1',
  'RRULE:RRULE:FREQ=DAILY',
  'FREQ=DAILY\nEXDATE:20270301T100000',
  'DTSTART:20270301T100000\nRRULE:FREQ=DAILY',
  'FREQ=DAILY;',
  ';;;;',
  '{"$ne":1}',
  'FREQ=DAILY;COUNT=1\u0000',
  'FREQ=DAILY;BYDAY=M\ud800',
  '__proto__=1',
  '',
  ' ',
  'n'.repeat(10_000),
];

const monday = { day: 'MONDAY' };
const times = <T>(length: number, value: T): T[] => Array.from({ length }, () => value);

const PATTERNS: readonly object[] = [
  ...[0, -1, 367, 999_999_999, 2_147_483_647].map((interval) => ({ frequency: 'WEEKLY', interval })),
  ...[0, -5, 731, 2_147_483_647].map((count) => ({ frequency: 'WEEKLY', count })),
  ...[[0], [32], [-32], times(1_000, 1)].map((monthDays) => ({ frequency: 'MONTHLY', monthDays })),
  ...[0, 54, -54, 2_147_483_647].map((nth) => ({ frequency: 'MONTHLY', weekdays: [{ ...monday, nth }] })),
  { frequency: 'WEEKLY', weekdays: [{ ...monday, nth: 1 }] },
  { frequency: 'WEEKLY', monthDays: [1] },
  { frequency: 'WEEKLY', weekdays: times(1_000, monday) },
  { frequency: 'DAILY', count: 3, untilLocal: '2027-04-01T10:00' },
];

const rule = { rrule: 'FREQ=WEEKLY;COUNT=3' };
/** The three dates that `rule` has from Monday, 1 March 2027, 10:00 on. */
const itsDates = ['2027-03-01T10:00', '2027-03-08T10:00', '2027-03-15T10:00'];

const DATES: readonly object[] = [
  { rule, exdates: times(501, '2027-03-08T10:00') },
  { rule, rdates: times(501, '2027-03-09T10:00') },
  { rule, exdates: itsDates },
  { rule, rdates: ['2027-02-28T10:00'] },
];

const shortened = (text: string): string => (text.length > 70 ? `${text.slice(0, 70)}… (${text.length})` : text);

/** For a start on Monday, 1 March 2027, 10:00: each with a name. */
export const BOMBS: readonly (readonly [string, object])[] = [
  ...TEXTS.map((rrule) => ({ rule: { rrule } })),
  ...PATTERNS.map((pattern) => ({ rule: { pattern } })),
  ...DATES,
].map((recurrence) => [shortened(JSON.stringify(recurrence)), recurrence]);
