import type { Schedule } from '../../../src/domain/event';
import type { OccurrenceId } from '../../../src/domain/ids';
import type { StoredMember } from '../../../src/domain/match-members';
import { materialiseMore } from '../../../src/domain/materialise';
import { planSeriesChange } from '../../../src/domain/series-change';
import { shiftRecurrence } from '../../../src/domain/shift-recurrence';
import { created, kept, NOW, plan, recurring, series, storedFrom } from '../../support/series-plan';

describe('10:00 becomes 11:00', () => {
  const to = series({ startsAtLocal: '2027-03-01T11:00:00' });

  it('keeps every future occurrence under its id, moved and re-keyed, and leaves the past alone', () => {
    const result = plan(series(), to);
    expect(kept(result)).toEqual({
      '2027-03-22': '2027-03-22T11:00',
      '2027-03-29': '2027-03-29T11:00',
      '2027-04-05': '2027-04-05T11:00',
    });
    expect(result).toMatchObject({ newEpoch: true, create: [], drop: [], cancel: [], blocked: [], horizonAt: null });
    expect(result.keep.map(({ recurrenceId }) => recurrenceId.slice(11))).toEqual(['11:00:00', '11:00:00', '11:00:00']);
    expect(result.keep.every(({ moves }) => moves)).toBe(true);
  });

  it('and is then extended without a duplicate and without a ghost', () => {
    const from = series({ recurrence: recurring('FREQ=DAILY') });
    const later = series({ startsAtLocal: '2027-03-01T11:00:00', recurrence: recurring('FREQ=DAILY') });
    const result = plan(from, later);
    const more = materialiseMore(later, {
      horizonAt: result.horizonAt!,
      now: new Date('2027-05-01T00:00:00Z'),
      ahead: result.keep.length + result.create.length - 45,
    });
    const keys = [...result.keep, ...result.create, ...more.members].map(({ recurrenceId }) => recurrenceId);
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys.every((key) => key.endsWith('T11:00:00'))).toBe(true);
    const days = keys.map((key) => Date.parse(`${key}Z`) / 86_400_000);
    expect(days.every((day, i) => i === 0 || day === days[i - 1]! + 1)).toBe(true);
  });

  it('gives a day that is past or running no second occurrence', () => {
    const daily = series({ recurrence: recurring('FREQ=DAILY') });
    const later = series({ startsAtLocal: '2027-03-01T18:00:00', recurrence: recurring('FREQ=DAILY') });
    const result = plan(daily, later);
    expect(result.keep[0]?.recurrenceId).toBe('2027-03-18T18:00:00');
    expect(created(result).filter((start) => start < '2027-03-18')).toEqual([]);
  });
});

describe('a new rule', () => {
  const to = series({ recurrence: recurring('FREQ=WEEKLY;BYDAY=MO,TH;COUNT=9') });

  it('keeps the dates that both have and creates the others, in the future only', () => {
    const result = plan(series(), to);
    expect(Object.keys(kept(result))).toEqual(['2027-03-22', '2027-03-29']);
    expect(created(result)).toEqual(['2027-03-18T10:00:00', '2027-03-25T10:00:00']);
    expect(result.drop).toEqual(['2027-04-05']);
  });

  it('deletes, cancels or refuses to drop a date, by what registrations it had', () => {
    const fewer = series({ recurrence: recurring('FREQ=WEEKLY;BYDAY=MO;COUNT=3') });
    const result = plan(
      series(),
      fewer,
      storedFrom(series(), {
        '2027-03-22': { hasRegistrationHistory: true, activeRegistrations: 2 },
        '2027-03-29': { hasRegistrationHistory: true },
      }),
    );
    expect(result).toMatchObject({ keep: [], blocked: ['2027-03-22'], cancel: ['2027-03-29'], drop: ['2027-04-05'] });
  });

  it('does not revive what was cancelled: it is kept as it is, under its new key', () => {
    const stored = storedFrom(series(), { '2027-03-29': { status: 'CANCELLED', hasRegistrationHistory: true } });
    const result = plan(series(), series({ startsAtLocal: '2027-03-01T11:00:00' }), stored);
    expect(Object.keys(kept(result))).toContain('2027-03-29');
    expect(created(result)).toEqual([]);
  });

  it('does not match what an earlier edit dropped', () => {
    const stored = storedFrom(series()).map((member) => ({ ...member, epoch: 0 }));
    const trace = { ...stored[4]!, status: 'CANCELLED' as const, hasRegistrationHistory: true };
    const now = stored.map((member) => (member.id === trace.id ? trace : { ...member, epoch: 1 }));
    const result = planSeriesChange({
      ...{ from: series(), to: series({ startsAtLocal: '2027-03-01T11:00:00' }) },
      ...{ stored: now, epoch: 1, now: NOW, resetOverrides: false },
    });
    expect(created(result)).toEqual(['2027-03-29T11:00:00']);
    expect(Object.keys(kept(result))).toEqual(['2027-03-22', '2027-04-05']);
  });

  it('matches two starts of one day by their order', () => {
    const rdates = ['2027-03-22T18:00:00'];
    const from = series({ recurrence: recurring('FREQ=WEEKLY;BYDAY=MO;COUNT=4', { rdates }) });
    const stored = storedFrom(from).map((member, i) => ({ ...member, id: String(i) as OccurrenceId }));
    const later = { ...from, startsAtLocal: '2027-03-01T11:30:00' };
    const moved = { ...later, recurrence: shiftRecurrence(from.recurrence!, from, later) };
    expect(kept(plan(from, moved, stored))).toEqual({ '3': '2027-03-22T11:30', '4': '2027-03-22T19:30' });
  });

  it('creates at most what keeps 730 occurrences to come', () => {
    const result = plan(series(), series({ recurrence: recurring('FREQ=DAILY;UNTIL=20400101') }));
    expect(result.keep.length + result.create.length).toBe(730);
    expect(result.horizonAt!.getTime()).toBe(result.create.at(-1)!.startsAt.getTime() + 86_400_000);
  });
});

describe('a day with two sessions, and a rule of which only dates change', () => {
  const twice = (over: { exdates?: string[]; rdates: string[] }) =>
    series({ recurrence: recurring('FREQ=WEEKLY;BYDAY=MO;COUNT=6', over) });
  const from = twice({ rdates: ['2027-03-22T15:00:00'] });
  /** By day and hour; `registered`: people come. */
  const stored = (registered: string): StoredMember[] =>
    storedFrom(from).map((member) => {
      const id = member.recurrenceId.slice(5, 13) as OccurrenceId;
      const taken = id === registered;
      return { ...member, id, hasRegistrationHistory: taken, activeRegistrations: taken ? 5 : 0 };
    });

  it('refuses to lose the one that people come to, instead of moving them to the other', () => {
    const to = twice({ exdates: ['2027-03-22T10:00:00'], rdates: ['2027-03-22T15:00:00'] });
    const result = plan(from, to, stored('03-22T10'));
    expect(result).toMatchObject({ blocked: ['03-22T10'], drop: [] });
    expect(kept(result)['03-22T15']).toBe('2027-03-22T15:00');
  });

  it('loses the one that nobody comes to', () => {
    const to = twice({ exdates: ['2027-03-22T10:00:00'], rdates: ['2027-03-22T15:00:00'] });
    expect(plan(from, to, stored('03-22T15'))).toMatchObject({ blocked: [], drop: ['03-22T10'] });
  });

  it('gets a third before them, and neither moves', () => {
    const to = twice({ rdates: ['2027-03-22T08:00:00', '2027-03-22T15:00:00'] });
    const result = plan(from, to, stored('03-22T15'));
    expect(created(result)).toEqual(['2027-03-22T08:00:00']);
    expect(result.keep.some(({ moves }) => moves)).toBe(false);
  });

  it('keeps the people of an extra session that is given another time', () => {
    const result = plan(from, twice({ rdates: ['2027-03-22T16:00:00'] }), stored('03-22T15'));
    expect(kept(result)).toMatchObject({ '03-22T10': '2027-03-22T10:00', '03-22T15': '2027-03-22T16:00' });
    expect(created(result)).toEqual([]);
  });

  it('knows which of the two was moved on from a day long over, whose other one is not at hand', () => {
    const extra = series({
      recurrence: recurring('FREQ=WEEKLY;BYDAY=MO;COUNT=6', { rdates: ['2027-03-08T18:00:00'] }),
    });
    const evening = {
      id: 'evening' as OccurrenceId,
      startsAt: new Date('2027-03-20T18:00:00Z'),
      endsAt: new Date('2027-03-20T19:00:00Z'),
      startsAtLocal: '2027-03-20T18:00:00',
      overriddenFields: ['startsAtLocal' as const],
    };
    const near = storedFrom(extra)
      .filter(({ recurrenceId }) => recurrenceId !== '2027-03-08T10:00:00')
      .map((member) => (member.recurrenceId === '2027-03-08T18:00:00' ? { ...member, ...evening } : member));
    const keyIn = (to: Schedule, stored = near): string | undefined =>
      plan(extra, to, stored).keep.find(({ id }) => id === 'evening')?.recurrenceId;
    expect(keyIn({ ...extra, duration: 'PT2H' })).toBe('2027-03-08T18:00:00');
    const later = { ...extra, startsAtLocal: '2027-03-01T11:00:00' };
    const to = { ...later, recurrence: shiftRecurrence(extra.recurrence!, extra, later) };
    expect(keyIn(to)).toBe('2027-03-08T19:00:00');
    expect(keyIn(to, [...near].reverse())).toBe('2027-03-08T19:00:00');
  });

  it('gets an extra session later today, though one of today is over and excluded', () => {
    const daily = series({ recurrence: recurring('FREQ=DAILY;COUNT=30') });
    const to = series({
      recurrence: recurring('FREQ=DAILY;COUNT=30', {
        exdates: ['2027-03-17T10:00:00'],
        rdates: ['2027-03-17T20:00:00'],
      }),
    });
    expect(created(plan(daily, to))).toEqual(['2027-03-17T20:00:00']);
  });
});

describe('a date that an edit would put into the past', () => {
  const evenings = series({ startsAtLocal: '2027-03-01T18:00:00', recurrence: recurring('FREQ=DAILY;COUNT=20') });
  const mornings = { ...evenings, startsAtLocal: '2027-03-01T10:00:00' };

  it('stays when it is: tonight takes place, and tomorrow is in the morning', () => {
    const taken = { hasRegistrationHistory: true, activeRegistrations: 5 };
    const result = plan(evenings, mornings, storedFrom(evenings, { '2027-03-17': taken }));
    expect(kept(result)).toMatchObject({ '2027-03-17': '2027-03-17T18:00', '2027-03-18': '2027-03-18T10:00' });
    expect(result).toMatchObject({ create: [], drop: [], blocked: [] });
    expect(result.keep[0]).toMatchObject({ recurrenceId: '2027-03-17T10:00:00', moves: false });
  });

  it('is the series’ again when the edit is undone', () => {
    const [tonight] = plan(evenings, mornings).keep;
    const stored = storedFrom(mornings).filter(({ recurrenceId }) => recurrenceId.slice(0, 10) !== '2027-03-17');
    const left = { ...stored[0]!, ...tonight!, id: 'tonight' as OccurrenceId };
    const result = plan(mornings, evenings, [...stored, left]);
    expect(result.keep.find(({ id }) => id === 'tonight')).toMatchObject({
      recurrenceId: '2027-03-17T18:00:00',
      moves: false,
    });
    expect(created(result)).toEqual([]);
  });

  it('stays where it was postponed to, though overrides are reset', () => {
    const postponed = {
      startsAtLocal: '2027-03-23T15:00:00',
      startsAt: new Date('2027-03-23T15:00:00Z'),
      endsAt: new Date('2027-03-23T16:00:00Z'),
      overriddenFields: ['startsAtLocal' as const],
    };
    const result = plan(
      series(),
      series({ duration: 'PT2H' }),
      storedFrom(series(), { '2027-03-08': postponed }),
      true,
    );
    expect(kept(result)['2027-03-08']).toBe('2027-03-23T15:00');
  });

  it('stays on its instant in a zone where its hour is over', () => {
    const there = { ...evenings, timezone: 'Asia/Tokyo' };
    const [tonight] = plan(evenings, there).keep;
    expect(tonight).toMatchObject({ startsAt: new Date('2027-03-17T18:00:00Z'), startsAtLocal: '2027-03-18T03:00:00' });
  });

  const once = series({ startsAtLocal: '2027-03-19T10:00:00', recurrence: null });

  it('is the first that is still to come where a one-off becomes a series that began before', () => {
    const weekly = series({ startsAtLocal: '2027-03-15T10:00:00', recurrence: recurring('FREQ=WEEKLY;COUNT=4') });
    expect(kept(plan(once, weekly))).toEqual({ '2027-03-19': '2027-03-22T10:00' });
  });

  it('is refused for a one-off that people come to, and allowed for one that nobody does', () => {
    const before = { ...once, startsAtLocal: '2027-03-15T10:00:00' };
    const taken = storedFrom(once, { '2027-03-19': { hasRegistrationHistory: true, activeRegistrations: 1 } });
    expect(plan(once, before, taken)).toMatchObject({ keep: [], blocked: ['2027-03-19'] });
    expect(kept(plan(once, before))).toEqual({ '2027-03-19': '2027-03-15T10:00' });
  });
});

describe('what was set on one occurrence alone', () => {
  const moved = {
    startsAtLocal: '2027-03-23T15:00:00',
    startsAt: new Date('2027-03-23T15:00:00Z'),
    endsAt: new Date('2027-03-23T16:00:00Z'),
    overriddenFields: ['startsAtLocal' as const],
  };
  const to = series({ startsAtLocal: '2027-03-01T11:00:00', duration: 'PT2H' });

  it('stays, field by field; the rest follows the series', () => {
    const longer = { endsAt: new Date('2027-03-29T13:00:00Z'), overriddenFields: ['duration' as const] };
    const { keep } = plan(series(), to, storedFrom(series(), { '2027-03-22': moved, '2027-03-29': longer }));
    expect(keep.map(({ startsAt, endsAt }) => [startsAt.toISOString(), endsAt.toISOString()])).toEqual([
      ['2027-03-23T15:00:00.000Z', '2027-03-23T17:00:00.000Z'],
      ['2027-03-29T11:00:00.000Z', '2027-03-29T14:00:00.000Z'],
      ['2027-04-05T11:00:00.000Z', '2027-04-05T13:00:00.000Z'],
    ]);
    expect(keep[0]?.recurrenceId).toBe('2027-03-22T11:00:00');
  });

  it('follows the series when overrides are reset', () => {
    const { keep } = plan(series(), to, storedFrom(series(), { '2027-03-22': moved }), true);
    expect(keep[0]?.startsAt).toEqual(new Date('2027-03-22T11:00:00Z'));
  });

  it('keeps its wall clock in a new zone', () => {
    const there = series({ timezone: 'Asia/Kolkata' });
    const { keep } = plan(series(), there, storedFrom(series(), { '2027-03-22': moved }));
    expect(keep[0]).toMatchObject({ startsAtLocal: moved.startsAtLocal, startsAt: new Date('2027-03-23T09:30:00Z') });
  });

  it('a date moved on from the past into the future still belongs to its old date', () => {
    const result = plan(series(), to, storedFrom(series(), { '2027-03-08': moved }));
    expect(result.keep.find(({ id }) => id === '2027-03-08')?.recurrenceId).toBe('2027-03-08T11:00:00');
    expect(result.drop).toEqual([]);
  });
});

describe('a new duration alone', () => {
  it('gives today no second session where the first one began before the series got a later start', () => {
    const mornings = series({ recurrence: recurring('FREQ=DAILY;COUNT=20') });
    const evenings = { ...mornings, startsAtLocal: '2027-03-01T18:00:00' };
    const { keep } = plan(mornings, evenings);
    const over = storedFrom(mornings).filter(({ startsAt }) => startsAt < NOW);
    const ahead = keep.map((member) => ({ ...over[0]!, ...member, epoch: 1 }));
    const after = { from: evenings, stored: [...over, ...ahead], epoch: 1, now: NOW, resetOverrides: false };
    const longer = planSeriesChange({ ...after, to: { ...evenings, duration: 'PT2H' } });
    expect(longer).toMatchObject({ create: [], drop: [] });
    expect(longer.keep).toHaveLength(keep.length);
    const late = recurring('FREQ=DAILY;COUNT=20', { rdates: ['2027-03-17T21:00:00'] });
    expect(created(planSeriesChange({ ...after, to: { ...evenings, recurrence: late } }))).toEqual(late.rdates);
  });

  it('brings no date back that was moved here from a later day, and is over', () => {
    const early = { startsAt: new Date('2027-03-16T10:00:00Z'), endsAt: new Date('2027-03-16T11:00:00Z') };
    const stored = storedFrom(series(), { '2027-03-22': { ...early, overriddenFields: ['startsAtLocal'] } });
    expect(created(plan(series(), series({ duration: 'PT3H' }), stored))).toEqual([]);
  });

  it('changes the ends, and neither keys nor epoch', () => {
    const result = plan(series(), series({ duration: 'PT3H' }));
    expect(result).toMatchObject({ newEpoch: false, create: [], drop: [] });
    expect(result.keep.map(({ recurrenceId, moves }) => [recurrenceId.slice(0, 10), moves])).toEqual([
      ...['2027-03-22', '2027-03-29', '2027-04-05'].map((date) => [date, true]),
    ]);
  });
});

describe('an event that happens once', () => {
  const once = series({ startsAtLocal: '2027-03-22T10:00:00', recurrence: null });

  it('keeps its occurrence when it moves to another day', () => {
    const result = plan(once, { ...once, startsAtLocal: '2027-04-02T09:00:00' });
    expect(kept(result)).toEqual({ '2027-03-22': '2027-04-02T09:00' });
    expect(result).toMatchObject({ create: [], drop: [], horizonAt: null });
  });

  it('keeps it as the first one when it starts to recur', () => {
    const result = plan(once, { ...once, recurrence: recurring('FREQ=DAILY;COUNT=3') });
    expect(kept(result)).toEqual({ '2027-03-22': '2027-03-22T10:00' });
    expect(created(result)).toEqual(['2027-03-23T10:00:00', '2027-03-24T10:00:00']);
  });

  it('keeps the one of its date when it no longer recurs', () => {
    const result = plan({ ...once, recurrence: recurring('FREQ=DAILY;COUNT=3') }, once);
    expect(Object.keys(kept(result))).toEqual(['2027-03-22']);
    expect(result.drop).toEqual(['2027-03-23', '2027-03-24']);
  });
});

describe('dates that belong to a series whose start moves', () => {
  const dates = { exdates: ['2027-03-08T10:00:00'], rdates: ['2027-03-10T18:00:00'] };
  const shifted = (rrule: string, over: Partial<Schedule>) =>
    shiftRecurrence(recurring(rrule, dates), series(), series(over));

  it('move by the same shift of the wall clock', () => {
    expect(shifted('FREQ=WEEKLY', { startsAtLocal: '2027-03-01T11:30:00' })).toEqual({
      rrule: 'FREQ=WEEKLY',
      exdates: ['2027-03-08T11:30:00'],
      rdates: ['2027-03-10T19:30:00'],
    });
  });

  it('include an UNTIL that names a time, so that the last member is not cut off', () => {
    const over = { startsAtLocal: '2027-03-01T11:30:00' };
    expect(shifted('FREQ=WEEKLY;UNTIL=20270315T100000', over).rrule).toBe('FREQ=WEEKLY;UNTIL=20270315T113000');
    expect(shifted('FREQ=WEEKLY;UNTIL=20270315T100000Z', over).rrule).toBe('FREQ=WEEKLY;UNTIL=20270315T113000Z');
    expect(shifted('FREQ=WEEKLY;UNTIL=20270315T235959', over).rrule).toBe('FREQ=WEEKLY;UNTIL=20270315T235959');
    const zone = { timezone: 'America/New_York' };
    expect(shifted('FREQ=WEEKLY;UNTIL=20270315T100000Z', zone).rrule).toBe('FREQ=WEEKLY;UNTIL=20270315T140000Z');
  });
});
