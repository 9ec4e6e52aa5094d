import { holderOfUser, type JournalId, type RegistrationId, type TenantId, type UserId } from '../../../src/domain/ids';
import type { Occurrence } from '../../../src/domain/occurrence';
import { newId } from '../../../src/platform/new-id';
import { fromJournalRow } from '../../../src/store/journal.schema';
import { runMigrations } from '../../../src/store/migrations';
import { fromOccurrence } from '../../../src/store/occurrence.schema';
import { fromRegistration } from '../../../src/store/registration.schema';
import { at, makeOccurrence, makeRegistration, makeScope, NOW } from '../../support/make';
import { testDatabase } from '../../support/mongo';
import { profiled } from '../../support/profile';
import { storeOn, type Store } from '../../support/store';

/* The reads that calendar feeds are made of: what they find, and that they read no more than that. */

const database = testDatabase();
const [mine, theirs] = [newId<TenantId>(), newId<TenantId>()];
const scope = makeScope(mine);
let store: Store;

const ada = newId<UserId>();
/** Every four hours from 100 days ago to 100 days ahead; every seventh is a draft, every fifth was edited twice. */
const datesOf = (tenantId: TenantId): Occurrence[] =>
  Array.from({ length: 1_200 }, (_, n) =>
    makeOccurrence(tenantId, {
      startsAt: at((n - 600) * 4),
      recurrenceId: String(n),
      status: n % 7 === 0 ? 'DRAFT' : n % 3 === 0 ? 'CANCELLED' : 'SCHEDULED',
      revision: n % 5 === 0 ? 3 : 1,
    }),
  );
const dates = datesOf(mine);
const published = dates.filter(({ status }) => status !== 'DRAFT');
const adas = dates
  .slice(0, 300)
  .map((date, n) => makeRegistration(date, ada, n % 4 === 0 ? { status: 'CANCELLED', cancelledAt: NOW } : {}));

beforeAll(async () => {
  await runMigrations(database.connection);
  store = storeOn(database.connection);
  const native = database.connection.getClient().db(database.connection.name);
  const insert = (name: string, documents: object[]) => native.collection(name).insertMany(documents);
  await insert('occurrences', [...dates, ...datesOf(theirs)].map(fromOccurrence));
  const others = dates.slice(0, 300).map((date) => makeRegistration(date));
  const foreign = adas.map((one) => ({ ...one, id: newId<RegistrationId>(), tenantId: theirs }));
  await insert('registrations', [...adas, ...others, ...foreign].map(fromRegistration));
  const edited = dates.filter(({ revision }) => revision === 3);
  await insert(
    'journal',
    [2, 3].flatMap((version) =>
      edited.map(({ id }) =>
        fromJournalRow({
          ...{
            id: newId<JournalId>(),
            tenantId: mine,
            type: 'OCCURRENCE_UPDATED',
            target: `occurrence:${id}`,
            version,
          },
          ...{ actor: 's:test', requestId: 'test', p: {}, at: at(version) },
        }),
      ),
    ),
  );
});

const idsOf = (rows: readonly { readonly id: string }[]): string[] => rows.map(({ id }) => id);

describe('the published dates of a feed', () => {
  const from = at(-90 * 24);
  const ahead = published.filter(({ startsAt }) => startsAt >= NOW);
  const behind = published.filter(({ startsAt }) => startsAt >= from && startsAt < NOW).reverse();

  it('are those ahead, then those of the last 90 days', async () => {
    expect(idsOf(await store.calendarDates.published(scope, { from, now: NOW, limit: 2_000 }))).toEqual(
      idsOf([...ahead, ...behind]),
    );
  });

  it.each([1, 10, ahead.length, ahead.length + 7])('are the %d nearest where there are more', async (limit) => {
    expect(idsOf(await store.calendarDates.published(scope, { from, now: NOW, limit }))).toEqual(
      idsOf([...ahead, ...behind].slice(0, limit)),
    );
  });

  it('are read along the index, and no others', async () => {
    const finds = await profiled(database.connection, 'occurrences', () =>
      store.calendarDates.published(scope, { from, now: NOW, limit: ahead.length + 50 }),
    );
    expect(finds).toHaveLength(2);
    expect(finds.map(({ docsExamined }) => docsExamined)).toEqual([ahead.length, 50]);
    for (const { plan, keysExamined, returned } of finds) {
      expect(plan).toBe('IXSCAN { tenantId: 1, startsAt: 1, _id: 1, endsAt: 1, status: 1, eventId: 1 }');
      // Every seventh key is a draft's.
      expect(keysExamined).toBeLessThan(returned * 1.25 + 5);
    }
  });
});

describe("a holder's registrations", () => {
  it('are all there ever were, the latest start first, along the index', async () => {
    let found: readonly { readonly id: string }[] = [];
    const [find] = await profiled(database.connection, 'registrations', async () => {
      found = await store.calendarDates.registrationsOf(scope, holderOfUser(ada), 2_000);
    });
    expect(idsOf(found)).toEqual(idsOf([...adas].reverse()));
    expect(find).toEqual({
      ...{ plan: 'IXSCAN { tenantId: 1, holder: 1, s: 1, _id: 1 }', returned: 300 },
      ...{ keysExamined: 300, docsExamined: 300 },
    });
    expect(idsOf(await store.calendarDates.registrationsOf(scope, holderOfUser(ada), 5))).toEqual(
      idsOf(adas.slice(-5).reverse()),
    );
  });
});

describe('when a date was changed last', () => {
  it('is what the journal says of its revision, in a few reads along the index', async () => {
    let found = new Map<string, Date>();
    const finds = await profiled(database.connection, 'journal', async () => {
      found = await store.calendarDates.changedAt(scope, dates);
    });
    const edited = dates.filter(({ revision }) => revision === 3);
    expect([...found].sort()).toEqual(edited.map(({ id }) => [id, at(3)] as [string, Date]).sort());
    expect(finds).toHaveLength(1);
    expect(finds[0]).toMatchObject({
      plan: 'IXSCAN { tenantId: 1, target: 1, version: 1 }',
      docsExamined: edited.length,
    });
  });
});

describe('feeds', () => {
  it('are found by the hash of their token, one key and one document', async () => {
    const feed = { id: newId(), tenantId: mine, userId: ada, kind: 'MINE', status: 'ACTIVE' } as const;
    await store.unitOfWork.run(scope, (tx) =>
      store.calendarFeeds.add(
        tx,
        { ...feed, id: newId(), place: 1, createdAt: NOW, lastUsedAt: null, version: 1 },
        'of-ada',
      ),
    );
    const [find] = await profiled(database.connection, 'calendarFeeds', () =>
      store.calendarFeeds.findActiveByHash(scope, 'of-ada'),
    );
    expect(find).toEqual({ plan: 'IXSCAN { tenantId: 1, hash: 1 }', keysExamined: 1, docsExamined: 1, returned: 1 });
  });
});
