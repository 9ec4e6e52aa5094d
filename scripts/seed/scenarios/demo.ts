import type { Occurrence } from '../../../src/domain/occurrence';
import { clockChanges, daysAround } from '../clock-changes';
import { datesDocument, registerDocument } from '../first-queries';
import {
  type FirstQuery,
  type PlannedOrganization,
  type Scenario,
  type ScenarioContext,
  thisMonday,
} from '../scenario';
import { type SeededPerson, SeedOrganization } from '../seed-organization';
import { every, localAt } from '../week-clock';

/*
 * Two organizations to look around in. At Harbour Arts, Tuesdays come in turns of four: a free evening, a full one, a
 * free one, and one where Uma sings in the choir while there is life drawing. Half a year of turns lie ahead.
 */
const TURN = 4;
const TURNS_BOOKED = 7;
const FIRST_WEEK = -3;

export const demo: Scenario = {
  defaultNow: thisMonday,
  sized: false,
  plan: (context) => ({
    organizations: 2,
    organization: (n) => (n === 0 ? harbourArts(context) : hudsonRunners(context)),
  }),
};

function harbourArts(context: ScenarioContext): PlannedOrganization {
  const { ids, now, label } = context;
  const timezone = 'Europe/Berlin';
  const mail = (name: string): string => `${name}@${label('harbour')}.example`;
  const made = new SeedOrganization({
    ids: ids.under('harbour'),
    now,
    name: 'Harbour Arts',
    slug: label('harbour-arts'),
    timezone,
    founder: { name: 'Ada Lindqvist', email: mail('ada') },
  });
  made.addPerson('Otto Brandt', mail('otto'), 'ORGANIZER');
  const uma = made.addPerson('Uma Keller', mail('uma'), 'USER');
  const others = ['Ben', 'Cleo', 'Dina', 'Emil', 'Fay', 'Gus'].map((name) =>
    made.addPerson(`${name} Vogel`, mail(name.toLowerCase()), 'USER'),
  );
  const drawing = tuesdays(made, context, { uma, others });
  weekends(made, context, { uma, others });
  return { made, firstQueries: queriesOf(drawing, uma, context) };
}

interface Cast {
  readonly uma: SeededPerson;
  readonly others: readonly SeededPerson[];
}

/** Life drawing and the choir, at overlapping times of the same evening. */
function tuesdays(made: SeedOrganization, { now }: ScenarioContext, { uma, others }: Cast) {
  const timezone = made.organization.timezone;
  const at = (time: string) => localAt(timezone, now, { week: FIRST_WEEK, day: 'TU', time });
  const weekly = { timezone, recurrence: every('FREQ=WEEKLY') };
  const drawing = made.addEvent({
    ...weekly,
    name: 'Life drawing',
    description: 'Charcoal and patience. Paper is there.',
    category: 'WORKSHOP',
    startsAtLocal: at('18:30'),
    duration: 'PT2H',
    capacity: others.length,
  });
  const choir = made.addEvent({
    ...weekly,
    name: 'Choir rehearsal',
    category: 'MEETING',
    startsAtLocal: at('19:30'),
    duration: 'PT1H30M',
    capacity: 40,
  });
  const evenings = choir.dates.slice(0, TURNS_BOOKED * TURN);
  evenings.forEach((rehearsal, week) => {
    const turn = week % TURN;
    const sketch = drawing.dates[week];
    if (turn === 1 && sketch) others.forEach((person) => made.register(person, sketch));
    if (turn === 3) [uma, ...others.slice(0, 3)].forEach((person) => made.register(person, rehearsal));
  });
  const thinksBetter = others.at(-1);
  const [, , , sung, calledOff] = evenings;
  if (sung && thinksBetter) {
    made.register(thinksBetter, sung);
    made.cancel(thinksBetter, sung, 'A cold.');
  }
  if (calledOff) {
    others.slice(0, 2).forEach((person) => made.register(person, calledOff));
    made.callOff(calledOff, 'The hall is being painted.');
  }
  return drawing;
}

/** What else is on: an event that shares its holders' time (ALLOW), one that happens once, and a draft. */
function weekends(made: SeedOrganization, { now }: ScenarioContext, { uma, others }: Cast): void {
  const timezone = made.organization.timezone;
  const saturday = (week: number, time: string) => localAt(timezone, now, { week, day: 'SA', time });
  const openHouse = made.addEvent({
    timezone,
    name: 'Gallery open house',
    category: 'OTHER',
    startsAtLocal: saturday(FIRST_WEEK, '10:00'),
    duration: 'PT8H',
    recurrence: every('FREQ=WEEKLY'),
    conflictPolicy: 'ALLOW',
  });
  const printmaking = made.addEvent({
    timezone,
    name: 'Printmaking for beginners',
    category: 'WORKSHOP',
    startsAtLocal: saturday(1, '11:00'),
    duration: 'PT3H',
    recurrence: every('FREQ=WEEKLY;INTERVAL=2;COUNT=6', [saturday(5, '11:00')]),
    capacity: 10,
    maxSeatsPerRegistration: 2,
  });
  const concert = made.addEvent({
    timezone,
    name: 'Night of the short songs',
    category: 'CONCERT',
    startsAtLocal: localAt(timezone, now, { week: 3, day: 'FR', time: '20:00' }),
    duration: 'PT2H30M',
    recurrence: null,
    capacity: 120,
    maxSeatsPerRegistration: 4,
  });
  made.addEvent({
    timezone,
    name: 'Glaze chemistry',
    category: 'WORKSHOP',
    status: 'DRAFT',
    startsAtLocal: localAt(timezone, now, { week: 6, day: 'TH', time: '17:00' }),
    duration: 'PT2H',
    recurrence: null,
    capacity: 12,
  });
  const visit = (person: SeededPerson, date: Occurrence | undefined, seats = 1) =>
    date && made.register(person, date, seats);
  // The same Saturday: one is at the open house and prints there too.
  visit(uma, openHouse.dates[1 - FIRST_WEEK]);
  visit(uma, printmaking.dates[0]);
  others.slice(0, 4).forEach((person, n) => visit(person, concert.dates[0], 1 + (n % 3)));
}

function queriesOf(
  { event, dates }: ReturnType<typeof tuesdays>,
  uma: SeededPerson,
  { now, today }: ScenarioContext,
): FirstQuery[] {
  const after = today > now ? today : now;
  const booked = dates.slice(0, TURNS_BOOKED * TURN);
  const ahead = booked.findIndex(({ startsAt }, week) => week % TURN === 0 && startsAt > after);
  const [free, full, , choir] = booked.slice(ahead === -1 ? -TURN : ahead);
  const [change] = clockChanges(event.timezone, after, 366);
  if (!free || !full || !choir || !change) throw new Error('the demo has no dates ahead');
  const question = (title: string, document: string, answers: string | null) => ({ title, as: uma, document, answers });
  return [
    question(
      'A series across a clock change: the same time on the wall, another one in UTC',
      datesDocument(event, daysAround(change, 8)),
      null,
    ),
    question('A seat', registerDocument(free), 'RegisterForOccurrencePayload'),
    question('No seat: the reason, and the next date that has one', registerDocument(full), 'OccurrenceFullError'),
    question(
      'Two places at once: refused with what stands in the way',
      registerDocument(choir),
      'OverlappingRegistrationError',
    ),
  ];
}

function hudsonRunners({ ids, now, label }: ScenarioContext): PlannedOrganization {
  const timezone = 'America/New_York';
  const mail = (name: string): string => `${name}@${label('hudson')}.example`;
  const made = new SeedOrganization({
    ids: ids.under('hudson'),
    now,
    name: 'Hudson Runners',
    slug: label('hudson-runners'),
    timezone,
    founder: { name: 'Nora Diaz', email: mail('nora') },
  });
  made.addPerson('Omar Reed', mail('omar'), 'ORGANIZER');
  const users = ['Pia', 'Quinn', 'Rosa'].map((name) =>
    made.addPerson(`${name} Hale`, mail(name.toLowerCase()), 'USER'),
  );
  const run = made.addEvent({
    timezone,
    name: 'Sunday long run',
    category: 'MEETING',
    startsAtLocal: localAt(timezone, now, { week: FIRST_WEEK, day: 'SU', time: '07:00' }),
    duration: 'PT2H',
    recurrence: every('FREQ=WEEKLY'),
  });
  made.addEvent({
    timezone,
    name: 'Track night',
    category: 'WORKSHOP',
    startsAtLocal: localAt(timezone, now, { week: 1, day: 'WE', time: '18:15' }),
    duration: 'PT1H15M',
    recurrence: every('FREQ=WEEKLY;COUNT=10'),
    capacity: 12,
  });
  run.dates.slice(0, 8).forEach((date) => users.forEach((person) => made.register(person, date)));
  return { made, firstQueries: [] };
}
