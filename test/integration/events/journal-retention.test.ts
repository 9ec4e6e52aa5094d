import { randomUUID } from 'node:crypto';
import { Types } from 'mongoose';
import type { JournalId, TenantId } from '../../../src/domain/ids';
import type { JournalRow } from '../../../src/domain/journal';
import { newId } from '../../../src/platform/new-id';
import { runMigrations } from '../../../src/store/migrations';
import { JournalRetention, JournalRetentionDays } from '../../../src/use-cases/jobs/journal-retention';
import { TestClock } from '../../support/clock';
import { brokenInvariants } from '../../support/invariants';
import { testDatabase } from '../../support/mongo';
import { byRule, makeOrganizer, officeOn } from '../../support/organizer';
import { storeOn, unitOfWorkOn } from '../../support/store';

jest.setTimeout(60_000);

const DAY = 86_400_000;
const KEPT = 400;
const database = testDatabase();
beforeAll(() => runMigrations(database.connection));

function retentionOn(clock: TestClock) {
  const alarms: object[] = [];
  const quiet = (): void => undefined;
  const note = (fields: object): void => void alarms.push(fields);
  const { organizations, journal } = storeOn(database.connection);
  const retention = new JournalRetention(
    new JournalRetentionDays(KEPT),
    unitOfWorkOn(database.connection),
    organizations,
    journal,
    clock,
    { debug: quiet, info: quiet, warn: note, error: note },
  );
  return { retention, alarms };
}

const rowOf = (tenantId: TenantId, at: Date, given: Partial<JournalRow> = {}): JournalRow => ({
  id: newId<JournalId>(),
  tenantId,
  type: 'EVENT_UPDATED',
  target: `event:${randomUUID()}`,
  version: 1,
  actor: 's:test',
  requestId: 'test-request',
  p: {},
  at,
  ...given,
});

const idsOf = async (tenantId: TenantId): Promise<string[]> => {
  const rows = await database.connection
    .collection('journal')
    .find({ tenantId: new Types.ObjectId(tenantId) })
    .toArray();
  return rows.map(({ _id }) => String(_id)).sort();
};

/** Somebody's organization, with rows of its own. */
async function organizationWith(clock: TestClock, make: (tenantId: TenantId) => readonly JournalRow[]) {
  const scope = makeOrganizer();
  const { found, store } = officeOn(database.connection, clock);
  await found(scope);
  const rows = make(scope.tenantId);
  await store.unitOfWork.run(scope, (tx) => store.journal.add(tx, rows));
  return { scope, rows, store };
}

const past = (clock: TestClock, days: number): Date => new Date(clock.now().getTime() - days * DAY);

test('rows go when they are as old as they have to be kept, and not a moment sooner; work that is left stays', async () => {
  const clock = new TestClock();
  const { scope, rows } = await organizationWith(clock, (tenantId) => [
    rowOf(tenantId, past(clock, KEPT + 1)),
    rowOf(tenantId, new Date(past(clock, KEPT).getTime() - 1)),
    rowOf(tenantId, past(clock, KEPT)),
    rowOf(tenantId, past(clock, 1)),
    rowOf(tenantId, past(clock, 5 * KEPT), { type: 'REGISTRATIONS_DUE', due: past(clock, 1) }),
  ]);
  const { retention, alarms } = retentionOn(clock);
  expect(await retention.run()).toBe(2);
  expect(await idsOf(scope.tenantId)).toEqual(
    rows
      .slice(2)
      .map(({ id }) => id)
      .sort(),
  );
  expect(await retention.run()).toBe(0);
  expect(alarms).toEqual([]);
});

test('an organization that was closed lets its rows go as well', async () => {
  const clock = new TestClock();
  const { scope, store } = await organizationWith(clock, (tenantId) => [rowOf(tenantId, past(clock, KEPT + 1))]);
  await store.unitOfWork.run(scope, async (tx) =>
    store.organizations.change(tx, await store.organizations.get(tx), { status: 'ARCHIVED' }),
  );
  expect(await retentionOn(clock).retention.run()).toBe(1);
  expect(await idsOf(scope.tenantId)).toEqual([]);
});

test('several processes at once remove each row once, however many there are', async () => {
  const clock = new TestClock();
  const { scope } = await organizationWith(clock, (tenantId) => [
    ...Array.from({ length: 1_200 }, (_, n) => rowOf(tenantId, past(clock, KEPT + 1 + n / 100))),
    rowOf(tenantId, past(clock, 1)),
  ]);
  const jobs = [1, 2, 3].map(() => retentionOn(clock));
  const removed = await Promise.all(jobs.map(({ retention }) => retention.run()));
  expect(removed.reduce((sum, count) => sum + count)).toBe(1_200);
  expect(await idsOf(scope.tenantId)).toHaveLength(1);
  expect(jobs.flatMap(({ alarms }) => alarms)).toEqual([]);
});

test('a day later it runs again, and not sooner', async () => {
  const clock = new TestClock();
  const { scope } = await organizationWith(clock, (tenantId) => [rowOf(tenantId, past(clock, KEPT))]);
  const { retention } = retentionOn(clock);
  await retention.runIfDue();
  clock.advance(DAY - 1);
  await retention.runIfDue();
  expect(await idsOf(scope.tenantId)).toHaveLength(1);
  clock.advance(1);
  await retention.runIfDue();
  expect(await idsOf(scope.tenantId)).toEqual([]);
});

test('what is kept of a history is its end, and the next change goes on counting', async () => {
  const clock = new TestClock();
  const office = officeOn(database.connection, clock);
  const scope = makeOrganizer();
  await office.found(scope);
  const event = await office.createEvent.execute(scope, byRule('FREQ=MONTHLY;COUNT=24'));
  const dates = await office.datesOf(scope, event.id);
  const late = dates.at(-1)!;
  const held = await office.register(scope, late);
  const sinceRegistered = await brokenInvariants(database.connection, {}, null);
  clock.advance((KEPT + 10) * DAY);
  const { retention } = retentionOn(clock);
  const keptSince = past(clock, KEPT);
  const before = await office.updateOccurrence.execute(scope, {
    occurrenceId: late.id,
    expectedRevision: late.revision,
    startsAtLocal: late.startsAtLocal.replace('T10', 'T11'),
    idempotencyKey: null,
  });
  expect(await retention.run()).toBeGreaterThan(0);
  const registration = await office.registration(scope, held.id);
  const target = { target: `registration:${held.id}`, version: registration.version };
  const [history = []] = await office.store.journal.histories(scope, [target]);
  expect(history.map(({ type, version }) => `${type} ${version}`)).toEqual(['REGISTRATION_MOVED 2']);
  // The next change of the same date finds its version free, and its own row is kept.
  await office.updateOccurrence.execute(scope, {
    occurrenceId: late.id,
    expectedRevision: before.revision,
    startsAtLocal: late.startsAtLocal.replace('T10', 'T12'),
    idempotencyKey: null,
  });
  expect(sinceRegistered).toEqual([]);
  expect(await brokenInvariants(database.connection, {}, keptSince)).toEqual([]);
  // The checker is not loosened: who is not told that rows may be gone misses them, and so they are if they were young.
  const missing = [expect.stringContaining(`registration:${held.id}: version 3, journal 2 REGISTRATION_MOVED`)];
  expect(await brokenInvariants(database.connection)).toEqual(expect.arrayContaining(missing));
  const tooEarly = past(clock, 2 * KEPT);
  expect(await brokenInvariants(database.connection, {}, tooEarly)).toEqual(expect.arrayContaining(missing));
  await database.connection.collection('journal').deleteOne({ target: target.target, version: 3 });
  expect(await brokenInvariants(database.connection, {}, keptSince)).not.toEqual([]);
});
