import { BadUserInputError, ForbiddenError, IdempotencyKeyReusedError } from '../../../src/domain/errors';
import type { AccountId, EventId, UserId } from '../../../src/domain/ids';
import { viewerScope, type ViewerScope } from '../../../src/domain/scope';
import { newId } from '../../../src/platform/new-id';
import { runMigrations } from '../../../src/store/migrations';
import { IdempotencyClaims } from '../../../src/use-cases/idempotency-claims';
import { RegisterForEvent } from '../../../src/use-cases/registrations/register-for-event';
import { RegisterForOccurrence } from '../../../src/use-cases/registrations/register-for-occurrence';
import { TestClock } from '../../support/clock';
import { brokenInvariants } from '../../support/invariants';
import { makeUser } from '../../support/make';
import { testDatabase } from '../../support/mongo';
import { anEdit, anEvent, byRule, makeOrganizer, officeOn } from '../../support/organizer';

const database = testDatabase();
beforeAll(() => runMigrations(database.connection));
afterEach(async () => expect(await brokenInvariants(database.connection)).toEqual([]));

/** An organizer's office, and the counter where people register. */
function club() {
  const clock = new TestClock();
  const office = officeOn(database.connection, clock);
  const { users, registrations, events, occurrences, idempotency } = office.store;
  const claims = new IdempotencyClaims(clock);
  const registerForOccurrence = new RegisterForOccurrence(office.engine, users, registrations, claims, idempotency);
  const registerForEvent = new RegisterForEvent(events, occurrences, registerForOccurrence);
  return { ...office, clock, registerForOccurrence, registerForEvent };
}

const somebodyAt = ({ tenantId }: ViewerScope): ViewerScope =>
  viewerScope(
    tenantId,
    { kind: 'user', userId: newId<UserId>(), accountId: newId<AccountId>(), role: 'USER' },
    'test-request',
  );

const seatAt = (eventId: EventId, idempotencyKey: string | null = null) => ({
  eventId,
  seats: 1,
  userId: null,
  idempotencyKey,
});

test('an event that recurs no more has past dates and one to come: that one is meant', async () => {
  const { clock, createEvent, updateEvent, registerForEvent, datesOf } = club();
  const scope = makeOrganizer();
  const event = await createEvent.execute(scope, byRule('FREQ=WEEKLY;COUNT=6'));
  clock.advance(10 * 86_400_000);
  await updateEvent.execute(scope, anEdit(event, { recurrence: null, startsAtLocal: '2027-01-26T10:00:00' }));
  const dates = await datesOf(scope, event.id);
  const registration = await registerForEvent.execute(somebodyAt(scope), seatAt(event.id));

  expect(dates.map(({ startsAtLocal }) => startsAtLocal)).toEqual([
    '2027-01-05T10:00:00',
    '2027-01-12T10:00:00',
    '2027-01-26T10:00:00',
  ]);
  expect(registration.startsAt).toEqual(new Date('2027-01-26T09:00:00Z'));
});

test('an event that was held once and is held again: the date to come is meant', async () => {
  const { clock, createEvent, updateEvent, registerForEvent } = club();
  const scope = makeOrganizer();
  const event = await createEvent.execute(scope, anEvent());
  clock.advance(10 * 86_400_000);
  await updateEvent.execute(scope, anEdit(event, { startsAtLocal: '2027-01-26T10:00:00' }));
  const registration = await registerForEvent.execute(somebodyAt(scope), seatAt(event.id));

  expect(registration.startsAt).toEqual(new Date('2027-01-26T09:00:00Z'));
});

test('a repeated request is answered by its key, also when the event has another date by now', async () => {
  const { clock, createEvent, updateEvent, registerForEvent } = club();
  const scope = makeOrganizer();
  const me = somebodyAt(scope);
  const event = await createEvent.execute(scope, anEvent());
  const first = await registerForEvent.execute(me, seatAt(event.id, 'key'));
  clock.advance(1.5 * 86_400_000);
  await updateEvent.execute(scope, anEdit(event, { startsAtLocal: '2027-01-26T10:00:00' }));

  expect(await registerForEvent.execute(me, seatAt(event.id, 'key'))).toEqual(first);
});

test('a repeated request is answered by its key, also when the event recurs by now', async () => {
  const { createEvent, updateEvent, registerForEvent } = club();
  const scope = makeOrganizer();
  const me = somebodyAt(scope);
  const event = await createEvent.execute(scope, anEvent());
  const first = await registerForEvent.execute(me, seatAt(event.id, 'key'));
  const recurrence = { rule: 'FREQ=WEEKLY;COUNT=3', exdates: [], rdates: [] };
  await updateEvent.execute(scope, anEdit(event, { recurrence }));

  expect(await registerForEvent.execute(me, seatAt(event.id, 'key'))).toEqual(first);
  await expect(registerForEvent.execute(me, { ...seatAt(event.id, 'key'), seats: 2 })).rejects.toThrow(
    IdempotencyKeyReusedError,
  );
  await expect(registerForEvent.execute(me, seatAt(event.id, 'another key'))).rejects.toThrow(BadUserInputError);
});

test('a seat for somebody is answered by its key, also when the person has left by now; not for a USER', async () => {
  const { createEvent, registerForOccurrence, datesOf, store } = club();
  const scope = makeOrganizer();
  const user = makeUser(scope.tenantId);
  await store.unitOfWork.run(scope, (tx) => store.users.add(tx, user));
  const event = await createEvent.execute(scope, anEvent());
  const [date] = await datesOf(scope, event.id);
  const seat = { occurrenceId: date!.id, seats: 1, userId: user.id, idempotencyKey: 'key' };
  const first = await registerForOccurrence.execute(scope, seat);
  await store.unitOfWork.run(scope, (tx) => store.users.change(tx, user, { status: 'REMOVED' }));

  expect(await registerForOccurrence.execute(scope, seat)).toEqual(first);
  const asUser = viewerScope(scope.tenantId, { ...scope.actor, role: 'USER' }, 'test-request');
  await expect(registerForOccurrence.execute(asUser, seat)).rejects.toThrow(ForbiddenError);
});

test('an event is answered by its key, also when its start is out of reach by now', async () => {
  const { clock, createEvent } = club();
  const scope = makeOrganizer();
  const input = anEvent({ startsAtLocal: '2026-01-04T10:00:00', idempotencyKey: 'key' });
  const first = await createEvent.execute(scope, input);
  clock.advance(2 * 86_400_000);

  expect(await createEvent.execute(scope, input)).toEqual(first);
  await expect(createEvent.execute(scope, { ...input, idempotencyKey: 'another' })).rejects.toThrow(BadUserInputError);
});

test('a key belongs to the mutation that it was sent with', async () => {
  const { createEvent, registerForEvent, registerForOccurrence, datesOf } = club();
  const scope = makeOrganizer();
  const me = somebodyAt(scope);
  const event = await createEvent.execute(scope, anEvent());
  const [date] = await datesOf(scope, event.id);
  await registerForEvent.execute(me, seatAt(event.id, 'key'));
  const other = { occurrenceId: date!.id, seats: 1, userId: null, idempotencyKey: 'key' };

  await expect(registerForOccurrence.execute(me, other)).rejects.toThrow(IdempotencyKeyReusedError);
});
