import { DAY_MS } from '../../../src/domain/civil-date';
import { formatLocal } from '../../../src/domain/wall-clock';
import { type ClockChange, clockChanges, daysAround } from '../clock-changes';
import { datesDocument, registerDocument } from '../first-queries';
import { FIXED_NOW, type FirstQuery, type PlannedOrganization, type Scenario, type ScenarioContext } from '../scenario';
import { type SeededEvent, SeedOrganization } from '../seed-organization';
import { every, localAt } from '../week-clock';

/*
 * Every clock change of a year, in zones that differ in how they change: by an hour, by half an hour (Lord Howe), at
 * midnight (Santiago, Cairo), in the southern summer, and never (Kolkata).
 */
const ZONES = [
  'Europe/Berlin',
  'America/New_York',
  'Australia/Lord_Howe',
  'America/Santiago',
  'Africa/Cairo',
  'Asia/Kolkata',
];
const DAYS_AHEAD = 365;
const DAYS_BEFORE = 3;

export const dst: Scenario = {
  defaultNow: () => FIXED_NOW,
  sized: false,
  plan: (context) => ({ organizations: 1, organization: () => clockChangers(context) }),
};

interface AroundChange {
  readonly change: ClockChange;
  /** Every day at the wall time that is skipped, or shown twice. */
  readonly affected: SeededEvent;
  /** Every day right behind it: elsewhere disjoint, on the day of a skipped hour at the same time. */
  readonly neighbour: SeededEvent;
}

function clockChangers(context: ScenarioContext): PlannedOrganization {
  const { ids, now, label } = context;
  const domain = `${label('clocks')}.example`;
  const made = new SeedOrganization({
    ids: ids.under('clocks'),
    now,
    name: 'Clock Changes',
    slug: label('clock-changes'),
    timezone: 'UTC',
    founder: { name: 'Ida Moreau', email: `ida@${domain}` },
  });
  made.addPerson('Otis Lang', `otis@${domain}`, 'ORGANIZER');
  const greta = made.addPerson('Greta Holm', `greta@${domain}`, 'USER');
  const around = ZONES.flatMap((zone) => {
    weekly(made, zone, now);
    return clockChanges(zone, now, DAYS_AHEAD).map((change) => aroundChange(made, zone, change));
  });
  around.forEach(({ affected }) => affected.dates.forEach((date) => made.register(greta, date)));
  return { made, firstQueries: queriesOf(around, greta, context) };
}

/** The same time on the wall all year round. */
const weekly = (made: SeedOrganization, timezone: string, now: Date): SeededEvent =>
  made.addEvent({
    timezone,
    name: `Mondays at nine, ${timezone}`,
    category: 'MEETING',
    startsAtLocal: localAt(timezone, now, { week: 0, day: 'MO', time: '09:00' }),
    duration: 'PT1H',
    recurrence: every('FREQ=WEEKLY'),
    capacity: 20,
  });

function aroundChange(made: SeedOrganization, timezone: string, change: ClockChange): AroundChange {
  const length = Math.abs(change.byMs);
  const how = change.byMs > 0 ? 'skipped' : 'shown twice';
  const daily = (name: string, wall: number, duration: string): SeededEvent =>
    made.addEvent({
      timezone,
      name: `${name}, ${timezone}`,
      category: 'OTHER',
      startsAtLocal: formatLocal(wall - DAYS_BEFORE * DAY_MS),
      duration,
      recurrence: every('FREQ=DAILY;COUNT=7'),
      capacity: 20,
    });
  const middle = change.wall + length / 2;
  // From midnight to midnight: a day of 23 or 25 hours is among them.
  daily('All day', Math.floor(change.wall / DAY_MS) * DAY_MS, 'P1D');
  return {
    change,
    affected: daily(`At the time that is ${how}`, middle, 'PT30M'),
    neighbour: daily(`Behind the time that is ${how}`, middle + length, 'PT30M'),
  };
}

function queriesOf(around: readonly AroundChange[], greta: FirstQuery['as'], context: ScenarioContext): FirstQuery[] {
  const after = context.today > context.now ? context.today : context.now;
  const next = around.find(({ change }) => change.byMs > 0 && change.at > after);
  if (!next) return [];
  const { affected, neighbour, change } = next;
  const sameDay = neighbour.dates[DAYS_BEFORE];
  const dates = datesDocument(affected.event, daysAround(change, 2));
  return [
    { title: 'A time that the clocks skip: moved forward, and flagged', as: greta, document: dates, answers: null },
    ...(sameDay
      ? [
          {
            title: 'Disjoint on the wall, at the same time in the world: refused',
            as: greta,
            document: registerDocument(sameDay),
            answers: 'OverlappingRegistrationError',
          },
        ]
      : []),
  ];
}
