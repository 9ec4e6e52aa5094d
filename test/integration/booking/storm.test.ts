import { runMigrations } from '../../../src/store/migrations';
import type { TenantId, UserId } from '../../../src/domain/ids';
import type { Occurrence } from '../../../src/domain/occurrence';
import type { Registration } from '../../../src/domain/registration';
import { newId } from '../../../src/platform/new-id';
import { outcomeOf, publish, tally, untilTold } from '../../support/booking-client';
import { clientsOf, type Ask } from '../../support/booking-process';
import { TestClock } from '../../support/clock';
import { openMonitored, tenantsByTransaction } from '../../support/command-monitor';
import { makeEngine } from '../../support/engine';
import { brokenInvariants } from '../../support/invariants';
import { makeCancel, makeOccurrence, makeRegister, makeScope } from '../../support/make';
import { testDatabase } from '../../support/mongo';
import { overlappingDates, unjust } from '../../support/overlapping-dates';

// A loaded machine may take its time; what is told must be right all the same.
jest.setTimeout(60_000);

const database = testDatabase();
beforeAll(() => runMigrations(database.connection));

const engineOf = (): ReturnType<typeof makeEngine> => makeEngine(database.connection, new TestClock());
const unhurt = async (): Promise<void> => expect(await brokenInvariants(database.connection)).toEqual([]);

test('a thousand people after a hundred seats: exactly a hundred get one, the others are told it is full', async () => {
  const scope = makeScope();
  const occurrence = makeOccurrence(scope.tenantId, { capacity: 100 });
  const later = makeOccurrence(scope.tenantId, {
    eventId: occurrence.eventId,
    startsAt: new Date('2027-01-12T08:00:00Z'),
  });
  await publish(database.connection, [occurrence, later]);
  const { engine, unitOfWork, alarms } = engineOf();
  const answers = await Promise.all(
    Array.from({ length: 1_000 }, () => untilTold(engine, scope, makeRegister(occurrence))),
  );
  expect(tally(answers.map(outcomeOf))).toEqual({ done: 100, OCCURRENCE_FULL: 900 });
  const full = answers.find((answer) => answer.kind === 'refused');
  expect(full).toMatchObject({ refusal: { seatsLeft: 0, nextWithSeats: later.id } });
  expect(unitOfWork.stats.aborted).toBe(0);
  expect(alarms).toEqual([]);
  await unhurt();
});

test('ten thousand people after a hundred seats: a dozen transactions tell them all', async () => {
  const scope = makeScope();
  const occurrence = makeOccurrence(scope.tenantId, { capacity: 100 });
  await publish(database.connection, [occurrence]);
  const { engine, unitOfWork } = engineOf();
  const answers = await Promise.all(
    Array.from({ length: 10_000 }, () => untilTold(engine, scope, makeRegister(occurrence))),
  );
  expect(tally(answers.map(outcomeOf))).toEqual({ done: 100, OCCURRENCE_FULL: 9_900 });
  expect(unitOfWork.stats.aborted).toBe(0);
  // Steps, not time: 128 that may succeed, then a thousand at once that can only be told no.
  expect(unitOfWork.stats.committed).toBeLessThanOrEqual(12);
  await unhurt();
});

test('one person at twenty overlapping dates at once: the winners are disjoint, and nobody free is refused', async () => {
  const scope = makeScope();
  const { engine } = engineOf();
  for (let first = 0; first < 20; first += 1) {
    const dates = overlappingDates(scope.tenantId, first);
    await publish(database.connection, dates);
    const userId = newId<UserId>();
    const answers = await Promise.all(dates.map((date) => untilTold(engine, scope, makeRegister(date, { userId }))));
    const told = (outcome: string): Occurrence[] =>
      dates.filter((_, n) => outcomeOf(answers[n] ?? failed()) === outcome);
    expect(told('done').length + told('OVERLAPPING_REGISTRATION').length).toBe(20);
    expect(unjust(told('done'), told('OVERLAPPING_REGISTRATION'))).toEqual([]);
  }
  await unhurt();
});

test('fifty tenants mixed, each with a rush and somebody in twenty places: all told right, no transaction of two tenants', async () => {
  const tenants = Array.from({ length: 50 }, (_, n) => {
    const tenantId = newId<TenantId>();
    return {
      rush: makeOccurrence(tenantId, { capacity: 2 }),
      dates: overlappingDates(tenantId, n),
      person: newId<UserId>(),
    };
  });
  await publish(
    database.connection,
    tenants.flatMap(({ rush, dates }) => [rush, ...dates]),
  );
  const { connection, commands } = await openMonitored(database.uri);
  const { engine, alarms } = makeEngine(connection, new TestClock());
  const asks = tenants.flatMap(({ rush, dates, person }): Ask[] => [
    { tenantId: rush.tenantId, occurrenceIds: [rush.id], userId: null, clients: 20 },
    { tenantId: rush.tenantId, occurrenceIds: dates.map(({ id }) => id), userId: person, clients: 1 },
  ]);
  // The nth client of every ask, then the next: no two neighbours in the queue are of one tenant.
  const told = new Map<string, string[]>();
  const clients = asks.map((ask) => ({ scope: makeScope(ask.tenantId), each: clientsOf(ask) }));
  const mixed = Array.from({ length: 20 }, (_, n) =>
    clients.map(({ scope, each }) => ({ scope, client: each[n] ?? failed() })),
  );
  await Promise.all(
    mixed.flat().map(async ({ scope, client: { occurrenceId, userId } }) => {
      const answer = await untilTold(engine, scope, makeRegister({ id: occurrenceId }, { userId }));
      told.set(occurrenceId, [...(told.get(occurrenceId) ?? []), outcomeOf(answer)]);
    }),
  );
  await connection.close();
  for (const { rush, dates } of tenants) {
    expect(tally(told.get(rush.id) ?? [])).toEqual({ done: 2, OCCURRENCE_FULL: 18 });
    const won = dates.filter(({ id }) => told.get(id)?.[0] === 'done');
    expect(
      unjust(
        won,
        dates.filter((date) => !won.includes(date)),
      ),
    ).toEqual([]);
  }
  expect(tenantsByTransaction(commands).filter(({ size }) => size !== 1)).toEqual([]);
  expect(alarms).toEqual([]);
  await unhurt();
});

test('cancelling and registering in storms, in two engines: every seat is sold once, and none stays empty', async () => {
  const scope = makeScope();
  const occurrence = makeOccurrence(scope.tenantId, { capacity: 20 });
  await publish(database.connection, [occurrence]);
  const engines = [engineOf(), engineOf()];
  const register = (count: number): Promise<Registration[]> =>
    Promise.all(
      Array.from({ length: count }, async (_, n) => {
        const { engine } = engines[n % 2] ?? failed();
        const answer = await untilTold(engine, scope, makeRegister(occurrence));
        return answer.kind === 'done' ? [answer.registration] : [];
      }),
    ).then((lists) => lists.flat());
  const cancel = (registrations: readonly Registration[]): Promise<string[]> =>
    Promise.all(
      registrations.map(async (registration, n) => {
        const { engine } = engines[n % 2] ?? failed();
        return outcomeOf(await untilTold(engine, scope, makeCancel(registration)));
      }),
    );
  let holders = await register(60);
  expect(holders).toHaveLength(20);
  for (let round = 0; round < 4; round += 1) {
    // Every cancellation is asked for in both engines at once.
    const [twice, newcomers] = await Promise.all([cancel([...holders, ...holders]), register(40)]);
    expect(tally(twice)).toEqual({ done: 2 * holders.length });
    await unhurt();
    holders = [...newcomers, ...(await register(20))];
    expect(holders).toHaveLength(20);
    await unhurt();
  }
  expect(engines.flatMap(({ alarms }) => alarms)).toEqual([]);
});

const failed = (): never => {
  throw new Error('a client without an answer');
};
