import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { civilDate, dayNumber } from '../../../src/domain/civil-date';
import { nextDaysRange } from '../../../src/domain/days-ahead';
import { ZONES_BY_AREA } from '../../../src/domain/iana-zones';
import { canonicalTimeZone } from '../../../src/domain/time-zone';
import { formatLocal, parseLocal, toInstant, toLocal } from '../../../src/domain/wall-clock';

describe('a local date-time', () => {
  it.each(['2027-03-01T10:00', '2027-03-01T10:00:00'])('is read: %s', (text) => {
    expect(formatLocal(parseLocal(text)!)).toBe('2027-03-01T10:00:00');
  });

  it.each([
    ...['2027-02-30T10:00:00', '2027-02-29T10:00', '2027-13-01T10:00', '2027-00-10T10:00', '2027-03-00T10:00'],
    ...['2027-03-01T24:00', '2027-03-01T10:60', '2027-03-01T10:00:60', '2027-03-01', '2027-03-01 10:00'],
    ...[
      '2027-03-01T10:00Z',
      '2027-03-01T10:00:00+01:00',
      '1969-12-31T10:00',
      '2201-01-01T00:00',
      '',
      ' 2027-03-01T10:00',
    ],
    ...['２０２７-03-01T10:00', '2027-3-1T10:00', '+002027-03-01T10:00', '2027-03-01T10:00:00.000'],
  ])('is refused: %s', (text) => {
    expect(parseLocal(text)).toBeNull();
  });

  it('knows the calendar from 1970 to 2200', () => {
    for (let day = 0; day < 84_371; day++) {
      const { year, month, day: dayOfMonth } = civilDate(day);
      const date = new Date(day * 86_400_000);
      if (date.getUTCFullYear() !== year || date.getUTCMonth() + 1 !== month || date.getUTCDate() !== dayOfMonth) {
        throw new Error(`wrong date for day ${day}`);
      }
      if (dayNumber(year, month, dayOfMonth) !== day) throw new Error(`wrong number for day ${day}`);
    }
  });
});

describe('a time that the clocks jump over', () => {
  it.each([
    ['America/New_York', '2027-03-14T02:30:00', '2027-03-14T03:30:00', '2027-03-14T07:30:00.000Z'],
    ['Australia/Lord_Howe', '2027-10-03T02:15:00', '2027-10-03T02:45:00', '2027-10-02T15:45:00.000Z'],
    ['Africa/Cairo', '2027-04-30T00:30:00', '2027-04-30T01:30:00', '2027-04-29T22:30:00.000Z'],
    ['America/Sao_Paulo', '2018-11-04T00:00:00', '2018-11-04T01:00:00', '2018-11-04T03:00:00.000Z'],
    ['Pacific/Apia', '2011-12-30T10:00:00', '2011-12-31T10:00:00', '2011-12-30T20:00:00.000Z'],
  ])('moves forward by the jump: %s %s', (zone, local, shown, instant) => {
    const resolved = toInstant(local, zone);
    expect(resolved.dstAdjusted).toBe('GAP');
    expect(toLocal(resolved.instant, zone)).toBe(shown);
    expect(resolved.instant.toISOString()).toBe(instant);
  });
});

describe('a time that the clocks show twice', () => {
  it.each([
    ['America/New_York', '2026-11-01T01:30:00', '2026-11-01T05:30:00.000Z'],
    ['Australia/Lord_Howe', '2027-04-04T01:45:00', '2027-04-03T14:45:00.000Z'],
    ['Africa/Cairo', '2027-10-28T23:30:00', '2027-10-28T20:30:00.000Z'],
  ])('is the first of the two: %s %s', (zone, local, instant) => {
    expect(toInstant(local, zone)).toEqual({ instant: new Date(instant), dstAdjusted: 'OVERLAP' });
  });
});

it('any wall clock of any zone is the instant that Temporal finds', () => {
  const zones = Object.entries(ZONES_BY_AREA).flatMap(([area, names]) => names.split(' ').map((n) => `${area}/${n}`));
  const aroundAChange = fc
    .tuple(fc.constantFrom(...zones), fc.integer({ min: 1970, max: 2060 }), fc.integer({ min: -180, max: 180 }))
    .map(([zone, year, minutes]) => {
      const change = Temporal.ZonedDateTime.from({ timeZone: zone, year, month: 1, day: 2 }).getTimeZoneTransition(
        'next',
      );
      const wall = (
        change ?? Temporal.ZonedDateTime.from({ timeZone: zone, year, month: 6, day: 1 })
      ).toPlainDateTime();
      return { zone, wall: wall.round('minute').add({ minutes }) };
    })
    .filter(({ wall }) => wall.year <= 2200);
  fc.assert(
    fc.property(aroundAChange, ({ zone, wall }) => {
      const expected = wall.toZonedDateTime(zone).epochMilliseconds;
      expect(toInstant(wall.toString({ smallestUnit: 'second' }), zone).instant.getTime()).toBe(expected);
    }),
    { seed: 42, numRuns: 400 },
  );
});

describe('a time zone', () => {
  it.each([
    ['Europe/Berlin', 'Europe/Berlin'],
    ['europe/berlin', 'Europe/Berlin'],
    ['AMERICA/PORT-AU-PRINCE', 'America/Port-au-Prince'],
    ['antarctica/dumontdurville', 'Antarctica/DumontDUrville'],
    ['Asia/Calcutta', 'Asia/Kolkata'],
    ['Asia/Kolkata', 'Asia/Kolkata'],
    ['Europe/Kiev', 'Europe/Kyiv'],
    ['US/Eastern', 'America/New_York'],
    ['Europe/Amsterdam', 'Europe/Amsterdam'],
    ['America/Buenos_Aires', 'America/Argentina/Buenos_Aires'],
    ['utc', 'UTC'],
    ['Etc/UTC', 'UTC'],
  ])('%s is %s, on every engine', (name, canonical) => {
    expect(canonicalTimeZone(name)).toBe(canonical);
  });

  it.each([
    ...['EST', 'est', 'CET', 'MST', 'EST5EDT', 'PST', 'GMT', 'Z', '+05:00', '-0800', 'UTC+1', 'GMT+5', 'Etc/GMT+5'],
    ...['', ' ', 'Mars/Olympus', 'Europe', 'Europe/', 'Europe/Berlin ', 'Europe/Berlin\0', '__proto__', 'constructor'],
  ])('is not: %j', (name) => {
    expect(canonicalTimeZone(name)).toBeNull();
  });

  it('is known for every place that this engine knows', () => {
    const places = Intl.supportedValuesOf('timeZone').filter((name) => name.includes('/') && !name.startsWith('Etc/'));
    expect(places.filter((name) => canonicalTimeZone(name) === null)).toEqual([]);
  });
});

describe('the next days', () => {
  const hours = ({ startsAt, endsAt }: { startsAt: Date; endsAt: Date }): number => (+endsAt - +startsAt) / 3_600_000;

  it('begin with the start of today in the zone that is asked for', () => {
    const now = new Date('2027-03-01T23:30:00Z');
    expect(nextDaysRange(now, 1, 'Asia/Kolkata').startsAt).toEqual(new Date('2027-03-01T18:30:00Z'));
    expect(nextDaysRange(now, 1, 'America/Los_Angeles').startsAt).toEqual(new Date('2027-03-01T08:00:00Z'));
  });

  it('count a day of 23 hours and one of 25 as one', () => {
    expect(hours(nextDaysRange(new Date('2027-03-14T12:00:00Z'), 1, 'America/New_York'))).toBe(23);
    expect(hours(nextDaysRange(new Date('2027-11-07T12:00:00Z'), 1, 'America/New_York'))).toBe(25);
    expect(hours(nextDaysRange(new Date('2027-03-01T12:00:00Z'), 30, 'America/New_York'))).toBe(30 * 24 - 1);
  });

  it('begin after midnight where there is none', () => {
    const day = new Date('2018-11-04T12:00:00Z');
    const today = nextDaysRange(day, 1, 'America/Sao_Paulo');
    expect(toLocal(today.startsAt, 'America/Sao_Paulo')).toBe('2018-11-04T01:00:00');
    expect(hours(today)).toBe(23);
  });
});
