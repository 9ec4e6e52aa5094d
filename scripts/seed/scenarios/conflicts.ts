import { BUCKET_DAYS } from '../../../src/domain/bucket';
import { DAY_MS } from '../../../src/domain/civil-date';
import { formatDuration } from '../../../src/domain/duration';
import { formatLocal } from '../../../src/domain/wall-clock';
import { registerDocument } from '../first-queries';
import {
  FIXED_NOW,
  type FirstQuery,
  type PlannedOrganization,
  type Scenario,
  type ScenarioContext,
  type Size,
} from '../scenario';
import { type SeededEvent, SeedOrganization } from '../seed-organization';

const AMOUNTS: Record<Size, { readonly organizations: number; readonly users: number }> = {
  small: { organizations: 1, users: 10 },
  medium: { organizations: 5, users: 50 },
  large: { organizations: 20, users: 200 },
};

/**
 * People whose every attempt overlaps: everybody is booked for the same dates, and around each of them lie all the ways
 * to overlap it by a lot or by a minute. Those that only touch it are the counter-check: they are free.
 */
export const conflicts: Scenario = {
  defaultNow: () => FIXED_NOW,
  sized: true,
  plan(context) {
    const given = AMOUNTS[context.size];
    const users = context.users ?? given.users;
    return {
      organizations: context.organizations ?? given.organizations,
      organization: (n) => organizationOf(n, users, context),
    };
  },
};

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const BUCKET = BUCKET_DAYS * DAY_MS;

/** Milliseconds, half-open. */
interface Span {
  readonly from: number;
  readonly to: number;
}

/** Booked dates: in the middle of a bucket of booked time, at its edges, and over them. */
function bookedSpans(now: Date): Record<string, Span> {
  const edge = Math.ceil((now.getTime() + 14 * DAY_MS) / BUCKET) * BUCKET;
  const [second, third, fourth] = [edge + BUCKET, edge + 2 * BUCKET, edge + 3 * BUCKET];
  return {
    'at noon': { from: edge - 10 * DAY_MS + 12 * HOUR, to: edge - 10 * DAY_MS + 13 * HOUR },
    'up to the edge': { from: edge - HOUR, to: edge },
    'from the edge on': { from: second, to: second + HOUR },
    'over the edge': { from: third - 30 * MINUTE, to: third + 30 * MINUTE },
    'three days over the edge': { from: fourth - 36 * HOUR, to: fourth + 36 * HOUR },
  };
}

const overlapping = ({ from, to }: Span): Record<string, Span> => {
  const inner = Math.floor((from + to) / 2 / BUCKET) * BUCKET;
  return {
    'the same time': { from, to },
    inside: { from: from + 15 * MINUTE, to: to - 15 * MINUTE },
    around: { from: from - 15 * MINUTE, to: to + 15 * MINUTE },
    'into its start': { from: from - 30 * MINUTE, to: from + 15 * MINUTE },
    'out of its end': { from: to - 15 * MINUTE, to: to + 30 * MINUTE },
    'by its first minute': { from: from - HOUR, to: from + MINUTE },
    'by its last minute': { from: to - MINUTE, to: to + HOUR },
    // Where it crosses an edge: wholly in the one bucket, or in the other.
    ...(inner > from && inner < to
      ? {
          'before the edge only': { from: inner - 5 * MINUTE, to: inner },
          'behind the edge only': { from: inner, to: inner + 5 * MINUTE },
        }
      : {}),
  };
};

const touching = ({ from, to }: Span): Record<string, Span> => ({
  'ends as it starts': { from: from - 30 * MINUTE, to: from },
  'starts as it ends': { from: to, to: to + 30 * MINUTE },
});

function organizationOf(n: number, users: number, { ids, now, label }: ScenarioContext): PlannedOrganization {
  const name = label(`conflicts-${n + 1}`);
  const made = new SeedOrganization({
    ids: ids.under('conflicts', n),
    now,
    name: `Conflicts ${n + 1}`,
    slug: name,
    timezone: 'UTC',
    founder: { name: 'Admin', email: `admin@${name}.example` },
  });
  made.addPerson('Organizer 1', `organizer-1@${name}.example`, 'ORGANIZER');
  for (let person = 2; person < users; person += 1) {
    made.addPerson(`User ${person}`, `user-${person}@${name}.example`, 'USER');
  }
  const attempts = Object.entries(bookedSpans(now)).map(([where, span]) => {
    const booked = addOnce(made, `Booked: ${where}`, span);
    for (const date of booked.dates) made.people.forEach((person) => made.register(person, date));
    return {
      overlaps: Object.entries(overlapping(span)).map(([how, one]) => addOnce(made, `Overlaps ${where}: ${how}`, one)),
      touches: Object.entries(touching(span)).map(([how, one]) => addOnce(made, `Touches ${where}: ${how}`, one)),
    };
  });
  return { made, firstQueries: queriesOf(made, attempts) };
}

const addOnce = (made: SeedOrganization, name: string, { from, to }: Span): SeededEvent =>
  made.addEvent({
    name,
    category: 'OTHER',
    timezone: 'UTC',
    startsAtLocal: formatLocal(from),
    duration: formatDuration(to - from),
    recurrence: null,
  });

interface Attempts {
  readonly overlaps: readonly SeededEvent[];
  readonly touches: readonly SeededEvent[];
}

/** One way to overlap for each booked date, and one that only touches. */
function queriesOf(made: SeedOrganization, attempts: readonly Attempts[]): FirstQuery[] {
  const as = made.people[2] ?? made.founder;
  const question = (answers: string) => (one: SeededEvent | undefined) =>
    (one?.dates ?? []).map((date) => ({ title: one?.event.name ?? '', as, document: registerDocument(date), answers }));
  return [
    ...attempts.flatMap(({ overlaps }, n) => question('OverlappingRegistrationError')(overlaps[n % overlaps.length])),
    ...question('RegisterForOccurrencePayload')(attempts[0]?.touches[0]),
  ];
}
