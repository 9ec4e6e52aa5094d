import type { Schedule } from '../../../src/domain/event';
import type { OccurrenceId } from '../../../src/domain/ids';
import { keepMember, lengthOf, stayingMember } from '../../../src/domain/kept-member';
import type { StoredMember } from '../../../src/domain/match-members';
import { materialise } from '../../../src/domain/materialise';
import { planSeriesChange } from '../../../src/domain/series-change';
import { shiftRecurrence } from '../../../src/domain/shift-recurrence';
import { created, kept, NOW, plan, recurring, series, storedFrom } from '../../support/series-plan';

const DAY = 86_400_000;
const taken = { hasRegistrationHistory: true, activeRegistrations: 1 };
/** By day and hour. */
const byHour = (from: Schedule): StoredMember[] =>
  storedFrom(from).map((member) => ({ ...member, id: member.recurrenceId.slice(5, 13) as OccurrenceId }));

describe('the very moment of an edit', () => {
  const noon = series({ startsAtLocal: '2027-03-01T12:00:00', recurrence: recurring('FREQ=DAILY;COUNT=20') });
  const one = { ...noon, startsAtLocal: '2027-03-01T13:00:00' };

  it('is past: a date that begins now has begun, and its day gets no other', () => {
    const result = plan(noon, one);
    expect(result.keep[0]).toMatchObject({ recurrenceId: '2027-03-18T13:00:00' });
    expect(result).toMatchObject({ create: [], drop: [] });
  });

  it('is no time to move a date to: it stays when it is', () => {
    expect(kept(plan(one, noon))).toMatchObject({ '2027-03-17': '2027-03-17T13:00' });
  });

  it('is no time to create a date at', () => {
    const evenings = series({ recurrence: recurring('FREQ=WEEKLY;BYDAY=TH;COUNT=6') });
    const to = {
      ...evenings,
      recurrence: recurring('FREQ=WEEKLY;BYDAY=TH;COUNT=6', { rdates: ['2027-03-17T12:00:00'] }),
    };
    expect(created(plan(evenings, to))).toEqual([]);
  });

  it('is not to come, for a one-off that becomes a series: its people go to the next', () => {
    const once = series({ startsAtLocal: '2027-03-19T10:00:00', recurrence: null });
    const weekly = series({ startsAtLocal: '2027-03-10T12:00:00', recurrence: recurring('FREQ=WEEKLY;COUNT=4') });
    expect(kept(plan(once, weekly))).toEqual({ '2027-03-19': '2027-03-24T12:00' });
  });
});

test('an earlier hour of today is not made up for', () => {
  const to = series({ recurrence: recurring('FREQ=WEEKLY;BYDAY=MO,WE;COUNT=12') });
  expect(created(plan(series(), to))).toEqual(['2027-03-24T10:00:00', '2027-03-31T10:00:00', '2027-04-07T10:00:00']);
});

test('a start that is earlier by as much as the date is longer moves the date, though it ends as before', () => {
  const { keep } = plan(series(), series({ startsAtLocal: '2027-03-01T09:00:00', duration: 'PT2H' }));
  expect(keep.map(({ moves }) => moves)).toEqual([true, true, true]);
});

describe('a new epoch', () => {
  const epochOf = (over: Partial<Schedule>): boolean => plan(series(), series(over)).newEpoch;
  const rule = 'FREQ=WEEKLY;BYDAY=MO;COUNT=6';

  it('begins where rule, start, zone, or a date in or out of it differ', () => {
    expect(epochOf({ startsAtLocal: '2027-03-01T10:30:00' })).toBe(true);
    expect(epochOf({ timezone: 'Europe/Berlin' })).toBe(true);
    expect(epochOf({ recurrence: recurring('FREQ=WEEKLY;BYDAY=MO;COUNT=7') })).toBe(true);
    expect(epochOf({ recurrence: recurring(rule, { exdates: ['2027-03-29T10:00:00'] }) })).toBe(true);
    expect(epochOf({ recurrence: recurring(rule, { rdates: ['2027-03-30T10:00:00'] }) })).toBe(true);
    expect(epochOf({ recurrence: null })).toBe(true);
  });

  it('does not where nothing of them does', () => {
    expect(epochOf({ duration: 'PT2H', recurrence: recurring(rule) })).toBe(false);
  });
});

test('a date that is called off and had people is not called off again when the rule leaves it', () => {
  const off = { status: 'CANCELLED' as const, hasRegistrationHistory: true };
  const result = plan(series(), series({ recurrence: recurring('FREQ=WEEKLY;BYDAY=MO;COUNT=3') }), [
    ...storedFrom(series(), { '2027-03-22': off, '2027-03-29': { hasRegistrationHistory: true } }),
  ]);
  expect(result).toMatchObject({ cancel: ['2027-03-29'], drop: ['2027-04-05'], blocked: [] });
});

describe('a day with two sessions whose series gets another start or zone', () => {
  const from = series({
    recurrence: recurring('FREQ=WEEKLY;BYDAY=MO;COUNT=6', { rdates: ['2027-03-22T15:00:00'] }),
  });

  it('is matched in the order of the day, in whatever order the dates are read', () => {
    const later = { ...from, startsAtLocal: '2027-03-01T11:00:00' };
    const to = { ...later, recurrence: shiftRecurrence(from.recurrence!, from, later) };
    const both = { '03-22T10': '2027-03-22T11:00', '03-22T15': '2027-03-22T16:00' };
    expect(kept(plan(from, to, byHour(from)))).toMatchObject(both);
    expect(kept(plan(from, to, byHour(from).reverse()))).toMatchObject(both);
  });

  it('counts one that was moved alone and has begun by its place in the day, and not by when it began', () => {
    const day = series({
      startsAtLocal: '2027-03-01T18:00:00',
      recurrence: recurring('FREQ=DAILY;COUNT=30', { rdates: ['2027-03-17T19:00:00'] }),
    });
    const later = { ...day, startsAtLocal: '2027-03-01T18:30:00' };
    const to = { ...later, recurrence: shiftRecurrence(day.recurrence!, day, later) };
    const early = {
      startsAt: new Date('2027-03-17T08:00:00Z'),
      endsAt: new Date('2027-03-17T09:00:00Z'),
      startsAtLocal: '2027-03-17T08:00:00',
      overriddenFields: ['startsAtLocal' as const],
    };
    const stored = byHour(day).map((one) => (one.id === '03-17T19' ? { ...one, ...early } : one));
    const result = plan(day, to, stored);
    expect(kept(result)['03-17T18']).toBe('2027-03-17T18:30');
    expect(result).toMatchObject({ create: [], drop: [] });
  });

  it('is matched by that order in a new zone, too, where the hours are no longer the same ones', () => {
    const there = {
      ...from,
      timezone: 'Europe/Berlin',
      recurrence: recurring('FREQ=WEEKLY;BYDAY=MO;COUNT=6', {
        exdates: ['2027-03-22T10:00:00'],
        rdates: ['2027-03-22T15:00:00'],
      }),
    };
    const result = plan(from, there, byHour(from));
    expect(kept(result)['03-22T10']).toBe('2027-03-22T14:00');
    expect(result.drop).toEqual(['03-22T15']);
  });

  it('keeps all of them where dates far apart are left to be matched', () => {
    const daily = series({ recurrence: recurring('FREQ=DAILY;COUNT=60') });
    const to = { ...daily, startsAtLocal: '2027-03-01T11:00:00' };
    const shuffled = [...storedFrom(daily)].sort((a, b) => (a.id.slice(8) < b.id.slice(8) ? -1 : 1));
    const result = plan(daily, to, shuffled);
    expect(result).toMatchObject({ create: [], drop: [] });
    expect(result.keep.every(({ id, recurrenceId }) => recurrenceId === `${id}T11:00:00`)).toBe(true);
  });
});

describe('how far ahead an edited series is stored', () => {
  const mondays = series({ recurrence: recurring('FREQ=WEEKLY;BYDAY=MO;COUNT=200') });
  const endless = series({ recurrence: recurring('FREQ=WEEKLY;BYDAY=MO,TH') });
  const yearFromNow = new Date(NOW.getTime() + 365 * DAY);

  it('ends at the horizon for what is new, and not for what was stored beyond it', () => {
    const stored = storedFrom(mondays, { '2030-12-23': taken });
    const result = plan(mondays, endless, stored);
    expect(result).toMatchObject({ drop: [], blocked: [], horizonAt: yearFromNow });
    expect(kept(result)).toMatchObject({ '2030-12-23': '2030-12-23T10:00' });
    expect(result.create.at(-1)!.recurrenceId).toBe('2028-03-16T10:00:00');
  });

  it('leaves a date that begins at the horizon to the extender', () => {
    const at = { ...mondays, startsAtLocal: '2027-03-01T12:00:00' };
    const to = { ...at, recurrence: recurring('FREQ=DAILY') };
    const result = plan(at, to);
    expect(result.horizonAt).toEqual(new Date('2028-03-16T12:00:00Z'));
    expect(result.create.at(-1)!.startsAt.toISOString()).toBe('2028-03-15T12:00:00.000Z');
  });

  it('counts what is under way, and nothing that is over', () => {
    const room = (startsAtLocal: string): number => {
      const from = series({ startsAtLocal, recurrence: recurring('FREQ=DAILY;COUNT=20') });
      const to = { ...from, recurrence: recurring('FREQ=DAILY;UNTIL=20400101') };
      const { keep, create } = plan(from, to);
      return keep.length + create.length;
    };
    expect(room('2027-03-01T10:00:00')).toBe(730);
    expect(room('2027-03-01T11:00:00')).toBe(730); // ends at this very moment
    expect(room('2027-03-01T11:30:00')).toBe(729);
  });
});

describe('the length of a date', () => {
  const cairo = series({
    timezone: 'Africa/Cairo',
    startsAtLocal: '2027-04-29T00:00:00',
    duration: 'P1D',
    recurrence: recurring('FREQ=DAILY;COUNT=4'),
  });
  it('is a whole day where the clocks jump over its midnight, and for its neighbours', () => {
    // Friday, 30 April 2027: Cairo goes from midnight to one.
    expect(storedFrom(cairo).map(lengthOf)).toEqual([DAY, DAY, DAY, DAY]);
    expect(storedFrom(cairo)[1]).toMatchObject({ startsAtLocal: '2027-04-30T01:00:00', dstAdjusted: 'GAP' });
  });

  it('is counted from the hour that was set on the date alone, or else from its nominal one', () => {
    const [, friday] = storedFrom(cairo);
    const [, match] = materialise(cairo, NOW).members;
    expect(keepMember(friday!, match!, cairo).endsAt).toEqual(friday!.endsAt);
    const alone = { ...friday!, startsAtLocal: '2027-04-30T06:00:00', overriddenFields: ['startsAtLocal' as const] };
    expect(keepMember(alone, match!, cairo)).toMatchObject({
      startsAt: new Date('2027-04-30T03:00:00Z'),
      endsAt: new Date('2027-05-01T03:00:00Z'),
    });
  });

  it('of one that was moved to where the nominal hour of another is, is its own', () => {
    const [thursday] = storedFrom(cairo);
    const moved = {
      ...thursday!,
      startsAt: new Date('2027-04-29T22:00:00Z'),
      startsAtLocal: '2027-04-30T01:00:00',
      endsAt: new Date('2027-04-30T22:00:00Z'),
    };
    expect(lengthOf(moved)).toBe(DAY);
  });
});

test('a date that stays on its hour under another key was not moved there by clocks', () => {
  const [date] = storedFrom(series({ recurrence: null }));
  const [match] = materialise(series({ startsAtLocal: '2027-03-01T08:00:00', recurrence: null }), NOW).members;
  const stayed = (dstAdjusted: StoredMember['dstAdjusted']) =>
    stayingMember({ ...date!, dstAdjusted }, match!, series()).dstAdjusted;
  expect([stayed('GAP'), stayed('OVERLAP'), stayed(null)]).toEqual([null, 'OVERLAP', null]);
});

describe('what moves with a start', () => {
  const dates = recurring('FREQ=WEEKLY;UNTIL=20270412', { exdates: ['2200-12-31T10:00:00', '2027-03-08T10:00:00'] });

  it('is nothing where neither start nor zone differ', () => {
    expect(shiftRecurrence(dates, series(), series({ duration: 'PT2H' }))).toBe(dates);
  });

  it('leaves the calendar at its end, and an UNTIL of a day where it is', () => {
    const shifted = shiftRecurrence(dates, series(), series({ startsAtLocal: '2027-03-02T10:00:00' }));
    expect(shifted).toEqual({ rrule: 'FREQ=WEEKLY;UNTIL=20270412', exdates: ['2027-03-09T10:00:00'], rdates: [] });
  });
});

test('of several epochs only the newest is matched', () => {
  const stored = storedFrom(series()).map((member) => ({ ...member, epoch: 3 }));
  const change = { from: series(), to: series({ duration: 'PT2H' }), stored, now: NOW, resetOverrides: false };
  expect(planSeriesChange({ ...change, epoch: 3 }).keep).toHaveLength(3);
  expect(planSeriesChange({ ...change, epoch: 4 }).keep).toHaveLength(0);
});
