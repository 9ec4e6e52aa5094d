import type { BookingCommand } from '../../../src/domain/booking/commands';
import { decide, type Decision } from '../../../src/domain/booking/decide';
import type { TenantId, UserId } from '../../../src/domain/ids';
import { UNLIMITED_SEATS, type Occurrence } from '../../../src/domain/occurrence';
import type { Registration } from '../../../src/domain/registration';
import { newId } from '../../../src/platform/new-id';
import { makeCancel, makeOccurrence, makeRegister, makeRegistration, NOW } from '../../support/make';
import { BookingWorld } from './booking-world';

const occurrenceWith = (given: Partial<Occurrence> = {}): Occurrence => makeOccurrence(newId<TenantId>(), given);
const decided = (world: BookingWorld, commands: readonly BookingCommand[]): Decision =>
  decide(world.view(commands), commands, NOW);

/** A world where somebody has one seat of a date. */
function booked(given: Partial<Occurrence> = {}): {
  readonly world: BookingWorld;
  readonly registration: Registration;
} {
  const occurrence = occurrenceWith({ confirmedSeats: 1, seatsLeft: 9, ...given });
  const world = new BookingWorld([occurrence]);
  const registration = makeRegistration(occurrence);
  world.registrations.set(registration.id, registration);
  return { world, registration };
}

describe('registering', () => {
  it('is possible from the instant it opens', () => {
    const occurrence = occurrenceWith();
    const open = { ...occurrence, rules: { ...occurrence.rules, opensAt: NOW } };
    expect(decided(new BookingWorld([open]), [makeRegister(open)]).answers).toMatchObject([{ kind: 'done' }]);
  });

  it('answers with a registration that stands in nobody’s way, and with the date as it is then', () => {
    const occurrence = occurrenceWith();
    const { answers, occurrences } = decided(new BookingWorld([occurrence]), [makeRegister(occurrence)]);
    expect(answers).toMatchObject([{ registration: { status: 'CONFIRMED', flagged: false } }]);
    expect(occurrences).toEqual([{ ...occurrence, confirmedSeats: 1, seatsLeft: 9 }]);
  });

  it('for a date that never was finds no occurrence, and tells of none', () => {
    const { answers, occurrences } = decided(new BookingWorld([]), [makeRegister(occurrenceWith())]);
    expect(answers).toEqual([{ kind: 'notFound', what: 'occurrence' }]);
    expect(occurrences).toEqual([]);
  });

  it('is remembered under its key, and under none without one', () => {
    const occurrence = occurrenceWith();
    const idempotency = { id: 'key', hash: 'hash', expiresAt: NOW };
    const keyed = makeRegister(occurrence, { idempotency, userId: newId<UserId>() });
    const { changes } = decided(new BookingWorld([occurrence]), [keyed, makeRegister(occurrence)]);
    const outcome = { type: 'registration', id: keyed.registrationId };
    expect(changes.idempotency).toEqual([{ ...idempotency, outcome }]);
  });
});

describe('cancelling', () => {
  it('is told in the journal under the registration, with the reason where there is one', () => {
    const { world, registration } = booked();
    const told = (reason: string | null) => decided(world, [makeCancel(registration, { reason })]).changes.journal[0];
    const { occurrenceId, holder, id } = registration;
    const p = { occurrenceId, holder, seats: 1 };
    expect(told(null)).toMatchObject({ type: 'REGISTRATION_CANCELLED', target: `registration:${id}`, version: 2 });
    expect(told(null)?.p).toEqual(p);
    expect(told('ill')?.p).toEqual({ ...p, reason: 'ill' });
  });

  it('waits while the date is being changed', () => {
    const { world, registration } = booked({ paused: true });
    const { answers } = decided(world, [makeCancel(registration)]);
    expect(answers).toMatchObject([{ kind: 'refused', refusal: { code: 'BUSY' } }]);
  });

  it('gives no seat back where there is no end of them', () => {
    const { world, registration } = booked({ capacity: null, seatsLeft: UNLIMITED_SEATS });
    const { occurrences } = decided(world, [makeCancel(registration)]);
    expect(occurrences).toMatchObject([{ confirmedSeats: 0, seatsLeft: UNLIMITED_SEATS }]);
  });

  it('what never was finds no registration', () => {
    const { world, registration } = booked();
    world.registrations.clear();
    expect(decided(world, [makeCancel(registration)]).answers).toEqual([{ kind: 'notFound', what: 'registration' }]);
  });
});
