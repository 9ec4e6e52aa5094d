import type { Event } from '../../src/domain/event';
import type { AccountId, TenantId, UserId } from '../../src/domain/ids';
import type { Occurrence } from '../../src/domain/occurrence';
import { viewerScope, type ViewerScope } from '../../src/domain/scope';
import type { Role } from '../../src/domain/permissions';
import type { User } from '../../src/domain/user';
import { newId } from '../../src/platform/new-id';
import { fromAccount } from '../../src/store/account.schema';
import { fromEvent } from '../../src/store/event.schema';
import { fromOccurrence } from '../../src/store/occurrence.schema';
import { fromNewOrganization } from '../../src/store/organization.schema';
import { fromUser } from '../../src/store/user.schema';
import { aroundEdge } from '../support/booking-operations';
import { at, makeAccount, makeEvent, makeOccurrence, makeUser, NOW } from '../support/make';
import type { Random } from './random';
import type { MemoryStore } from './store/memory-store';
import type { Doc } from './store/values';

/** One organization with a few people and dates: small, so that everybody gets in everybody's way. */
export interface World {
  readonly tenantId: TenantId;
  readonly people: readonly User[];
  readonly organizer: User;
  readonly events: readonly Event[];
  readonly dates: readonly Occurrence[];
}

const HALF_HOUR = 1_800_000;
/** A date that begins while the run goes on. */
const SOON_HOURS = 4 / 3_600;

export function makeWorld(random: Random): World {
  const tenantId = newId<TenantId>();
  const user = (role: Role, name: string): User =>
    makeUser(tenantId, { role, name, email: `${name}@example.com`, accountId: newId<AccountId>() });
  const events = [0, 1, 2].map((number) =>
    makeEvent(tenantId, {
      capacity: random.pick([1, 1, 2, 2, 3, null]),
      conflictPolicy: random.chance(0.8) ? 'BLOCK' : 'ALLOW',
      // The last one may be there to be published.
      status: number === 2 && random.chance(0.5) ? 'DRAFT' : 'PUBLISHED',
    }),
  );
  const dates = events.flatMap((event, number) =>
    Array.from({ length: number === 0 ? 2 : 1 }, (_, index) => makeDate(event, index, random)),
  );
  return {
    tenantId,
    people: ['ada', 'bob', 'cyd'].map((name) => user('USER', name)),
    organizer: user('ORG_ADMIN', 'olga'),
    events,
    dates,
  };
}

/** On a grid of half hours around the edge of two buckets: dates meet, touch and miss each other. */
function makeDate(event: Event, index: number, random: Random): Occurrence {
  const from = random.int(6) - 3;
  const times = random.chance(0.06)
    ? { startsAt: at(SOON_HOURS), endsAt: at(1) }
    : aroundEdge(from * HALF_HOUR, (from + 1 + random.int(3)) * HALF_HOUR);
  const { rules } = makeOccurrence(event.tenantId);
  return makeOccurrence(event.tenantId, {
    ...times,
    eventId: event.id,
    recurrenceId: `2027-01-0${index + 1}T09:00:00`,
    capacity: event.capacity,
    status: event.status === 'DRAFT' ? 'DRAFT' : 'SCHEDULED',
    rules: { ...rules, maxSeats: 2, conflictPolicy: event.conflictPolicy },
  });
}

export const scopeOf = ({ tenantId, id: userId, accountId, role }: User, requestId: string): ViewerScope =>
  viewerScope(tenantId, { kind: 'user', userId, accountId, role }, requestId);

/** Writes the world as one commit. */
export function settle(store: MemoryStore, world: World): void {
  const everybody = [...world.people, world.organizer];
  const documents: Readonly<Record<string, readonly object[]>> = {
    organizations: [organizationOf(world)],
    users: everybody.map(fromUser),
    accounts: everybody.map((user) => accountOf(user)),
    events: world.events.map(fromEvent),
    occurrences: world.dates.map(fromOccurrence),
  };
  const tx = store.begin();
  for (const [name, docs] of Object.entries(documents)) {
    for (const doc of docs) store.collection(name).insert(tx, doc as Doc);
  }
  store.commit(tx);
}

const organizationOf = ({ tenantId, organizer }: World): object =>
  fromNewOrganization({
    id: tenantId,
    name: 'Club',
    slug: 'club',
    timezone: 'UTC',
    status: 'ACTIVE',
    ownerAccountId: organizer.accountId,
    version: 1,
    createdAt: NOW,
  });

const accountOf = (user: User): object => fromAccount(makeAccount(user), { emailKey: user.email });

export const userOf = (world: World, id: UserId): User | undefined =>
  [...world.people, world.organizer].find((user) => user.id === id);
