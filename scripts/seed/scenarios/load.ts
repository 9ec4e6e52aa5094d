import { EVENT_CATEGORIES } from '../../../src/domain/event';
import { programmeDocument, registerDocument } from '../first-queries';
import { FIXED_NOW, type PlannedOrganization, type Scenario, type ScenarioContext, type Size } from '../scenario';
import type { SeedIds } from '../seed-ids';
import { type SeededEvent, SeedOrganization } from '../seed-organization';
import { DAYS, every, localAt } from '../week-clock';

interface Amounts {
  readonly organizations: number;
  /** Of one organization, the founder included. */
  readonly users: number;
  /** Weekly series of one organization: some 55 dates each. */
  readonly series: number;
  /** Registrations of one organization that are tried; a few are refused, as in life. */
  readonly attempts: number;
}

const AMOUNTS: Record<Size, Amounts> = {
  small: { organizations: 3, users: 20, series: 5, attempts: 300 },
  medium: { organizations: 10, users: 100, series: 10, attempts: 1_500 },
  large: { organizations: 50, users: 200, series: 20, attempts: 2_400 },
};

/** Many tenants with many people: what load tools work on, and what reading is measured with. */
export const load: Scenario = {
  defaultNow: () => FIXED_NOW,
  sized: true,
  plan(context) {
    const given = AMOUNTS[context.size];
    const users = context.users ?? given.users;
    // More people make more registrations.
    const attempts = Math.ceil((given.attempts * users) / given.users);
    const amounts = { ...given, users, attempts };
    return {
      organizations: context.organizations ?? given.organizations,
      organization: (n) => organizationOf(n, amounts, context),
    };
  },
};

const ZONES = [
  'Europe/Berlin',
  'America/New_York',
  'Asia/Kolkata',
  'America/Sao_Paulo',
  'Europe/London',
  'Asia/Tokyo',
  'Australia/Sydney',
  'America/Los_Angeles',
];
const SUBJECTS = [
  'Yoga',
  'Pottery',
  'Chess',
  'Rust',
  'Spanish',
  'Climbing',
  'Jazz',
  'First aid',
  'Statistics',
  'Baking',
];
const DURATIONS = ['PT45M', 'PT1H', 'PT1H30M', 'PT2H'];
const FIRST_WEEK = -3;
/** One organizer for so many people. */
const PEOPLE_PER_ORGANIZER = 20;

const pick = <T>(ids: SeedIds, from: readonly T[], what: string): T => {
  const one = from[ids.below(from.length, what)];
  if (one === undefined) throw new Error('nothing to choose from');
  return one;
};

function organizationOf(n: number, amounts: Amounts, context: ScenarioContext): PlannedOrganization {
  const ids = context.ids.under('load', n);
  const domain = `${context.label(`load-${n + 1}`)}.example`;
  const timezone = ZONES[n % ZONES.length] ?? 'UTC';
  const made = new SeedOrganization({
    ids,
    now: context.now,
    name: `Load ${n + 1}`,
    slug: context.label(`load-${n + 1}`),
    timezone,
    founder: { name: 'Admin', email: `admin@${domain}` },
  });
  for (let person = 1; person < amounts.users; person += 1) {
    const organizes = person % PEOPLE_PER_ORGANIZER === 1;
    const name = organizes ? `Organizer ${person}` : `User ${person}`;
    made.addPerson(name, `${name.toLowerCase().replace(' ', '-')}@${domain}`, organizes ? 'ORGANIZER' : 'USER');
  }
  const series = Array.from({ length: amounts.series }, (_, s) => addSeries(made, ids.under('series', s), context.now));
  for (let attempt = 0; attempt < amounts.attempts; attempt += 1)
    tryToBook(made, series, ids.under('attempt', attempt));
  return { made, firstQueries: queriesOf(made, series, context) };
}

function addSeries(made: SeedOrganization, ids: SeedIds, now: Date): SeededEvent {
  const { timezone } = made.organization;
  const two = (value: number): string => String(value).padStart(2, '0');
  const time = `${two(8 + ids.below(12, 'hour'))}:${two(15 * ids.below(4, 'minute'))}`;
  return made.addEvent({
    timezone,
    name: `${pick(ids, SUBJECTS, 'subject')} ${1 + ids.below(9, 'level')}`,
    category: pick(ids, EVENT_CATEGORIES, 'category'),
    startsAtLocal: localAt(timezone, now, { week: FIRST_WEEK, day: pick(ids, DAYS, 'day'), time }),
    duration: pick(ids, DURATIONS, 'duration'),
    recurrence: every('FREQ=WEEKLY'),
    capacity: ids.below(10, 'unlimited') === 0 ? null : 6 + ids.below(30, 'capacity'),
    maxSeatsPerRegistration: 1 + ids.below(3, 'seats'),
    conflictPolicy: ids.below(10, 'policy') === 0 ? 'ALLOW' : 'BLOCK',
  });
}

/** The first series are the popular ones, and near dates fill before far ones. One in twenty is cancelled again. */
function tryToBook(made: SeedOrganization, series: readonly SeededEvent[], ids: SeedIds): void {
  const skewed = (count: number, what: string): number => Math.floor((ids.below(1_000, what) / 1_000) ** 2 * count);
  const dates = series[skewed(series.length, 'series')]?.dates ?? [];
  const date = dates[skewed(dates.length, 'date')];
  const person = pick(ids, made.people, 'person');
  if (date === undefined || !made.register(person, date)) return;
  if (ids.below(20, 'cancel') === 0) made.cancel(person, date, null);
}

function queriesOf(made: SeedOrganization, series: readonly SeededEvent[], { now, today }: ScenarioContext) {
  const after = today > now ? today : now;
  const as = made.people[2] ?? made.founder;
  const free = series
    .flatMap(({ dates }) => dates)
    .find((date) => {
      const seatsLeft = made.bookings.occurrences.get(date.id)?.seatsLeft ?? 0;
      return date.startsAt > after && seatsLeft > 0 && made.isFree(as, date);
    });
  const { timezone } = made.organization;
  const programme = { title: 'What is on', as, document: programmeDocument(timezone, 30), answers: null };
  if (!free) return [programme];
  return [
    programme,
    { title: 'A seat', as, document: registerDocument(free), answers: 'RegisterForOccurrencePayload' },
  ];
}
