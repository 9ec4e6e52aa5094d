import { runMigrations } from '../../../src/store/migrations';
import type { TenantId, UserId } from '../../../src/domain/ids';
import { newId } from '../../../src/platform/new-id';
import { publish, tally } from '../../support/booking-client';
import type { Ask, ProcessReport, Told } from '../../support/booking-process';
import { runChild } from '../../support/child';
import { brokenInvariants } from '../../support/invariants';
import { makeOccurrence } from '../../support/make';
import { testDatabase } from '../../support/mongo';
import { overlappingDates, unjust } from '../../support/overlapping-dates';

// A loaded machine may take its time; what is told must be right all the same.
jest.setTimeout(60_000);

const database = testDatabase();
beforeAll(() => runMigrations(database.connection));

/** Two service processes that begin together; each asks for its part. */
async function twoProcesses(parts: readonly (readonly Ask[])[]): Promise<Told[]> {
  const children = parts.map((asks) =>
    runChild('test/support/booking-process.ts', [database.uri, JSON.stringify(asks)]),
  );
  try {
    for (const child of children) expect(await child.line()).toBe('ready');
    for (const child of children) child.process.kill('SIGUSR2');
    const reports = await Promise.all(children.map(async (child) => JSON.parse(await child.line()) as ProcessReport));
    expect(reports.map(({ alarms }) => alarms)).toEqual([0, 0]);
    return reports.flatMap(({ told }) => told);
  } finally {
    await Promise.all(children.map((child) => child.end('SIGKILL')));
  }
}

test('two processes: a thousand for a hundred seats, and one person in twenty places, among fifty tenants', async () => {
  const tenants = Array.from({ length: 50 }, (_, n) => {
    const tenantId = newId<TenantId>();
    return {
      rush: makeOccurrence(tenantId, { capacity: 2 }),
      dates: overlappingDates(tenantId, n),
      person: newId<UserId>(),
    };
  });
  const hot = makeOccurrence(newId<TenantId>(), { capacity: 100 });
  await publish(database.connection, [hot, ...tenants.flatMap(({ rush, dates }) => [rush, ...dates])]);
  const asks: Ask[] = [
    { tenantId: hot.tenantId, occurrenceIds: [hot.id], userId: null, clients: 500 },
    ...tenants.map(({ rush }) => ({ tenantId: rush.tenantId, occurrenceIds: [rush.id], userId: null, clients: 10 })),
    ...tenants.map(({ rush, dates, person }) => ({
      tenantId: rush.tenantId,
      occurrenceIds: dates.map(({ id }) => id),
      userId: person,
      clients: 1,
    })),
  ];
  // The second process asks for the same, the dates from the other end.
  const backwards = asks.map((ask) => ({ ...ask, occurrenceIds: [...ask.occurrenceIds].reverse() }));
  const told = await twoProcesses([asks, backwards]);

  const outcomes = (occurrenceId: string): string[] =>
    told.filter(([id]) => id === occurrenceId).map(([, , outcome]) => outcome);
  expect(tally(outcomes(hot.id))).toEqual({ done: 100, OCCURRENCE_FULL: 900 });
  for (const { rush, dates } of tenants) {
    expect(tally(outcomes(rush.id))).toEqual({ done: 2, OCCURRENCE_FULL: 18 });
    const won = dates.filter(({ id }) => outcomes(id).includes('done'));
    const lost = dates.filter((date) => !won.includes(date));
    expect(unjust(won, lost)).toEqual([]);
    // Both processes asked for the winner: one was first, the other was told that the person has it.
    expect(won.every(({ id }) => tally(outcomes(id))['ALREADY_REGISTERED'] === 1)).toBe(true);
    expect(lost.every(({ id }) => tally(outcomes(id))['OVERLAPPING_REGISTRATION'] === 2)).toBe(true);
  }
  expect(await brokenInvariants(database.connection)).toEqual([]);
});
