import type { Event } from '../../../src/domain/event';
import type { TenantId } from '../../../src/domain/ids';
import { overlaps } from '../../../src/domain/interval';
import {
  type Occurrence,
  type OccurrenceStatus,
  type OccurrenceSummary,
  statusAt,
} from '../../../src/domain/occurrence';
import { newId } from '../../../src/platform/new-id';
import { runMigrations } from '../../../src/store/migrations';
import type { InstantRange, OccurrenceQuery } from '../../../src/store/occurrence-range';
import { fromOccurrence } from '../../../src/store/occurrence.schema';
import type { Page, TimePosition } from '../../../src/store/page';
import { at, makeEvent, makeOccurrence, makeScope, NOW } from '../../support/make';
import { testDatabase } from '../../support/mongo';
import { profiled } from '../../support/profile';
import { storeOn, type Store } from '../../support/store';

const database = testDatabase();
const [mine, theirs] = [newId<TenantId>(), newId<TenantId>()];
const scope = makeScope(mine);
const CATEGORIES = ['WORKSHOP', 'CONCERT', 'MEETING'] as const;

/** Twenty events: a third of each category, one of them a draft and one cancelled. */
const events = Array.from({ length: 20 }, (_, n) =>
  makeEvent(mine, {
    category: CATEGORIES[n % 3] ?? 'OTHER',
    status: n === 18 ? 'DRAFT' : n === 19 ? 'CANCELLED' : 'PUBLISHED',
  }),
);
const dates = datesOf(events);
let store: Store;

/** 3,000 dates, one every half hour around NOW, some of which start together, are full, long, or as long as can be. */
function datesOf(all: readonly Event[]): Occurrence[] {
  return Array.from({ length: 3_000 }, (_, n) => {
    const event = all[n % all.length] ?? makeEvent(mine);
    const startsAt = at(Math.floor(n / 3) * 1.5 - 720);
    const hours = n % 250 === 7 ? 31 * 24 : n % 40 === 5 ? 30 : n % 40 === 6 ? 24 : 1;
    const status = event.status === 'PUBLISHED' ? 'SCHEDULED' : event.status;
    const taken = n % 4 === 0 ? { confirmedSeats: 10, seatsLeft: 0 } : {};
    const recurrenceId = `${startsAt.toISOString().slice(0, 19)}#${n}`;
    return makeOccurrence(event.tenantId, {
      eventId: event.id,
      recurrenceId,
      startsAt,
      endsAt: at(hours, startsAt),
      status,
      ...taken,
    });
  });
}

beforeAll(async () => {
  await runMigrations(database.connection);
  store = storeOn(database.connection);
  const foreign = datesOf([makeEvent(theirs)]);
  const native = database.connection.getClient().db(database.connection.name);
  await native.collection('occurrences').insertMany([...dates, ...foreign].map(fromOccurrence));
  await store.unitOfWork.run(scope, async (tx) => {
    for (const event of events) await store.events.add(tx, event);
  });
});

const ask = (given: Partial<OccurrenceQuery>): OccurrenceQuery => ({
  range: { from: at(0), to: at(30 * 24) },
  seesDrafts: true,
  now: NOW,
  first: 100,
  after: null,
  ...given,
});

/** What the query means, said once more in the simplest way. */
function expected(query: OccurrenceQuery): string[] {
  const { range, eventId, status, category, onlyWithSeats, seesDrafts, now } = query;
  const wanted = dates.filter(
    (date) =>
      (range === null || overlaps(date, { startsAt: range.from, endsAt: range.to })) &&
      (!eventId || date.eventId === eventId) &&
      (!status || statusAt(date, now) === status) &&
      (!category || events.find((event) => event.id === date.eventId)?.category === category) &&
      (!onlyWithSeats || date.seatsLeft > 0) &&
      (seesDrafts || date.status !== 'DRAFT'),
  );
  const inOrder = wanted.sort((a, b) => a.startsAt.getTime() - b.startsAt.getTime() || (a.id < b.id ? -1 : 1));
  return inOrder.map(({ id }) => id);
}

async function walk(query: OccurrenceQuery): Promise<string[]> {
  const seen: string[] = [];
  let after: TimePosition | null = null;
  for (;;) {
    const page: Page<OccurrenceSummary> = await store.occurrences.pageInRange(scope, { ...query, after });
    seen.push(...page.items.map(({ id }) => id));
    if (!page.hasNextPage) return seen;
    expect(page.items).toHaveLength(query.first);
    after = page.items.at(-1) ?? null;
  }
}

const month: InstantRange = { from: at(0), to: at(30 * 24) };
const instant: InstantRange = { from: at(0.5), to: at(0.5 + 1 / 3_600_000) };

describe('the dates of a range', () => {
  it.each<[string, Partial<OccurrenceQuery>]>([
    ['of a month', { range: month, first: 97 }],
    ['of a month, three at a time', { range: { from: at(0), to: at(48) }, first: 3 }],
    ['of one millisecond', { range: instant, first: 2 }],
    ['after all of them', { range: { from: at(5_000), to: at(5_001) } }],
    ['for a user, who sees no drafts', { seesDrafts: false }],
    ['of one category', { category: 'CONCERT', first: 50 }],
    ['of a category that nobody has', { category: 'HACKATHON' }],
    ['with seats', { onlyWithSeats: true }],
    ['of one event', { eventId: events[4]?.id ?? null, first: 5 }],
    ['of one event in another category', { eventId: events[4]?.id ?? null, category: 'MEETING' }],
    ['of one event in its category', { eventId: events[4]?.id ?? null, category: 'CONCERT' }],
    ['of one event, whenever', { range: null, eventId: events[4]?.id ?? null, first: 11 }],
    ['of a draft, for a user', { range: null, eventId: events[18]?.id ?? null, seesDrafts: false }],
    [
      'of everything at once',
      {
        range: { from: at(-24), to: at(24) },
        category: 'WORKSHOP',
        status: 'SCHEDULED',
        onlyWithSeats: true,
        seesDrafts: false,
      },
    ],
  ])('are all there, once, in order: %s', async (_which, given) => {
    const query = ask(given);

    expect(await walk(query)).toEqual(expected(query));
  });

  it.each<OccurrenceStatus>(['DRAFT', 'SCHEDULED', 'ONGOING', 'COMPLETED', 'CANCELLED'])(
    'are %s by the clock of the moment',
    async (status) => {
      const query = ask({ range: { from: at(-72), to: at(72) }, status, first: 40 });
      const found = await walk(query);

      expect(found.length).toBeGreaterThan(0);
      expect(found).toEqual(expected(query));
    },
  );

  it('touch its ends without belonging to it', async () => {
    const range = { from: at(0), to: at(1.5) };
    const found = await walk(ask({ range }));
    const touching = dates.filter(({ startsAt, endsAt }) => +endsAt === +range.from || +startsAt === +range.to);

    expect(touching.length).toBeGreaterThan(0);
    expect(touching.filter(({ id }) => found.includes(id))).toEqual([]);
  });
});

describe('reading a page of dates', () => {
  const costs = (given: Partial<OccurrenceQuery>) =>
    profiled(database.connection, 'occurrences', () => store.occurrences.pageInRange(scope, ask(given)));

  it.each<[string, Partial<OccurrenceQuery>]>([
    ['the first of a month', {}],
    ['of long dates that began before', { range: instant }],
    ['in the middle of a month', { after: dates[1_900] ?? null }],
    ['for a user', { seesDrafts: false }],
    ['of one status', { status: 'ONGOING' }],
    ['of cancelled dates', { status: 'CANCELLED' }],
    ['of one category', { category: 'CONCERT' }],
    ['of one event', { eventId: events[4]?.id ?? null }],
    ['of one event, whenever', { range: null, eventId: events[4]?.id ?? null, first: 20, after: dates[1_504] ?? null }],
  ])('examines the documents it returns and no others: %s', async (_which, given) => {
    const statements = await costs(given);
    const total = (key: 'docsExamined' | 'returned') => statements.reduce((sum, one) => sum + one[key], 0);

    expect(statements.map(({ plan }) => plan)).not.toContainEqual(expect.stringMatching(/COLLSCAN|SORT/));
    expect(statements.length).toBeGreaterThan(0);
    expect(total('returned')).toBeGreaterThan(0);
    // One more at most: within a single event, dates that start together are told apart by reading them.
    expect(total('docsExamined') - total('returned')).toBeLessThanOrEqual(given.range === null ? 1 : 0);
  });

  it('takes two statements at most, as long as nothing long is in the way', async () => {
    expect(await costs({ first: 100 })).toHaveLength(2);
    expect(await costs({ after: dates[1_900] ?? null })).toHaveLength(2);
    expect(await costs({ eventId: events[4]?.id ?? null })).toHaveLength(1);
  });
});
