import fc from 'fast-check';
import { RRule } from 'rrule';
import { RRuleTemporal } from 'rrule-temporal';
import { expand, type ExpansionWindow } from '../../../src/domain/recurrence';

interface Dates {
  readonly at?: string;
  readonly zone?: string;
  readonly exdates?: readonly string[];
  readonly rdates?: readonly string[];
}

function expansion(rrule: string, { at, zone, exdates = [], rdates = [] }: Dates, window: ExpansionWindow = {}) {
  return expand(
    {
      timezone: zone ?? 'Europe/Berlin',
      startsAtLocal: at ?? '2027-01-31T10:00:00',
      recurrence: { rrule, exdates, rdates },
    },
    window,
  );
}

/** The starts without their time of day, which is the same in each. */
const days = (rrule: string, dates: Dates = {}, window: ExpansionWindow = {}): readonly string[] =>
  expansion(rrule, dates, window).starts.map((start) => start.slice(0, 10));

describe('months of different length', () => {
  it('are skipped where they have no 31st', () => {
    expect(days('FREQ=MONTHLY;COUNT=4')).toEqual(['2027-01-31', '2027-03-31', '2027-05-31', '2027-07-31']);
  });

  it('have a last day each', () => {
    expect(days('FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=3')).toEqual(['2027-01-31', '2027-02-28', '2027-03-31']);
    expect(days('FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1;COUNT=3')).toEqual([
      ...['2027-01-31', '2027-02-28', '2027-03-31'],
    ]);
  });

  it('bring a leap day every four years, and not in 2100', () => {
    const at = '2088-02-29T10:00:00';
    expect(days('FREQ=YEARLY;COUNT=4', { at })).toEqual(['2088-02-29', '2092-02-29', '2096-02-29', '2104-02-29']);
  });

  it('have a fifth Monday only now and then', () => {
    const at = '2027-03-29T10:00:00';
    expect(days('FREQ=MONTHLY;BYDAY=5MO;COUNT=3', { at })).toEqual(['2027-03-29', '2027-05-31', '2027-08-30']);
  });
});

describe('UNTIL', () => {
  const at = '2027-03-01T10:00:00';

  it('that names a day is its midnight to the generator; where people enter it, it becomes the end of that day', () => {
    expect(days('FREQ=DAILY;UNTIL=20270303', { at })).toEqual(['2027-03-01', '2027-03-02']);
    expect(days('FREQ=DAILY;UNTIL=20270303T235959', { at })).toEqual(['2027-03-01', '2027-03-02', '2027-03-03']);
  });

  it('that names a local time is a wall clock of the zone, inclusive', () => {
    expect(days('FREQ=DAILY;UNTIL=20270303T100000', { at })).toHaveLength(3);
    expect(days('FREQ=DAILY;UNTIL=20270303T095959', { at })).toHaveLength(2);
  });

  it('that ends on Z or an offset is an instant', () => {
    const zone = 'America/New_York';
    expect(days('FREQ=DAILY;UNTIL=20270303T150000Z', { at, zone })).toHaveLength(3);
    expect(days('FREQ=DAILY;UNTIL=20270303T145959Z', { at, zone })).toHaveLength(2);
    expect(days('FREQ=DAILY;UNTIL=20270303T160000+0100', { at, zone })).toHaveLength(3);
  });

  it('is compared with the start as moved by the clock change', () => {
    const gap = { at: '2027-03-12T02:30:00', zone: 'America/New_York' };
    expect(days('FREQ=DAILY;UNTIL=20270314T070000Z', gap)).toEqual(['2027-03-12', '2027-03-13']);
    expect(days('FREQ=DAILY;UNTIL=20270314T073000Z', gap)).toEqual(['2027-03-12', '2027-03-13', '2027-03-14']);
  });
});

describe('exclusions and added dates', () => {
  const at = '2027-03-01T10:00:00';

  it('use up COUNT', () => {
    expect(days('FREQ=DAILY;COUNT=3', { at, exdates: ['2027-03-02T10:00:00'] })).toEqual(['2027-03-01', '2027-03-03']);
  });

  it('name a date-time: another start of the same day stays', () => {
    const dates = { at, rdates: ['2027-03-02T18:00:00'], exdates: ['2027-03-02T10:00:00', '2027-03-03T18:00:00'] };
    expect(expansion('FREQ=DAILY;COUNT=3', dates).starts).toEqual([
      ...['2027-03-01T10:00:00', '2027-03-02T18:00:00', '2027-03-03T10:00:00'],
    ]);
  });

  it('are sorted in, each date once, and an exclusion wins over an addition', () => {
    const rdates = ['2027-03-05T10:00:00', '2027-03-02T10:00:00', '2027-03-04T10:00:00'];
    const dates = { at, rdates, exdates: ['2027-03-04T10:00:00'] };
    expect(days('FREQ=DAILY;COUNT=2', dates)).toEqual(['2027-03-01', '2027-03-02', '2027-03-05']);
  });
});

describe('a window', () => {
  const at = '1990-01-01T10:00:00';

  it('late in an old series costs no more than one at its beginning', () => {
    const window = { from: '2190-01-01T00:00:00', until: '2190-01-07T23:59:59' };
    const late = expansion('FREQ=DAILY', { at }, window);
    expect(late.starts).toHaveLength(7);
    expect(late.steps).toBeLessThan(10);
    expect(expansion('FREQ=WEEKLY;INTERVAL=3;BYDAY=MO,WE', { at }, window).steps).toBeLessThan(30);
    expect(expansion('FREQ=MONTHLY;INTERVAL=5;BYDAY=2MO', { at }, window).steps).toBeLessThan(70);
    expect(expansion('FREQ=YEARLY;BYWEEKNO=1', { at }, window).steps).toBeLessThan(400);
  });

  it('shows of every rule what the whole set shows there', () => {
    const rules = ['FREQ=DAILY;INTERVAL=7', 'FREQ=WEEKLY;INTERVAL=3;BYDAY=SU,TU;WKST=SU', 'FREQ=MONTHLY;INTERVAL=5'];
    for (const rule of [...rules, 'FREQ=YEARLY;INTERVAL=3;BYDAY=20MO', 'FREQ=DAILY;COUNT=700;INTERVAL=5']) {
      const whole = expansion(rule, { at }, { until: '1999-12-31T00:00:00' }).starts;
      const window = { from: '1995-05-05T10:00:00', until: '1999-12-31T00:00:00' };
      expect(expansion(rule, { at }, window).starts).toEqual(whole.filter((start) => start >= window.from));
    }
  });

  it('tells whether the set ends in it', () => {
    const ends = (rule: string, window: ExpansionWindow): boolean => expansion(rule, { at }, window).complete;
    expect(ends('FREQ=DAILY;COUNT=3', {})).toBe(true);
    expect(ends('FREQ=DAILY;COUNT=3', { until: '1990-01-03T10:00:00' })).toBe(true);
    expect(ends('FREQ=DAILY;COUNT=3', { until: '1990-01-03T09:59:59' })).toBe(false);
    expect(ends('FREQ=DAILY;COUNT=3', { limit: 2 })).toBe(false);
    expect(ends('FREQ=DAILY;UNTIL=19900103T235959', { until: '1990-01-03T23:00:00' })).toBe(true);
    expect(ends('FREQ=DAILY', { until: '1990-01-03T09:59:59' })).toBe(false);
  });
});

describe('what rrule gets wrong', () => {
  const at = '2027-03-07T10:00:00';

  it('a position beyond the set is none, and does not wrap around', () => {
    expect(days('FREQ=MONTHLY;BYDAY=1SU;BYSETPOS=-2', { at }, { until: '2030-01-01T00:00:00' })).toEqual([]);
  });

  it('one day chosen by two positions is one member, and counts once', () => {
    expect(days('FREQ=MONTHLY;BYDAY=1SU;BYSETPOS=1,-1;COUNT=2', { at })).toEqual(['2027-03-07', '2027-04-04']);
  });

  it('positions in the first week count from the start of the week, not from DTSTART', () => {
    const rule = 'FREQ=WEEKLY;BYDAY=MO,WE,FR;BYSETPOS=1,3;COUNT=3';
    expect(days(rule, { at: '2027-03-03T10:00:00' })).toEqual(['2027-03-05', '2027-03-08', '2027-03-12']);
  });

  it('a week number without a weekday means the weekday of DTSTART', () => {
    expect(days('FREQ=YEARLY;BYWEEKNO=20;COUNT=2', { at: '2027-05-19T10:00:00' })).toEqual([
      '2027-05-19',
      '2028-05-17',
    ]);
  });
});

it('the day that weeks begin on decides which weeks INTERVAL=2 leaves out', () => {
  const at = '1997-08-05T09:00:00';
  const rule = 'FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU';
  expect(days(rule, { at })).toEqual(['1997-08-05', '1997-08-10', '1997-08-19', '1997-08-24']);
  expect(days(`${rule};WKST=SU`, { at })).toEqual(['1997-08-05', '1997-08-17', '1997-08-19', '1997-08-31']);
});

const weekday = fc.constantFrom('MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU');
const nthWeekday = fc.tuple(fc.constantFrom('1', '2', '4', '5', '-1', '-2'), weekday).map((pair) => pair.join(''));
const list = <T>(one: fc.Arbitrary<T>) =>
  fc.uniqueArray(one, { minLength: 1, maxLength: 4 }).map((all) => all.join(','));
const part = (name: string, values: fc.Arbitrary<string>) =>
  fc.option(
    values.map((value) => `;${name}=${value}`),
    { nil: '', freq: 2 },
  );
const monthDay = fc.oneof(fc.integer({ min: 1, max: 31 }), fc.integer({ min: -31, max: -1 }));
const months = part('BYMONTH', list(fc.integer({ min: 1, max: 12 })));
const shapes = fc.oneof(
  fc.tuple(fc.constant('FREQ=DAILY'), months, part('BYMONTHDAY', list(monthDay)), part('BYDAY', list(weekday))),
  fc.tuple(fc.constant('FREQ=WEEKLY'), months, part('BYDAY', list(weekday)), part('WKST', weekday)),
  fc.tuple(fc.constant('FREQ=MONTHLY'), months, part('BYMONTHDAY', list(monthDay)), part('BYDAY', list(weekday))),
  fc.tuple(fc.constant('FREQ=MONTHLY'), months, part('BYDAY', list(nthWeekday))),
  fc.tuple(fc.constant('FREQ=YEARLY'), months, part('BYDAY', list(nthWeekday))),
  fc.tuple(fc.constant('FREQ=YEARLY'), part('BYYEARDAY', list(fc.constantFrom(1, 59, 60, 100, 365, 366, -1, -366)))),
);
const rule = fc
  .tuple(shapes, fc.integer({ min: 1, max: 5 }))
  .map(([parts, interval]) => `${parts.join('')};INTERVAL=${interval}`);
const start = fc
  .integer({ min: Date.UTC(2020, 0, 1) / 86_400_000, max: Date.UTC(2030, 11, 31) / 86_400_000 })
  .map((day) => new Date(day * 86_400_000).toISOString().slice(0, 10));

const compact = (local: string): string => local.replace(/[-:]/g, '');

describe('any rule without BYSETPOS', () => {
  const UNTIL = '2034-12-31T00:00:00';

  it('has the dates that rrule finds, floating', () => {
    fc.assert(
      fc.property(rule, start, (rrule, day) => {
        const options = { ...RRule.parseString(rrule), dtstart: new Date(`${day}T10:00:00Z`) };
        const expected = new RRule(options).between(options.dtstart, new Date(`${UNTIL}Z`), true);
        expect(expansion(rrule, { at: `${day}T10:00:00` }, { until: UNTIL }).starts).toEqual(
          expected.map((date) => date.toISOString().slice(0, 19)),
        );
      }),
      { seed: 42, numRuns: 300 },
    );
  });

  it('has the dates that rrule-temporal finds, in zones', () => {
    const zones = fc.constantFrom('America/New_York', 'Australia/Lord_Howe', 'Africa/Cairo', 'Asia/Kolkata');
    // At noon no clock changes, so its way of skipping what the clocks jump over makes no difference.
    fc.assert(
      fc.property(rule, start, zones, (rrule, day, zone) => {
        const rruleString = `DTSTART;TZID=${zone}:${compact(day)}T120000\nRRULE:${rrule}`;
        const expected = new RRuleTemporal({ rruleString }).between(
          new Date(`${day}T00:00:00Z`),
          new Date(`${UNTIL}Z`),
          true,
        );
        expect(expansion(rrule, { at: `${day}T12:00:00`, zone }, { until: UNTIL }).starts.slice(0, 40)).toEqual(
          expected.map((zoned) => zoned.toPlainDateTime().toString()).slice(0, 40),
        );
      }),
      { seed: 42, numRuns: 150 },
    );
  });
});
