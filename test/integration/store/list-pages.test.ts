import { EVENT_CATEGORIES, EVENT_STATUSES, type Event } from '../../../src/domain/event';
import { holderOfUser, type RegistrationId, type TenantId, type UserId } from '../../../src/domain/ids';
import { overlaps } from '../../../src/domain/interval';
import type { Registration } from '../../../src/domain/registration';
import { newId } from '../../../src/platform/new-id';
import type { EventsQuery } from '../../../src/store/event.repository';
import { runMigrations } from '../../../src/store/migrations';
import type { Page } from '../../../src/store/page';
import type { HolderQuery } from '../../../src/store/registration.repository';
import { fromRegistration } from '../../../src/store/registration.schema';
import { at, makeEvent, makeOccurrence, makeRegistration, makeScope, makeUser } from '../../support/make';
import { testDatabase } from '../../support/mongo';
import { profiled } from '../../support/profile';
import { storeOn, type Store } from '../../support/store';

const database = testDatabase();
const [mine, theirs] = [newId<TenantId>(), newId<TenantId>()];
const scope = makeScope(mine);
let store: Store;

const eventsOf = (tenantId: TenantId): Event[] =>
  Array.from({ length: 300 }, (_, n) =>
    makeEvent(tenantId, {
      name: n % 10 === 3 ? `Ärger (+${n}) mit Go` : `Event ${n}`,
      status: EVENT_STATUSES[n % 3] ?? 'DRAFT',
      category: EVENT_CATEGORIES[n % 5] ?? 'OTHER',
      horizonAt: n % 2 === 0 ? at(24 * (400 + n)) : null,
    }),
  );
const usersOf = (tenantId: TenantId) =>
  Array.from({ length: 120 }, (_, n) => makeUser(tenantId, { role: n % 4 === 0 ? 'ORGANIZER' : 'USER' }));
const [events, users] = [eventsOf(mine), usersOf(mine)];

/** One person with 200 registrations, every fifth cancelled, pairs at the same instant; and one date with 200 attendees. */
const ada = newId<UserId>();
const adas = Array.from({ length: 200 }, (_, n) =>
  makeRegistration(makeOccurrence(mine, { startsAt: at(Math.floor(n / 2) * 24) }), ada, cancelledEvery(5, n)),
);
const full = makeOccurrence(mine);
const attendees = Array.from({ length: 200 }, (_, n) => makeRegistration(full, newId<UserId>(), cancelledEvery(3, n)));

function cancelledEvery(step: number, n: number): Partial<Registration> {
  return n % step === 0 ? { status: 'CANCELLED', cancelledAt: at(0) } : {};
}

beforeAll(async () => {
  await runMigrations(database.connection);
  store = storeOn(database.connection);
  for (const [tenantId, theEvents, theUsers] of [
    [mine, events, users],
    [theirs, eventsOf(theirs), usersOf(theirs)],
  ] as const) {
    await store.unitOfWork.run(makeScope(tenantId), async (tx) => {
      for (const event of theEvents) await store.events.add(tx, event);
      for (const user of theUsers) await store.users.add(tx, user);
    });
  }
  const foreign = [...adas, ...attendees].map((one): Registration => ({
    ...one,
    id: newId<RegistrationId>(),
    tenantId: theirs,
  }));
  const native = database.connection.getClient().db(database.connection.name);
  await native.collection('registrations').insertMany([...adas, ...attendees, ...foreign].map(fromRegistration));
});

async function walk<Item extends { readonly id: string }>(
  next: (after: Item | null) => Promise<Page<Item>>,
): Promise<string[]> {
  const seen: string[] = [];
  for (let after: Item | null = null; ;) {
    const page: Page<Item> = await next(after);
    seen.push(...page.items.map(({ id }) => id));
    if (!page.hasNextPage) return seen;
    after = page.items.at(-1) ?? null;
  }
}

const idsOf = (rows: readonly { readonly id: string }[]): string[] => rows.map(({ id }) => id);

async function expectExact(collection: string, read: () => Promise<unknown>, slack = 0): Promise<void> {
  const [statement, ...more] = await profiled(database.connection, collection, read);

  expect(more).toEqual([]);
  expect(statement?.plan).toMatch(/^IXSCAN/);
  expect(statement?.returned).toBeGreaterThan(0);
  expect((statement?.docsExamined ?? 0) - (statement?.returned ?? 0)).toBeLessThanOrEqual(slack);
}

describe('the events of an organization', () => {
  const ask = (given: Partial<EventsQuery>): EventsQuery => ({ seesDrafts: true, first: 17, after: null, ...given });

  it.each<[string, Partial<EventsQuery>, (event: Event) => boolean]>([
    ['all', {}, () => true],
    ['for a user, who sees no drafts', { seesDrafts: false }, ({ status }) => status !== 'DRAFT'],
    ['drafts for a user', { seesDrafts: false, status: 'DRAFT' }, () => false],
    ['published', { status: 'PUBLISHED' }, ({ status }) => status === 'PUBLISHED'],
    ['of a category', { category: 'CONCERT' }, ({ category }) => category === 'CONCERT'],
    [
      'published concerts',
      { category: 'CONCERT', status: 'PUBLISHED' },
      (e) => e.category === 'CONCERT' && e.status === 'PUBLISHED',
    ],
    ['by a part of the name, whatever its case', { nameContains: 'äRGER' }, ({ name }) => name.startsWith('Ärger')],
    ['by signs that a pattern would take for its own', { nameContains: '(+13)' }, ({ name }) => name.includes('(+13)')],
    ['by a pattern, which is only text here', { nameContains: '.*' }, () => false],
  ])('come in pages, each once: %s', async (_which, given, wanted) => {
    expect(await walk((after: Event | null) => store.events.page(scope, { ...ask(given), after }))).toEqual(
      idsOf(events.filter(wanted)),
    );
  });

  it.each<[string, Partial<EventsQuery>]>([
    ['all', {}],
    ['a later page', { after: events[100] ?? null }],
    ['for a user', { seesDrafts: false }],
    ['published', { status: 'PUBLISHED' }],
    ['of a category', { category: 'CONCERT' }],
    ['of a category, for a user', { category: 'CONCERT', seesDrafts: false }],
  ])('are read without reading others: %s', async (_which, given) => {
    await expectExact('events', () => store.events.page(scope, ask(given)));
  });
});

describe('the earliest horizon', () => {
  const before = at(24 * 500);

  it('is that of the published events before the end of what was asked for', async () => {
    const visible = events.filter(({ status, horizonAt }) => status === 'PUBLISHED' && horizonAt !== null);

    expect(await store.events.earliestHorizon(scope, { before, seesDrafts: false })).toEqual(visible[0]?.horizonAt);
    expect(await store.events.earliestHorizon(scope, { before: at(24), seesDrafts: true })).toBeNull();
  });

  it('is that of the event or the category asked for', async () => {
    const [draft, other] = [events[0], events[4]];

    expect(await store.events.earliestHorizon(scope, { before, eventId: draft?.id, seesDrafts: true })).toEqual(
      draft?.horizonAt,
    );
    expect(await store.events.earliestHorizon(scope, { before, eventId: draft?.id, seesDrafts: false })).toBeNull();
    expect(await store.events.earliestHorizon(scope, { before, category: other?.category, seesDrafts: true })).toEqual(
      other?.horizonAt,
    );
  });

  it('is found by reading one event', async () => {
    await expectExact('events', () => store.events.earliestHorizon(scope, { before, seesDrafts: false }));
  });
});

describe('the users of an organization', () => {
  it('come in pages, each once, all or those of a role', async () => {
    const page = (role: 'ORGANIZER' | null) =>
      walk((after: { id: string } | null) => store.users.page(scope, { role, first: 7, after }));

    expect(await page(null)).toEqual(idsOf(users));
    expect(await page('ORGANIZER')).toEqual(idsOf(users.filter(({ role }) => role === 'ORGANIZER')));
  });

  it('are read without reading others', async () => {
    const after = users[40] ?? null;
    await expectExact('users', () => store.users.page(scope, { first: 20, after }));
    await expectExact('users', () => store.users.page(scope, { first: 10, after, role: 'ORGANIZER' }));
  });
});

describe("a person's registrations", () => {
  const byStart = [...adas].sort((a, b) => a.startsAt.getTime() - b.startsAt.getTime() || (a.id < b.id ? -1 : 1));
  const ask = (given: Partial<HolderQuery>): HolderQuery => ({ first: 13, after: null, ...given });

  it.each<[string, Partial<HolderQuery>, (one: Registration) => boolean]>([
    ['all', {}, () => true],
    ['the active ones', { statuses: ['CONFIRMED', 'WAITING'] }, ({ status }) => status !== 'CANCELLED'],
    ['none of the statuses', { statuses: [] }, () => false],
    [
      'of a week',
      { range: { from: at(24), to: at(192) } },
      (one) => overlaps(one, { startsAt: at(24), endsAt: at(192) }),
    ],
    ['for one date', { occurrenceId: adas[7]?.occurrenceId }, ({ id }) => id === adas[7]?.id],
  ])('come in order of their start, each once: %s', async (_which, given, wanted) => {
    expect(
      await walk((after: Registration | null) =>
        store.registrations.pageOfHolder(scope, holderOfUser(ada), { ...ask(given), after }),
      ),
    ).toEqual(idsOf(byStart.filter(wanted)));
  });

  it('are read without reading anybody else’s', async () => {
    const read = (given: Partial<HolderQuery>) => () =>
      store.registrations.pageOfHolder(scope, holderOfUser(ada), ask(given));
    await expectExact('registrations', read({}));
    await expectExact('registrations', read({ after: byStart[100] ?? null }), 1);
    // A month back, because a date may last that long.
    await expectExact('registrations', read({ range: { from: at(40 * 24), to: at(47 * 24) } }), 2 * 33);
  });

  it('are found for many dates at once, the active ones only', async () => {
    const asked = adas.slice(0, 20).map(({ occurrenceId }) => occurrenceId);
    const found = await store.registrations.findManyOfUser(scope, ada, asked);

    expect(found.map((one) => one?.id ?? null)).toEqual(
      adas.slice(0, 20).map(({ id, status }) => (status === 'CANCELLED' ? null : id)),
    );
    expect(await store.registrations.findManyOfUser(scope, newId<UserId>(), asked)).toEqual(asked.map(() => null));
    await expectExact('registrations', () => store.registrations.findManyOfUser(scope, ada, asked));
  });
});

describe("a date's attendees", () => {
  it.each([
    ['all', null, () => true],
    ['the confirmed ones', ['CONFIRMED'] as const, ({ status }: Registration) => status === 'CONFIRMED'],
  ])('come in pages, each once: %s', async (_which, statuses, wanted) => {
    const seen = await walk((after: Registration | null) =>
      store.registrations.pageOfOccurrence(scope, full.id, { statuses, first: 11, after }),
    );

    expect(seen).toEqual(idsOf(attendees.filter(wanted)));
  });

  it('are read without reading others', async () => {
    const after = attendees[50] ?? null;
    await expectExact('registrations', () =>
      store.registrations.pageOfOccurrence(scope, full.id, { first: 20, after }),
    );
    await expectExact('registrations', () =>
      store.registrations.pageOfOccurrence(scope, full.id, { first: 20, after, statuses: ['CONFIRMED'] }),
    );
  });
});
