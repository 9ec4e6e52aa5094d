import fc from 'fast-check';
import { durationBetween, endOf, formatDuration, parseDuration } from '../../../src/domain/duration';
import { toInstant, wallMs } from '../../../src/domain/wall-clock';

const HOUR = 3_600_000;

describe('a duration', () => {
  it.each([
    ['PT1H30M', 1.5 * HOUR],
    ['PT90M', 1.5 * HOUR],
    ['P2D', 48 * HOUR],
    ['P1W', 168 * HOUR],
    ['P1DT12H', 36 * HOUR],
    ['PT1S', 1000],
    ['P31D', 744 * HOUR],
  ])('is read: %s', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it.each([
    ...['', 'P', 'PT', 'P1DT', 'PT0S', 'P0D', '-PT1H', 'PT-1H', 'P1M', 'P1Y', 'P32D', 'PT744H1S', 'PT1.5H', 'pt1h'],
    ...['1h', '90', 'PT1M1H', 'P5W', 'PT999999999H', ' PT1H'],
  ])('is refused: %j', (text) => {
    expect(parseDuration(text)).toBeNull();
  });

  it('is written so that it reads as the same', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 31 * 86_400 }), (seconds) => {
        expect(parseDuration(formatDuration(seconds * 1000))).toBe(seconds * 1000);
      }),
      { seed: 42 },
    );
  });
});

describe('the end of an event', () => {
  const end = (local: string, ms: number, zone: string): string =>
    endOf({ wall: wallMs(local), instant: toInstant(local, zone).instant }, ms, zone).toISOString();

  it('is what a stopwatch says when it lasts less than a day, over a clock change too', () => {
    expect(end('2027-03-14T01:30:00', 2 * HOUR, 'America/New_York')).toBe('2027-03-14T08:30:00.000Z');
    expect(end('2027-11-07T00:30:00', 2 * HOUR, 'America/New_York')).toBe('2027-11-07T06:30:00.000Z');
  });

  it('is the local midnight of an all-day event, on a day of 23 or 25 hours too', () => {
    expect(end('2027-03-14T00:00:00', 24 * HOUR, 'America/New_York')).toBe('2027-03-15T04:00:00.000Z');
    expect(end('2027-11-07T00:00:00', 24 * HOUR, 'America/New_York')).toBe('2027-11-08T05:00:00.000Z');
    expect(end('2018-11-04T00:00:00', 24 * HOUR, 'America/Sao_Paulo')).toBe('2018-11-05T02:00:00.000Z');
  });

  it('follows the wall clock over several days', () => {
    expect(end('2027-03-13T18:00:00', 48 * HOUR, 'America/New_York')).toBe('2027-03-15T22:00:00.000Z');
  });

  it('comes after the start even where the whole day does not exist', () => {
    expect(end('2011-12-30T10:00:00', 24 * HOUR, 'Pacific/Apia')).toBe('2011-12-31T20:00:00.000Z');
  });

  it('gives the duration back', () => {
    for (const ms of [HOUR, 22 * HOUR, 24 * HOUR, 72 * HOUR]) {
      const startsAt = toInstant('2027-03-13T12:00:00', 'America/New_York').instant;
      const endsAt = endOf({ wall: wallMs('2027-03-13T12:00:00'), instant: startsAt }, ms, 'America/New_York');
      const start = { wall: wallMs('2027-03-13T12:00:00'), instant: startsAt };
      expect(durationBetween(start, endsAt, 'America/New_York')).toBe(ms);
    }
  });

  it.each([
    ['Africa/Cairo', ['2027-04-29', '2027-04-30', '2027-10-28', '2027-10-29']],
    ['America/Santiago', ['2027-09-04', '2027-09-05', '2027-04-03', '2027-04-04']],
    ['America/Havana', ['2027-03-13', '2027-03-14', '2027-11-06', '2027-11-07']],
  ])('gives a whole day back around a midnight that clocks jump over: %s', (zone, days) => {
    for (const day of days) {
      for (const ms of [24 * HOUR, 48 * HOUR, HOUR]) {
        const wall = wallMs(`${day}T00:00:00`);
        const start = { wall, instant: toInstant(`${day}T00:00:00`, zone).instant };
        expect([day, durationBetween(start, endOf(start, ms, zone), zone)]).toEqual([day, ms]);
      }
    }
  });
});
