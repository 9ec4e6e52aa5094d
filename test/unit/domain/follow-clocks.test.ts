import fc from 'fast-check';
import { followClocks, inMovingOrder } from '../../../src/domain/follow-clocks';
import type { Schedule } from '../../../src/domain/event';
import { materialise } from '../../../src/domain/materialise';
import type { Occurrence } from '../../../src/domain/occurrence';

type Stored = Parameters<typeof followClocks>[0];
const HOUR = 3_600_000;
const NOW = new Date('2027-01-01T00:00:00Z');

/** The dates of a series as they are stored under the time zone data of today. */
const storedOf = (schedule: Schedule, over: Partial<Occurrence> = {}): Stored[] =>
  materialise(schedule, NOW).members.map((member) => ({
    ...member,
    id: member.recurrenceId as Occurrence['id'],
    timezone: schedule.timezone,
    overriddenFields: [],
    ...over,
  }));

const schedule = (given: Partial<Schedule> = {}): Schedule => ({
  timezone: 'America/Mexico_City',
  startsAtLocal: '2027-06-01T10:00:00',
  duration: 'PT1H',
  recurrence: null,
  ...given,
});

/** Put on the clock by data under which Mexico still had daylight saving: an hour early. */
const anHourEarly = (date: Stored): Stored => ({
  ...date,
  startsAt: new Date(date.startsAt.getTime() - HOUR),
  endsAt: new Date(date.endsAt.getTime() - HOUR),
});

describe('a date that was stored before a country changed its clocks', () => {
  it('belongs where its wall clock is now', () => {
    const [date] = storedOf(schedule());
    expect(followClocks(anHourEarly(date!), 'PT1H')).toEqual({
      startsAtLocal: '2027-06-01T10:00:00',
      startsAt: new Date('2027-06-01T16:00:00Z'),
      endsAt: new Date('2027-06-01T17:00:00Z'),
      dstAdjusted: null,
    });
  });

  it('keeps the wall clock that was set on it alone, and its own length', () => {
    const [date] = storedOf(schedule());
    const alone: Stored = {
      ...anHourEarly(date!),
      recurrenceId: '2027-06-02T08:00:00',
      endsAt: new Date(date!.startsAt.getTime() + 2 * HOUR),
      overriddenFields: ['startsAtLocal', 'duration'],
    };
    expect(followClocks(alone, 'PT1H')).toMatchObject({
      startsAtLocal: '2027-06-01T10:00:00',
      startsAt: new Date('2027-06-01T16:00:00Z'),
      endsAt: new Date('2027-06-01T19:00:00Z'),
    });
  });

  it('is held at its nominal time again when the gap that moved it is no more', () => {
    // As stored while the clocks of Mexico were still going to jump from two to three that night.
    const date: Stored = {
      ...storedOf(schedule({ startsAtLocal: '2027-04-04T02:30:00' }))[0]!,
      startsAtLocal: '2027-04-04T03:30:00',
      dstAdjusted: 'GAP',
    };
    expect(followClocks(date, 'PT1H')).toEqual({
      startsAtLocal: '2027-04-04T02:30:00',
      startsAt: date.startsAt,
      endsAt: date.endsAt,
      dstAdjusted: null,
    });
  });

  it('is held at its nominal time again when there is summer time for ever, too, and its old hour is still shown', () => {
    const [right] = storedOf(schedule({ startsAtLocal: '2027-04-04T02:30:00' }));
    const later = (date: Date): Date => new Date(date.getTime() + HOUR);
    const gap = { startsAtLocal: '2027-04-04T03:30:00', dstAdjusted: 'GAP' as const };
    const before: Stored = { ...right!, ...gap, startsAt: later(right!.startsAt), endsAt: later(right!.endsAt) };
    expect(followClocks(before, 'PT1H')).toMatchObject({ startsAt: right!.startsAt, dstAdjusted: null });
  });

  it('no longer says that its hour comes twice when it does not', () => {
    const [date] = storedOf(schedule());
    expect(followClocks({ ...date!, dstAdjusted: 'OVERLAP' }, 'PT1H')).toMatchObject({
      startsAt: date!.startsAt,
      dstAdjusted: null,
    });
  });

  it('is moved forward when the clocks have come to jump over it', () => {
    const date = storedOf(schedule({ timezone: 'Europe/Berlin', startsAtLocal: '2027-03-28T02:30:00' }))[0]!;
    const before: Stored = { ...date, startsAtLocal: '2027-03-28T02:30:00', dstAdjusted: null };
    expect(followClocks(before, 'PT1H')).toMatchObject({ startsAtLocal: '2027-03-28T03:30:00', dstAdjusted: 'GAP' });
  });

  it('keeps the wall clock that it stayed at when its series was given an earlier hour', () => {
    const [date] = storedOf(schedule());
    const stayed: Stored = { ...anHourEarly(date!), recurrenceId: '2027-05-31T08:00:00' };
    expect(followClocks(stayed, 'PT1H')).toMatchObject({ startsAt: date!.startsAt, endsAt: date!.endsAt });
  });

  it('keeps the hour that a gap gave to a date that was moved alone', () => {
    const [date] = storedOf(schedule({ startsAtLocal: '2027-06-01T03:30:00' }));
    const alone: Stored = {
      ...anHourEarly(date!),
      recurrenceId: '2027-06-02T08:00:00',
      dstAdjusted: 'GAP',
      overriddenFields: ['startsAtLocal'],
    };
    expect(followClocks(alone, 'PT1H')).toMatchObject({
      startsAt: date!.startsAt,
      startsAtLocal: '2027-06-01T03:30:00',
    });
  });

  it('ends at midnight when only its last day has another length', () => {
    const [date] = storedOf(
      schedule({ timezone: 'Europe/Berlin', startsAtLocal: '2027-03-27T00:00:00', duration: 'P2D' }),
    );
    // Under data without the change of 28 March the two days had 48 hours.
    const before: Stored = { ...date!, endsAt: new Date(date!.endsAt.getTime() + HOUR) };
    expect(followClocks(before, 'P2D')).toMatchObject({ startsAt: date!.startsAt, endsAt: date!.endsAt });
    const [day] = storedOf(
      schedule({ timezone: 'Europe/Berlin', startsAtLocal: '2027-03-28T00:00:00', duration: 'P1D' }),
    );
    const aWholeDay: Stored = { ...day!, endsAt: new Date(day!.startsAt.getTime() + 24 * HOUR) };
    expect(followClocks(aWholeDay, 'P1D')).toMatchObject({ startsAt: day!.startsAt, endsAt: day!.endsAt });
  });
});

describe('a date that is where its wall clock is', () => {
  const zone = fc.constantFrom('Europe/Berlin', 'America/New_York', 'Africa/Cairo', 'Australia/Lord_Howe', 'UTC');
  const start = fc
    .integer({ min: Date.UTC(2027, 0, 2) / 60_000, max: Date.UTC(2029, 0, 1) / 60_000 })
    .map((minute) => new Date(minute * 60_000).toISOString().slice(0, 19));
  const duration = fc.constantFrom('PT1H', 'PT23H', 'P1D', 'PT25H', 'P3D');

  it('stays, whatever the zone, the hour and the length', () => {
    fc.assert(
      fc.property(zone, start, duration, (timezone, startsAtLocal, length) => {
        const rule = { rrule: 'FREQ=DAILY;COUNT=400', exdates: [], rdates: [] };
        const dates = storedOf(schedule({ timezone, startsAtLocal, duration: length, recurrence: rule }));
        expect(dates.filter((date) => followClocks(date, length) !== null)).toEqual([]);
      }),
      { numRuns: 20 },
    );
  });

  it('stays with a length of its own, in an event of days', () => {
    const [date] = storedOf(schedule({ duration: 'P1D' }), { overriddenFields: ['duration'] });
    const short: Stored = { ...date!, endsAt: new Date(date!.startsAt.getTime() + 5 * HOUR) };
    expect(followClocks(short, 'P1D')).toBeNull();
  });

  it('stays with the end that an hour of its own gave it, in an event of days', () => {
    const [date] = storedOf(schedule({ duration: 'P1D' }), { overriddenFields: ['startsAtLocal'] });
    const odd: Stored = { ...date!, endsAt: new Date(date!.endsAt.getTime() + HOUR) };
    expect(followClocks(odd, 'P1D')).toBeNull();
  });

  it('stays at the second of two equal hours, where another zone had put it', () => {
    const [date] = storedOf(schedule({ timezone: 'Europe/Berlin', startsAtLocal: '2027-10-31T02:30:00' }));
    const second: Stored = {
      ...date!,
      recurrenceId: '2027-10-30T02:30:00',
      startsAt: new Date(date!.startsAt.getTime() + HOUR),
      endsAt: new Date(date!.endsAt.getTime() + HOUR),
    };
    expect(followClocks(second, 'PT1H')).toBeNull();
  });
});

test('what moves later goes last first, what moves earlier first first', () => {
  const at = (from: number, to: number) => ({ from: new Date(from), to: new Date(to) });
  const moves = [at(3, 2), at(5, 6), at(1, 2), at(4, 3), at(2, 2)];
  expect(inMovingOrder(moves).map(({ from }) => from.getTime())).toEqual([5, 1, 2, 3, 4]);
});
