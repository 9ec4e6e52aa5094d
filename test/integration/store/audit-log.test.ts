import { WORK_TYPES, type JournalRow, type JournalType } from '../../../src/domain/journal';
import type { JournalId, TenantId } from '../../../src/domain/ids';
import { newId } from '../../../src/platform/new-id';
import type { AuditQuery } from '../../../src/store/journal.repository';
import { runMigrations } from '../../../src/store/migrations';
import { at, makeScope } from '../../support/make';
import { testDatabase } from '../../support/mongo';
import { profiled } from '../../support/profile';
import { storeOn, type Store } from '../../support/store';

const database = testDatabase();
const [mine, theirs] = [newId<TenantId>(), newId<TenantId>()];
const scope = makeScope(mine);
let store: Store;

const TYPES: readonly JournalType[] = ['EVENT_CREATED', 'REGISTERED', 'USER_JOINED', 'REGISTRATIONS_DUE'];

/** Four rows an hour; every fourth is work, every tenth on the same event, every seventh by one person. */
const rowsOf = (tenantId: TenantId): JournalRow[] =>
  Array.from({ length: 400 }, (_, n) => ({
    id: newId<JournalId>(),
    tenantId,
    type: TYPES[n % TYPES.length] ?? 'REGISTERED',
    target: n % 10 === 0 ? 'event:one' : `event:${n}`,
    version: n % 10 === 0 ? n / 10 + 1 : 1,
    actor: n % 7 === 0 ? 'u:ada' : 'u:grace',
    requestId: `request-${n}`,
    p: {},
    at: at(Math.floor(n / 4)),
  }));
const rows = rowsOf(mine);
/** The newest first; of one instant, the last id. */
const told = rows
  .filter(({ type }) => !WORK_TYPES.some((work) => work === type))
  .sort((a, b) => b.at.getTime() - a.at.getTime() || (a.id < b.id ? 1 : -1));

beforeAll(async () => {
  await runMigrations(database.connection);
  store = storeOn(database.connection);
  for (const tenantId of [mine, theirs]) {
    const theRows = tenantId === mine ? rows : rowsOf(theirs);
    await store.unitOfWork.run(makeScope(tenantId), (tx) => store.journal.add(tx, theRows));
  }
});

const ask = (given: Partial<AuditQuery>): AuditQuery => ({ first: 17, after: null, ...given });
const positionOf = ({ at: startsAt, id }: JournalRow) => ({ startsAt, id });

async function walk(given: Partial<AuditQuery>): Promise<string[]> {
  const seen: string[] = [];
  for (let after: AuditQuery['after'] = null; ;) {
    const { items, hasNextPage } = await store.journal.auditPage(scope, ask({ ...given, after }));
    seen.push(...items.map(({ id }) => id));
    const last = items.at(-1);
    if (!hasNextPage || last === undefined) return seen;
    after = positionOf(last);
  }
}

describe('the audit log of an organization', () => {
  it.each<[string, Partial<AuditQuery>, (row: JournalRow) => boolean]>([
    ['all of it', {}, () => true],
    ['of one thing', { target: 'event:one' }, ({ target }) => target === 'event:one'],
    ['of what one person did', { actor: 'u:ada' }, ({ actor }) => actor === 'u:ada'],
    ['of one type', { types: ['REGISTERED'] }, ({ type }) => type === 'REGISTERED'],
    ['of no type', { types: [] }, () => false],
    ['of one hour', { range: { from: at(5), to: at(6) } }, (row) => row.at.getTime() === at(5).getTime()],
    [
      'of one thing, person and time',
      { target: 'event:one', actor: 'u:ada', range: { from: at(0), to: at(50) } },
      (row) => row.target === 'event:one' && row.actor === 'u:ada' && row.at < at(50),
    ],
  ])('comes in pages, the newest first, each entry once: %s', async (_which, given, wanted) => {
    expect(await walk(given)).toEqual(told.filter(wanted).map(({ id }) => id));
  });

  it.each<[string, Partial<AuditQuery>, number]>([
    // Beside the page: the work among it, and on a later page the entries of the instant where the last one ended.
    ['the first page', {}, 8],
    ['a later page', { after: positionOf(told[100]!) }, 12],
    ['a range', { range: { from: at(10), to: at(12) } }, 2],
    ['one thing', { target: 'event:one', first: 100 }, 0],
  ])('is read by an index, and next to nothing else is read: %s', async (_which, given, slack) => {
    const [statement, ...more] = await profiled(database.connection, 'journal', () =>
      store.journal.auditPage(scope, ask(given)),
    );
    expect(more).toEqual([]);
    expect(statement?.plan).toMatch(/^IXSCAN/);
    expect(statement?.returned).toBeGreaterThan(0);
    expect((statement?.docsExamined ?? 0) - (statement?.returned ?? 0)).toBeLessThanOrEqual(slack);
  });
});

describe('the histories of many things', () => {
  it('are read in one statement, in order, and not beyond the version that was seen', async () => {
    const wanted = [
      { target: 'event:one', version: 3 },
      { target: 'event:never', version: 5 },
      { target: 'event:11', version: 1 },
    ];
    let found: JournalRow[][] = [];
    const [statement, ...more] = await profiled(database.connection, 'journal', async () => {
      found = await store.journal.histories(scope, wanted);
    });
    expect(found.map((history) => history.map(({ target, version }) => `${target} ${version}`))).toEqual([
      ['event:one 1', 'event:one 2', 'event:one 3'],
      [],
      ['event:11 1'],
    ]);
    expect(more).toEqual([]);
    expect(statement).toMatchObject({ plan: expect.stringMatching(/^IXSCAN/) as string, docsExamined: 4 });
  });
});
