/*
 * What the operations of `operations/` are filled with: ids that exist, dates to come. Used by the page and, in Node, by
 * the test that executes the same files; so nothing of a browser in here.
 */

/** Names as the `{{…}}` of the variables files have them. */
export type Facts = Readonly<Record<string, string | number>>;

export type Role = 'USER' | 'ORGANIZER' | 'ORG_ADMIN';

/** Who asks. */
export interface Viewer {
  readonly user: { readonly id: string; readonly name: string; readonly role: Role } | null;
  readonly organization: { readonly name: string; readonly timezone: string } | null;
}

interface Booked {
  readonly id: string;
}

interface DateAhead {
  readonly id: string;
  readonly revision: number;
  readonly status: string;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly capacity: number | null;
  readonly seatsLeft: number | null;
  readonly seatsTaken: number;
  readonly myRegistration: Booked | null;
  readonly event: {
    readonly id: string;
    readonly revision: number;
    readonly conflictPolicy: string;
    readonly recurrence: object | null;
  };
}

/** What `LOOK_AROUND` answers. */
export interface Surroundings {
  readonly viewer: Viewer;
  readonly occurrences: { readonly edges: readonly { readonly node: DateAhead }[] };
}

export const LOOK_AROUND = /* GraphQL */ `
  query LookAround {
    viewer {
      user {
        id
        name
        role
      }
      organization {
        name
        timezone
      }
    }
    occurrences(range: { next: { days: 60, timezone: "UTC" } }, first: 50) {
      edges {
        node {
          id
          revision
          status
          startsAt
          endsAt
          capacity
          seatsLeft
          seatsTaken
          myRegistration {
            id
          }
          event {
            id
            revision
            conflictPolicy
            recurrence {
              text
            }
          }
        }
      }
    }
  }
`;

const DAY_MS = 86_400_000;
const MONDAY = 1;

/** Facts that need nobody: the Monday of the week after next, and something that no other sign-up has used. */
export function factsOfTheDay(now: Date): Facts {
  const daysToMonday = 7 + ((MONDAY - now.getUTCDay() + 7) % 7 || 7);
  const monday = new Date(now.getTime() + daysToMonday * DAY_MS).toISOString().slice(0, 10);
  return { 'date.monday': monday, unique: now.getTime().toString(36) };
}

/** Facts about what the viewer can see. A fact that there is nothing for is left out. */
export function factsOf({ viewer, occurrences }: Surroundings): Facts {
  const dates = occurrences.edges.map(({ node }) => node).filter(({ status }) => status === 'SCHEDULED');
  const mine = dates.filter(({ myRegistration }) => myRegistration !== null);
  const open = dates.filter((date) => date.myRegistration === null && !mine.some((other) => collide(date, other)));
  const free = open.find(hasSeats);
  const full = open.find((date) => date.seatsLeft === 0 && date.capacity !== 0);
  const pair = collidingPair(dates, open);
  const series = dates.find(({ event }) => event.recurrence !== null);
  // What is changed lies far ahead, out of the way of what is booked.
  const [last, lastButOne] = dates.toReversed();
  return known({
    'user.id': viewer.user?.id,
    'organization.timezone': viewer.organization?.timezone,
    'occurrence.free': free?.id,
    'occurrence.full': full?.id,
    'occurrence.attended': dates.find(({ seatsTaken }) => seatsTaken > 0)?.id,
    'overlap.held': pair?.[0].id,
    'overlap.wanted': pair?.[1].id,
    'registration.mine': mine.at(0)?.myRegistration?.id,
    'series.id': series?.event.id,
    'series.revision': series?.event.revision,
    'occurrence.editable': last?.id,
    'occurrence.revision': last?.revision,
    'occurrence.dispensable': lastButOne?.id,
  });
}

const hasSeats = ({ seatsLeft, capacity }: DateAhead): boolean =>
  capacity !== null && seatsLeft !== null && seatsLeft > 0;

/** Whether one person cannot hold both: half-open intervals that meet, and neither shares its time. */
const collide = (one: DateAhead, other: DateAhead): boolean =>
  [one, other].every(({ event }) => event.conflictPolicy === 'BLOCK') &&
  new Date(one.startsAt) < new Date(other.endsAt) &&
  new Date(other.startsAt) < new Date(one.endsAt);

/** Two dates at the same time: the first is the viewer's or can be, the second cannot be then. */
function collidingPair(
  dates: readonly DateAhead[],
  open: readonly DateAhead[],
): readonly [DateAhead, DateAhead] | undefined {
  for (const held of dates.filter((date) => date.myRegistration !== null || (open.includes(date) && hasSeats(date)))) {
    const wanted = dates.find((other) => other !== held && other.myRegistration === null && collide(held, other));
    if (wanted !== undefined && wanted.seatsLeft !== 0) return [held, wanted];
  }
  return undefined;
}

const known = (facts: Readonly<Record<string, string | number | undefined>>): Facts =>
  Object.fromEntries(Object.entries(facts).filter((fact): fact is [string, string | number] => fact[1] !== undefined));
