import { materialise, materialiseMore } from '../../../src/domain/materialise';
import type { Schedule } from '../../../src/domain/event';
import { requireStartInReach } from '../../../src/domain/start-reach';

const NOW = new Date('2027-03-01T08:00:00Z');

const schedule = (rrule: string | null, over: Partial<Schedule> = {}): Schedule => ({
  timezone: 'UTC',
  startsAtLocal: '2027-03-01T10:00:00',
  duration: 'PT1H',
  recurrence: rrule === null ? null : { rrule, exdates: [], rdates: [] },
  ...over,
});

const day = (date: Date | null | undefined): string | undefined => date?.toISOString().slice(0, 10);

describe('what is stored of an event', () => {
  it('is one occurrence when it happens once, however far ahead', () => {
    const { members, horizonAt } = materialise(schedule(null, { startsAtLocal: '2036-03-01T10:00:00' }), NOW);
    expect(members).toEqual([
      {
        recurrenceId: '2036-03-01T10:00:00',
        startsAtLocal: '2036-03-01T10:00:00',
        startsAt: new Date('2036-03-01T10:00:00Z'),
        endsAt: new Date('2036-03-01T11:00:00Z'),
        dstAdjusted: null,
      },
    ]);
    expect(horizonAt).toBeNull();
  });

  it('reaches a year ahead when it never ends', () => {
    const { members, horizonAt } = materialise(schedule('FREQ=DAILY'), NOW);
    expect(members).toHaveLength(365);
    expect(horizonAt).toEqual(new Date('2028-02-29T10:00:00Z'));
    expect(day(members.at(-1)?.startsAt)).toBe('2028-02-28');
  });

  it('counts that year from the start when the start lies ahead', () => {
    const { members } = materialise(schedule('FREQ=WEEKLY', { startsAtLocal: '2030-01-07T10:00:00' }), NOW);
    expect(members).toHaveLength(53);
  });

  it('reaches five years ahead when it ends, and has no horizon when it ends earlier', () => {
    expect(materialise(schedule('FREQ=WEEKLY;COUNT=200'), NOW)).toMatchObject({ horizonAt: null });
    const longer = materialise(schedule('FREQ=MONTHLY;UNTIL=20400101'), NOW);
    expect(longer.members).toHaveLength(60);
    expect(longer.horizonAt).toEqual(new Date('2032-03-01T10:00:00Z'));
  });

  it('is at most 730 occurrences to come; the horizon is the first that is left out', () => {
    const { members, horizonAt } = materialise(schedule('FREQ=DAILY;UNTIL=20400101'), NOW);
    expect(members).toHaveLength(730);
    expect(horizonAt).toEqual(new Date('2029-02-28T10:00:00Z'));
  });

  it('includes past ones, which do not count towards the 730', () => {
    const { members } = materialise(
      schedule('FREQ=DAILY;UNTIL=20400101', { startsAtLocal: '2027-02-19T10:00:00' }),
      NOW,
    );
    expect(members).toHaveLength(740);
    expect(day(members[0]?.startsAt)).toBe('2027-02-19');
  });

  it('keeps the nominal time as its key where the clocks jump over it', () => {
    const { members } = materialise(
      schedule('FREQ=DAILY;COUNT=3', { timezone: 'America/New_York', startsAtLocal: '2027-03-13T02:30:00' }),
      NOW,
    );
    expect(
      members.map(({ recurrenceId, startsAtLocal, dstAdjusted }) => [recurrenceId, startsAtLocal, dstAdjusted]),
    ).toEqual([
      ['2027-03-13T02:30:00', '2027-03-13T02:30:00', null],
      ['2027-03-14T02:30:00', '2027-03-14T03:30:00', 'GAP'],
      ['2027-03-15T02:30:00', '2027-03-15T02:30:00', null],
    ]);
  });

  it('is one occurrence where two nominal days fall on one (Samoa left out 30 December 2011)', () => {
    const { members } = materialise(
      schedule('FREQ=DAILY;COUNT=4', { timezone: 'Pacific/Apia', startsAtLocal: '2011-12-29T10:00:00' }),
      new Date('2011-12-01T00:00:00Z'),
    );
    expect(members.map(({ recurrenceId, dstAdjusted }) => [recurrenceId.slice(0, 10), dstAdjusted])).toEqual([
      ['2011-12-29', null],
      ['2011-12-31', null],
      ['2012-01-01', null],
    ]);
  });
});

describe('the extender', () => {
  it.each(['FREQ=DAILY', 'FREQ=WEEKLY;BYDAY=MO,WE', 'FREQ=DAILY;UNTIL=20320601', 'FREQ=WEEKLY;COUNT=400'])(
    'day by day adds each member once and leaves none out: %s',
    (rrule) => {
      const event = schedule(rrule);
      let { members, horizonAt } = materialise(event, NOW);
      const stored = [...members];
      for (let days = 1; days <= 2000 && horizonAt !== null; days += 10) {
        const now = new Date(NOW.getTime() + days * 86_400_000);
        const ahead = stored.filter(({ endsAt }) => endsAt > now).length;
        ({ members, horizonAt } = materialiseMore(event, { horizonAt, now, ahead }));
        stored.push(...members);
        expect(stored.filter(({ endsAt }) => endsAt > now).length).toBeLessThanOrEqual(730);
      }
      const keys = stored.map(({ recurrenceId }) => recurrenceId);
      const everyDay = materialise(event, new Date('2027-03-01T08:00:00Z')).members[0]!;
      expect(keys).toEqual([...new Set(keys)].sort());
      expect(stored[0]).toEqual(everyDay);
      for (let i = 1; i < stored.length; i++) {
        const gapDays = (+stored[i]!.startsAt - +stored[i - 1]!.startsAt) / 86_400_000;
        expect(gapDays).toBeLessThanOrEqual(rrule.includes('WEEKLY') ? 7 : 1);
      }
    },
  );

  it('run twice at the same moment adds nothing the second time', () => {
    const event = schedule('FREQ=DAILY');
    const now = new Date('2027-04-01T00:00:00Z');
    const first = materialise(event, NOW);
    const more = materialiseMore(event, { horizonAt: first.horizonAt!, now, ahead: 334 });
    expect(more.members).toHaveLength(31);
    const again = materialiseMore(event, { horizonAt: more.horizonAt!, now, ahead: 365 });
    expect(again).toEqual({ members: [], horizonAt: more.horizonAt });
  });

  it('ends with the last member', () => {
    const event = schedule('FREQ=WEEKLY;COUNT=300');
    const { horizonAt } = materialise(event, NOW);
    const more = materialiseMore(event, { horizonAt: horizonAt!, now: new Date('2028-03-01T00:00:00Z'), ahead: 200 });
    expect(more.members).toHaveLength(300 - 261);
    expect(more.horizonAt).toBeNull();
  });
});

describe('a start', () => {
  const check = (startsAtLocal: string, before?: string) => () =>
    requireStartInReach({ startsAtLocal, timezone: 'UTC' }, { now: NOW, path: 'input.startsAtLocal', before });

  it('lies at most 366 days back', () => {
    expect(check('2026-02-28T08:00:00')).not.toThrow();
    expect(check('2026-02-28T07:59:59')).toThrow('input.startsAtLocal');
  });

  it('of an old series is never too far back on its day or later: the hour of a class can change in its third year', () => {
    const before = '2024-09-02T10:00:00';
    expect(check('2024-09-02T08:00:00', before)).not.toThrow();
    expect(check('2025-01-06T11:00:00', before)).not.toThrow();
    expect(check('2024-09-01T10:00:00', before)).toThrow('input.startsAtLocal');
    expect(check('2040-03-01T08:00:00', before)).toThrow('input.startsAtLocal');
  });

  it('lies at most ten years ahead', () => {
    expect(check('2037-03-01T08:00:00')).not.toThrow();
    expect(check('2037-03-01T08:00:01')).toThrow('input.startsAtLocal');
  });
});
