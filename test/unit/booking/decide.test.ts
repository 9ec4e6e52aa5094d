import type { Answer, BookingCommand } from '../../../src/domain/booking/commands';
import { decide, MAX_EFFECTS, type Decision } from '../../../src/domain/booking/decide';
import type { RegistrationId, TenantId, UserId } from '../../../src/domain/ids';
import type { BookingRules, Occurrence } from '../../../src/domain/occurrence';
import type { Registration } from '../../../src/domain/registration';
import { newId } from '../../../src/platform/new-id';
import { verdictOf } from '../../support/booking-model';
import { at, makeCancel, makeOccurrence, makeRegister, NOW } from '../../support/make';
import { BookingWorld } from './booking-world';

const tenantId = newId<TenantId>();
const occurrenceWith = (given: Partial<Occurrence> = {}): Occurrence => makeOccurrence(tenantId, given);
const rules = (given: Partial<BookingRules>): BookingRules => ({ ...occurrenceWith().rules, ...given });

/** Decides in a world of these occurrences, and writes what was decided. */
function carryOut(world: BookingWorld, commands: readonly BookingCommand[], now = NOW): Decision {
  const decision = decide(world.view(commands), commands, now);
  world.apply(decision.changes);
  return decision;
}
const verdicts = ({ answers }: Decision): (string | null)[] => answers.map((answer) => answer && verdictOf(answer));

function registered(world: BookingWorld, occurrence: Occurrence, userId = newId<UserId>()): Registration {
  const { answers } = carryOut(world, [makeRegister(occurrence, { userId })]);
  return registrationOf(answers[0]);
}
function registrationOf(answer: Answer | null | undefined): Registration {
  if (answer?.kind !== 'done') throw new Error(`not done: ${JSON.stringify(answer)}`);
  return answer.registration;
}

describe('registering', () => {
  it('takes the seats, the holder’s time and one journal row', () => {
    const occurrence = occurrenceWith({ capacity: 3 });
    const world = new BookingWorld([occurrence]);
    const command = makeRegister(occurrence, { seats: 2 });
    const { changes } = carryOut(world, [command]);
    expect(changes.occurrences).toEqual([
      { id: occurrence.id, expectedRev: 0, set: { confirmedSeats: 2, seatsLeft: 1 } },
    ]);
    expect(changes).toMatchObject({ buckets: [], bucketsAdded: [{ holder: command.holder }] });
    expect(changes.bucketsAdded[0]?.booked).toEqual([
      {
        startsAt: occurrence.startsAt,
        endsAt: occurrence.endsAt,
        registrationId: command.registrationId,
        occurrenceId: occurrence.id,
      },
    ]);
    expect(changes.journal).toMatchObject([{ type: 'REGISTERED', version: 1, p: { seats: 2 } }]);
    expect(changes).toMatchObject({ event: null, occurrencesAdded: [], occurrencesRemoved: [] });
  });

  it.each<[string, Partial<Occurrence>, string]>([
    ['a draft is not there for a user', { status: 'DRAFT' }, 'notFound'],
    ['a cancelled date', { status: 'CANCELLED' }, 'REGISTRATION_CLOSED CANCELLED'],
    ['a date that has started this instant', { startsAt: NOW, endsAt: at(1) }, 'REGISTRATION_CLOSED STARTED'],
    ['before it opens', { rules: rules({ opensAt: at(1) }) }, 'REGISTRATION_CLOSED NOT_OPEN_YET'],
    ['from the instant it closes', { rules: rules({ closesAt: NOW }) }, 'REGISTRATION_CLOSED CLOSED'],
    ['capacity 0 is closed, not full', { capacity: 0 }, 'REGISTRATION_CLOSED CLOSED'],
    ['a date being changed', { paused: true }, 'BUSY'],
    ['more seats than one may take', { rules: rules({ maxSeats: 1 }) }, 'TOO_MANY_SEATS above 1'],
    ['more seats than the date has', { capacity: 1 }, 'TOO_MANY_SEATS above 1'],
    ['fewer seats left than asked for', { confirmedSeats: 9, seatsLeft: 1 }, 'OCCURRENCE_FULL 1 left'],
  ])('says no and changes nothing: %s', (_name, given, verdict) => {
    const occurrence = occurrenceWith(given);
    const world = new BookingWorld([occurrence]);
    const decision = carryOut(world, [makeRegister(occurrence, { seats: 2 })]);
    expect(verdicts(decision)).toEqual([verdict]);
    const nothing = { occurrences: [], registrationsAdded: [], buckets: [], bucketsAdded: [], journal: [] };
    expect(decision.changes).toMatchObject(nothing);
  });

  it('lets an organizer see that a draft is one', () => {
    const draft = occurrenceWith({ status: 'DRAFT' });
    const decision = carryOut(new BookingWorld([draft]), [makeRegister(draft, { asOrganizer: true })]);
    expect(verdicts(decision)).toEqual(['REGISTRATION_CLOSED DRAFT']);
  });

  it('needs no end of seats where there is no capacity', () => {
    const open = occurrenceWith({ capacity: null });
    const world = new BookingWorld([open]);
    expect(registered(world, open).status).toBe('CONFIRMED');
    expect(world.occurrences.get(open.id)).toMatchObject({ confirmedSeats: 1, seatsLeft: open.seatsLeft });
  });

  it('names the registration that stands in the way, and lets touching ends pass', () => {
    const morning = occurrenceWith({ startsAt: at(24), endsAt: at(25) });
    const touching = occurrenceWith({ startsAt: at(25), endsAt: at(26) });
    const across = occurrenceWith({ startsAt: new Date(at(25).getTime() - 1), endsAt: at(25) });
    const userId = newId<UserId>();
    const world = new BookingWorld([morning, touching, across]);
    const mine = registered(world, morning, userId);
    const decision = carryOut(world, [makeRegister(across, { userId }), makeRegister(touching, { userId })]);
    expect(verdicts(decision)).toEqual([
      `OVERLAPPING_REGISTRATION ${mine.id}`,
      `done ${registrationOf(decision.answers[1]).id}`,
    ]);
  });

  it.each(['BLOCK', 'ALLOW'] as const)('twice for one date is told so, also in one batch (%s)', (conflictPolicy) => {
    const occurrence = occurrenceWith({ rules: rules({ conflictPolicy }) });
    const userId = newId<UserId>();
    const world = new BookingWorld([occurrence]);
    const [first, second] = [makeRegister(occurrence, { userId }), makeRegister(occurrence, { userId })];
    const already = `ALREADY_REGISTERED ${first.registrationId}`;
    expect(verdicts(carryOut(world, [first, second]))).toEqual([`done ${first.registrationId}`, already]);
    expect(verdicts(carryOut(world, [makeRegister(occurrence, { userId })]))).toEqual([already]);
  });

  it('for dates that take no time is each person’s own, for each date', () => {
    const [exhibition, market] = [1, 2].map(() => occurrenceWith({ rules: rules({ conflictPolicy: 'ALLOW' }) }));
    if (!exhibition || !market) throw new Error('two dates');
    const userId = newId<UserId>();
    const commands = [makeRegister(exhibition, { userId }), makeRegister(exhibition), makeRegister(market, { userId })];
    const decision = carryOut(new BookingWorld([exhibition, market]), commands);
    expect(verdicts(decision)).toEqual(commands.map(({ registrationId }) => `done ${registrationId}`));
  });

  it('refuses to judge by what was not loaded', () => {
    const occurrence = occurrenceWith();
    const view = new BookingWorld([]).view([]);
    expect(() => decide(view, [makeRegister(occurrence)], NOW)).toThrow('not loaded');
  });
});

describe('one batch', () => {
  it('gives the last seat to the first and tells the second that it is full', () => {
    const occurrence = occurrenceWith({ capacity: 1 });
    const world = new BookingWorld([occurrence]);
    const [first, second] = [makeRegister(occurrence), makeRegister(occurrence)];
    expect(verdicts(carryOut(world, [first, second]))).toEqual([
      `done ${first.registrationId}`,
      'OCCURRENCE_FULL 0 left',
    ]);
  });

  it.each(['BLOCK', 'ALLOW'] as const)('cancels and registers the same person again (%s)', (conflictPolicy) => {
    const occurrence = occurrenceWith({ capacity: 1, rules: rules({ conflictPolicy }) });
    const world = new BookingWorld([occurrence]);
    const userId = newId<UserId>();
    const old = registered(world, occurrence, userId);
    const again = makeRegister(occurrence, { userId });
    const { answers, changes } = carryOut(world, [makeCancel(old), again]);
    expect(answers.map((answer) => answer?.kind)).toEqual(['done', 'done']);
    expect(changes.occurrences).toEqual([{ id: occurrence.id, expectedRev: 1, set: {} }]);
    expect(changes.buckets.map(({ remove, add }) => [remove, add.map((one) => one.registrationId)])).toEqual(
      conflictPolicy === 'BLOCK' ? [[[old.id], [again.registrationId]]] : [],
    );
  });

  it('that takes one date and cancels another leaves the time of the one taken', () => {
    const [mornings, evenings] = [occurrenceWith(), occurrenceWith({ startsAt: at(34), endsAt: at(35) })];
    const world = new BookingWorld([mornings, evenings]);
    const userId = newId<UserId>();
    const old = registered(world, mornings, userId);
    const taken = makeRegister(evenings, { userId });
    carryOut(world, [taken, makeCancel(old)]);
    expect([...world.buckets.values()].flat()).toMatchObject([{ registrationId: taken.registrationId }]);
  });

  it('that registers and cancels the same again takes neither seat nor time', () => {
    const occurrence = occurrenceWith();
    const world = new BookingWorld([occurrence]);
    const command = makeRegister(occurrence);
    const { answers } = decide(world.view([command]), [command], NOW);
    carryOut(world, [command, makeCancel(registrationOf(answers[0]))]);
    expect(world.registrations.get(command.registrationId)).toMatchObject({ status: 'CANCELLED', version: 2 });
    expect(world.occurrences.get(occurrence.id)).toMatchObject({ confirmedSeats: 0, seatsLeft: 10 });
    expect([...world.buckets.values()].flat()).toEqual([]);
  });

  it(`stops after ${MAX_EFFECTS} changes and leaves the rest for the next one, in order`, () => {
    const occurrence = occurrenceWith({ capacity: 500 });
    const world = new BookingWorld([occurrence]);
    const commands = Array.from({ length: MAX_EFFECTS + 2 }, () => makeRegister(occurrence));
    const { answers, effects } = carryOut(world, commands);
    expect(effects).toBe(MAX_EFFECTS);
    expect(answers.slice(MAX_EFFECTS)).toEqual([null, null]);
  });

  it('judges a thousand refusals at once: only changes are counted', () => {
    const full = occurrenceWith({ capacity: 1, confirmedSeats: 1, seatsLeft: 0 });
    const commands = Array.from({ length: 1_000 }, () => makeRegister(full));
    const { answers, effects } = carryOut(new BookingWorld([full]), commands);
    expect(effects).toBe(0);
    expect(answers.every((answer) => answer?.kind === 'refused')).toBe(true);
  });
});

describe('cancelling', () => {
  it('gives seats and time back once, however often it is asked', () => {
    const occurrence = occurrenceWith({ capacity: 2 });
    const world = new BookingWorld([occurrence]);
    const mine = registered(world, occurrence);
    const decision = carryOut(world, [makeCancel(mine, { reason: 'ill' }), makeCancel(mine, { reason: 'again' })]);
    expect(verdicts(decision)).toEqual([`done ${mine.id}`, `as it was ${mine.id}`]);
    expect(decision.effects).toBe(1);
    expect(world.occurrences.get(occurrence.id)).toMatchObject({ confirmedSeats: 0, seatsLeft: 2 });
    expect(world.registrations.get(mine.id)).toMatchObject({ status: 'CANCELLED', cancelReason: 'ill', version: 2 });
    expect([...world.buckets.values()].flat()).toEqual([]);
    expect(world.journal.map(({ type }) => type)).toEqual(['REGISTERED', 'REGISTRATION_CANCELLED']);
  });

  it.each([
    ['a user, at the start', 24, false, 'REGISTRATION_CLOSED STARTED'],
    ['an organizer, before the end', 24.9, true, 'done'],
    ['an organizer, at the end', 25, true, 'REGISTRATION_CLOSED CLOSED'],
  ])('has its time: %s', (_name, hours, asOrganizer, expected) => {
    const occurrence = occurrenceWith();
    const world = new BookingWorld([occurrence]);
    const mine = registered(world, occurrence);
    const [verdict] = verdicts(carryOut(world, [makeCancel(mine, { asOrganizer })], at(hours)));
    expect(verdict).toMatch(new RegExp(`^${expected}`));
  });

  it('does not know a registration that is not there', () => {
    const occurrence = occurrenceWith();
    const world = new BookingWorld([occurrence]);
    const mine = { ...registered(world, occurrence), id: newId<RegistrationId>() };
    expect(verdicts(carryOut(world, [makeCancel(mine)]))).toEqual(['notFound']);
  });
});

describe('a key', () => {
  const claim = (hash: string) => ({ id: 'tenant|u:1|key', hash, expiresAt: at(48) });

  it('used twice in one batch has one effect', () => {
    const occurrence = occurrenceWith();
    const world = new BookingWorld([occurrence]);
    const command = makeRegister(occurrence, { idempotency: claim('a') });
    const decision = carryOut(world, [command, { ...command, registrationId: newId(), journalId: newId() }]);
    expect(verdicts(decision)).toEqual([`done ${command.registrationId}`, `replayed ${command.registrationId}`]);
    expect(world.registrations.size).toBe(1);
  });

  it('answers for its first input only, and before every other rule', () => {
    const [occurrence, other] = [occurrenceWith(), occurrenceWith({ status: 'CANCELLED' })];
    const world = new BookingWorld([occurrence, other]);
    const command = makeRegister(occurrence, { idempotency: claim('a') });
    carryOut(world, [command]);
    const decision = carryOut(world, [makeRegister(other, { idempotency: claim('b') })]);
    expect(verdicts(decision)).toEqual(['keyReused']);
  });

  it('of a cancellation that finds it done is taken as well: it was answered', () => {
    const occurrence = occurrenceWith();
    const world = new BookingWorld([occurrence]);
    const mine = registered(world, occurrence);
    carryOut(world, [makeCancel(mine)]);
    const again = makeCancel(mine, { idempotency: claim('a') });
    const decision = carryOut(world, [again]);
    expect(verdicts(decision)).toEqual([`as it was ${mine.id}`]);
    expect(decision.changes).toMatchObject({ idempotency: [{ outcome: { id: mine.id } }], journal: [] });
    expect(verdicts(carryOut(world, [{ ...again, idempotency: claim('b') }]))).toEqual(['keyReused']);
  });

  it('whose command was refused is free: nothing happened', () => {
    const full = occurrenceWith({ capacity: 1, confirmedSeats: 1, seatsLeft: 0 });
    const decision = carryOut(new BookingWorld([full]), [makeRegister(full, { idempotency: claim('a') })]);
    expect(decision.changes.idempotency).toEqual([]);
  });
});
