import type { BookingCommand } from '../../../src/domain/booking/commands';
import { MAX_EFFECTS } from '../../../src/domain/booking/decide';
import type { BookingRepository } from '../../../src/store/booking.repository';
import type { SoloRegistration } from '../../../src/store/solo-registration';
import type { UnitOfWork } from '../../../src/store/unit-of-work';
import { BookingBatch } from '../../../src/use-cases/booking-batch';
import { TestClock } from '../../support/clock';
import { makeOccurrence, makeRegister, makeScope } from '../../support/make';
import { BookingWorld } from './booking-world';

const scope = makeScope();
const quiet = (): void => undefined;

/** Transactions on a world in memory; one that writes for the poisoned command fails, whenever it is tried. */
function batchWith(world: BookingWorld, poisoned: BookingCommand) {
  const repository: Pick<BookingRepository, 'load' | 'flush'> = {
    load: (_scope, commands) => Promise.resolve(world.view(commands)),
    flush: (_tx, changes) => {
      if (changes.registrationsAdded.some(({ id }) => id === poisoned.registrationId)) throw new Error('poison');
      return Promise.resolve(world.apply(changes));
    },
  };
  const unitOfWork = { run: (_scope: unknown, work: (tx: unknown) => Promise<unknown>) => work({}) };
  return new BookingBatch(
    unitOfWork as unknown as UnitOfWork,
    repository as BookingRepository,
    {} as SoloRegistration,
    new TestClock(),
    { debug: quiet, info: quiet, warn: quiet, error: quiet },
  );
}

test('halving a batch lets nobody overtake those whose transaction had no room for them', async () => {
  const occurrence = makeOccurrence(scope.tenantId, { capacity: 1_000 });
  const commands = Array.from({ length: 600 }, () => makeRegister(occurrence));
  const [poisoned] = commands;
  const settled = await batchWith(new BookingWorld([occurrence]), poisoned!).run(scope, commands, false);
  const firstLeftOut = settled.indexOf('deferred');

  expect(settled[0]).toHaveProperty('fault');
  expect(firstLeftOut).toBeGreaterThan(MAX_EFFECTS);
  expect(settled.slice(firstLeftOut).every((one) => one === 'deferred')).toBe(true);
});
