import { runMigrations } from '../../../src/store/migrations';
import type { UserId } from '../../../src/domain/ids';
import { newId } from '../../../src/platform/new-id';
import { publish } from '../../support/booking-client';
import { overbookings } from '../../support/invariants';
import { makeOccurrence, makeRegister, makeScope } from '../../support/make';
import { testDatabase } from '../../support/mongo';
import { barrierFor, NaiveBooking } from '../../support/naive-booking';
import { overlappingDates, unjust } from '../../support/overlapping-dates';

// The negative control: what the race tests demand of the engine, they must find missing here.
// A loaded machine may take its time; what is told must be right all the same.
jest.setTimeout(60_000);

const database = testDatabase();
beforeEach(async () => {
  await database.drop();
  await runMigrations(database.connection);
});

test('checking and then inserting oversells', async () => {
  const { tenantId } = makeScope();
  const occurrence = makeOccurrence(tenantId, { capacity: 5 });
  await publish(database.connection, [occurrence]);
  const naive = new NaiveBooking(database.connection, barrierFor(50));
  const told = await Promise.all(
    Array.from({ length: 50 }, () => naive.register(makeRegister(occurrence), occurrence)),
  );
  expect(told.filter(Boolean)).toHaveLength(50);
  expect(await overbookings(database.connection)).toContain(`${occurrence.id}: 50 seats of 5 sold`);
});

test('checking and then inserting puts one person into twenty places at once', async () => {
  const { tenantId } = makeScope();
  const dates = overlappingDates(tenantId);
  await publish(database.connection, dates);
  const userId = newId<UserId>();
  const naive = new NaiveBooking(database.connection, barrierFor(dates.length));
  const told = await Promise.all(dates.map((date) => naive.register(makeRegister(date, { userId }), date)));
  expect(
    unjust(
      dates.filter((_, n) => told[n]),
      [],
    ),
  ).not.toEqual([]);
  expect((await overbookings(database.connection)).filter((one) => one.includes('at the same time'))).not.toEqual([]);
});

test('one after the other it does everything right: only the race tells them apart', async () => {
  const { tenantId } = makeScope();
  const dates = overlappingDates(tenantId);
  await publish(database.connection, dates);
  const userId = newId<UserId>();
  const naive = new NaiveBooking(database.connection, () => Promise.resolve());
  const won: typeof dates = [];
  for (const date of dates) if (await naive.register(makeRegister(date, { userId }), date)) won.push(date);
  expect(
    unjust(
      won,
      dates.filter((date) => !won.includes(date)),
    ),
  ).toEqual([]);
});
