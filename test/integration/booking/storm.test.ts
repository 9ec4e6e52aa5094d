import { fromOccurrence } from '../../../src/store/occurrence.schema';
import { runMigrations } from '../../../src/store/migrations';
import type { Answer } from '../../../src/domain/booking/commands';
import type { Occurrence } from '../../../src/domain/occurrence';
import { makeEngine } from '../../support/engine';
import { TestClock } from '../../support/clock';
import { brokenInvariants } from '../../support/invariants';
import { makeOccurrence, makeRegister, makeScope } from '../../support/make';
import { testDatabase } from '../../support/mongo';

const database = testDatabase();
beforeAll(() => runMigrations(database.connection));

const publish = async (...occurrences: Occurrence[]): Promise<void> => {
  await database.connection.collection('occurrences').insertMany(occurrences.map(fromOccurrence));
};
const count = (answers: readonly Answer[], code: string): number =>
  answers.filter((answer) => answer.kind === 'refused' && answer.refusal.code === code).length;
const done = (answers: readonly Answer[]): number => answers.filter(({ kind }) => kind === 'done').length;

test('a thousand people after a hundred seats: exactly a hundred get one, the others are told it is full', async () => {
  const scope = makeScope();
  const occurrence = makeOccurrence(scope.tenantId, { capacity: 100 });
  const later = makeOccurrence(scope.tenantId, {
    eventId: occurrence.eventId,
    startsAt: new Date('2027-01-12T08:00:00Z'),
  });
  await publish(occurrence, later);
  const { engine, unitOfWork, batch, alarms } = makeEngine(database.connection, new TestClock());
  const t = performance.now();
  const answers = await Promise.all(
    Array.from({ length: 1_000 }, () => engine.submit(scope, makeRegister(occurrence))),
  );
  process.stderr.write(
    `drain ${performance.now() - t} ms ${JSON.stringify(unitOfWork.stats)} ${JSON.stringify(batch.stats)}\n`,
  );
  expect(done(answers)).toBe(100);
  expect(count(answers, 'OCCURRENCE_FULL')).toBe(900);
  const full = answers.find((answer) => answer.kind === 'refused');
  expect(full).toMatchObject({ refusal: { seatsLeft: 0, nextWithSeats: later.id } });
  expect(unitOfWork.stats.aborted).toBe(0);
  expect(alarms).toEqual([]);
  expect(await brokenInvariants(database.connection)).toEqual([]);
});
