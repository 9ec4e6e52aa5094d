import fc from 'fast-check';
import type { BookingCommand, RegisterCommand } from '../../../src/domain/booking/commands';
import { decide } from '../../../src/domain/booking/decide';
import { bucketsOf } from '../../../src/domain/bucket';
import type { TenantId } from '../../../src/domain/ids';
import { newId } from '../../../src/platform/new-id';
import { BookingModel, verdictOf } from '../../support/booking-model';
import { commandOf, occurrenceShape, operation, shapedOccurrence } from '../../support/booking-operations';
import { NOW } from '../../support/make';
import { BookingWorld } from './booking-world';

const tenantId = newId<TenantId>();

/** Seats, times and people of the world, counted anew from its registrations. */
function contradictions(world: BookingWorld): string[] {
  const active = [...world.registrations.values()].filter(({ status }) => status === 'CONFIRMED');
  const broken: string[] = [];
  for (const { id, capacity, confirmedSeats, seatsLeft } of world.occurrences.values()) {
    const seats = active.filter((one) => one.occurrenceId === id).reduce((sum, one) => sum + one.seats, 0);
    if (seats !== confirmedSeats) broken.push(`${id}: counter ${confirmedSeats}, seats ${seats}`);
    if (capacity !== null && seatsLeft !== capacity - seats) broken.push(`${id}: ${seatsLeft} left, ${seats} taken`);
  }
  const locking = active.filter((one) => world.occurrences.get(one.occurrenceId)?.rules.conflictPolicy === 'BLOCK');
  const expected = locking.flatMap((one) => bucketsOf(tenantId, one.holder, one).map(({ key }) => `${key} ${one.id}`));
  const found = [...world.buckets].flatMap(([key, booked]) => booked.map((one) => `${key} ${one.registrationId}`));
  if (expected.sort().join() !== found.sort().join()) broken.push('buckets are not the active registrations');
  return broken;
}

test('decide agrees with brute force: half-open times, bucket edges, seats, repeats; batch after batch', () => {
  const shapes = fc.array(occurrenceShape, { minLength: 1, maxLength: 5 });
  const batches = fc.array(fc.array(operation, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(shapes, batches, (shaped, groups) => {
      const occurrences = shaped.map((shape) => shapedOccurrence(tenantId, shape));
      const world = new BookingWorld(occurrences);
      const model = new BookingModel(occurrences);
      const made: RegisterCommand[] = [];
      for (const group of groups) {
        const known = { tenantId, occurrences, made: [...made] };
        const commands = group.map((one) => commandOf(one, known)).filter((one): one is BookingCommand => one !== null);
        const decision = decide(world.view(commands), commands, NOW);
        world.apply(decision.changes);
        commands.forEach((command, index) => {
          const answer = decision.answers[index];
          if (!answer) throw new Error('a small batch is judged to its end');
          expect(model.submit(command, NOW)).toContain(verdictOf(answer));
          if (answer.kind === 'done' && command.kind === 'register') made.push(command);
        });
        expect(contradictions(world)).toEqual([]);
        expect(world.journal).toHaveLength(transitionsOf(world));
      }
    }),
    { numRuns: 400 },
  );
});

const transitionsOf = (world: BookingWorld): number =>
  [...world.registrations.values()].reduce((sum, { version }) => sum + version, 0);
