import { newId } from '../../../src/platform/new-id';
import type { EventId, UserId } from '../../../src/domain/ids';
import { runMigrations } from '../../../src/store/migrations';
import { TestClock } from '../../support/clock';
import { brokenInvariants } from '../../support/invariants';
import { testDatabase } from '../../support/mongo';
import { anEvent, byRule, makeOrganizer, officeOn } from '../../support/organizer';

const database = testDatabase();
beforeAll(() => runMigrations(database.connection));
afterEach(async () => expect(await brokenInvariants(database.connection)).toEqual([]));

const office = () => officeOn(database.connection, new TestClock());
const countOf = (collection: string, eventId: EventId): Promise<number> =>
  database.connection.collection(collection).countDocuments({ target: `event:${eventId}` });

describe('creating', () => {
  test('an event without a rule has one date, with the event’s booking rules', async () => {
    const { createEvent, datesOf } = office();
    const scope = makeOrganizer();
    const event = await createEvent.execute(scope, anEvent({ maxSeatsPerRegistration: 3, conflictPolicy: 'ALLOW' }));
    expect(event).toMatchObject({ status: 'PUBLISHED', revision: 1, epoch: 1, horizonAt: null, recurrence: null });
    const dates = await datesOf(scope, event.id);
    expect(dates).toHaveLength(1);
    expect(dates[0]).toMatchObject({
      status: 'SCHEDULED',
      startsAt: new Date('2027-01-05T09:00:00Z'),
      endsAt: new Date('2027-01-05T10:00:00Z'),
      capacity: 10,
      seatsLeft: 10,
      rules: { maxSeats: 3, conflictPolicy: 'ALLOW' },
    });
  });

  test('a daily event stores a year of dates and remembers its horizon', async () => {
    const { createEvent, datesOf } = office();
    const scope = makeOrganizer();
    const event = await createEvent.execute(scope, byRule('FREQ=DAILY', { publish: false }));
    const dates = await datesOf(scope, event.id);
    expect(dates).toHaveLength(365);
    expect(new Set(dates.map(({ status }) => status))).toEqual(new Set(['DRAFT']));
    expect(event.horizonAt).toEqual(new Date('2028-01-05T09:00:00Z'));
  });

  test('a rule that is too large, and a start that is not on it, are refused and nothing is stored', async () => {
    const { createEvent } = office();
    const scope = makeOrganizer();
    const before = await database.connection.collection('events').countDocuments({});
    await expect(createEvent.execute(scope, byRule('FREQ=DAILY;COUNT=731'))).rejects.toMatchObject({
      refusal: { code: 'INVALID_RECURRENCE', part: 'COUNT' },
    });
    await expect(createEvent.execute(scope, byRule('FREQ=WEEKLY;BYDAY=MO'))).rejects.toMatchObject({
      refusal: { code: 'START_NOT_ON_RULE', firstMatch: '2027-01-11T10:00:00' },
    });
    await expect(createEvent.execute(scope, anEvent({ startsAtLocal: '2040-01-01T10:00:00' }))).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      fields: [{ path: 'input.startsAtLocal' }],
    });
    expect(await database.connection.collection('events').countDocuments({})).toBe(before);
  });

  test('twenty times at once with one key is one event with one set of dates', async () => {
    const scope = makeOrganizer();
    const { createEvent, datesOf, store } = office();
    const other = office();
    const input = byRule('FREQ=WEEKLY;COUNT=5', { idempotencyKey: 'create-once' });
    const created = await Promise.all(
      Array.from({ length: 20 }, (_, n) => (n % 2 ? createEvent : other.createEvent).execute(scope, input)),
    );
    const [first] = created;
    expect(new Set(created.map(({ id }) => id)).size).toBe(1);
    expect(await datesOf(scope, first!.id)).toHaveLength(5);
    expect(await store.journal.history(scope, `event:${first!.id}`, 10)).toHaveLength(1);
    const otherInput = { ...input, name: 'Go' };
    await expect(createEvent.execute(scope, otherInput)).rejects.toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' });
  });
});

describe('publishing', () => {
  test('a draft and its dates become visible; a second time changes nothing', async () => {
    const { createEvent, publishEvent, datesOf } = office();
    const scope = makeOrganizer();
    const draft = await createEvent.execute(scope, byRule('FREQ=WEEKLY;COUNT=3', { publish: false }));
    const published = await publishEvent.execute(scope, { eventId: draft.id, idempotencyKey: null });
    expect(published).toMatchObject({ status: 'PUBLISHED', revision: 2 });
    expect((await datesOf(scope, draft.id)).map(({ status }) => status)).toEqual(Array(3).fill('SCHEDULED'));
    const again = await publishEvent.execute(scope, { eventId: draft.id, idempotencyKey: null });
    expect(again).toEqual(published);
    expect(await countOf('journal', draft.id)).toBe(2);
  });

  test('another organization’s event, and one that is cancelled, cannot be published', async () => {
    const { createEvent, publishEvent, cancelEvent } = office();
    const scope = makeOrganizer();
    const { id: eventId } = await createEvent.execute(scope, anEvent({ publish: false }));
    await expect(publishEvent.execute(makeOrganizer(), { eventId, idempotencyKey: null })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    await publishEvent.execute(scope, { eventId, idempotencyKey: null });
    await cancelEvent.execute(scope, { eventId, reason: null, idempotencyKey: null });
    await expect(publishEvent.execute(scope, { eventId, idempotencyKey: null })).rejects.toMatchObject({
      refusal: { code: 'NOT_EDITABLE', reason: 'CANCELLED' },
    });
  });
});

describe('cancelling', () => {
  test('a draft is refused: it would be told to everybody; it is deleted instead', async () => {
    const { createEvent, cancelEvent, deleteEvent, datesOf } = office();
    const scope = makeOrganizer();
    const { id: eventId } = await createEvent.execute(scope, anEvent({ publish: false }));
    await expect(cancelEvent.execute(scope, { eventId, reason: null, idempotencyKey: null })).rejects.toMatchObject({
      refusal: { code: 'NOT_EDITABLE', reason: 'DRAFT' },
    });
    expect((await datesOf(scope, eventId)).map(({ status }) => status)).toEqual(['DRAFT']);
    await deleteEvent.execute(scope, { eventId, idempotencyKey: null });
  });

  test('an event’s coming dates and their registrations are cancelled, those that began stay; repeated, the same', async () => {
    const clock = new TestClock();
    const { createEvent, cancelEvent, datesOf, register, registration } = officeOn(database.connection, clock);
    const scope = makeOrganizer();
    const { id: eventId } = await createEvent.execute(scope, byRule('FREQ=DAILY;COUNT=3'));
    const [first, second, third] = await datesOf(scope, eventId);
    const userId = newId<UserId>();
    const past = await register(scope, first!, userId);
    const coming = await register(scope, second!, userId);
    await register(scope, third!);
    clock.advance(24.5 * 3_600_000); // in the middle of the first one
    const input = { eventId, reason: 'flooded', idempotencyKey: null };
    const answer = await cancelEvent.execute(scope, input);
    expect(answer).toMatchObject({ event: { status: 'CANCELLED', revision: 2 }, registrationsCancelled: 2 });
    expect((await datesOf(scope, eventId)).map(({ status }) => status)).toEqual([
      'SCHEDULED',
      'CANCELLED',
      'CANCELLED',
    ]);
    expect(await registration(scope, past.id)).toMatchObject({ status: 'CONFIRMED' });
    expect(await registration(scope, coming.id)).toMatchObject({
      status: 'CANCELLED',
      cancelReason: 'EVENT_CANCELLED',
    });
    expect(await cancelEvent.execute(scope, input)).toEqual(answer);
    expect(await countOf('journal', eventId)).toBe(2);
  });

  test('one date of a series is called off alone, and answers the same when asked again', async () => {
    const { createEvent, cancelOccurrence, datesOf, register } = office();
    const scope = makeOrganizer();
    const { id: eventId } = await createEvent.execute(scope, byRule('FREQ=DAILY;COUNT=3'));
    const [, second] = await datesOf(scope, eventId);
    await register(scope, second!);
    const input = { occurrenceId: second!.id, reason: null, idempotencyKey: null };
    const answer = await cancelOccurrence.execute(scope, input);
    expect(answer).toMatchObject({ occurrence: { status: 'CANCELLED', revision: 2 }, registrationsCancelled: 1 });
    expect(await cancelOccurrence.execute(scope, input)).toEqual(answer);
    expect((await datesOf(scope, eventId)).map(({ status }) => status)).toEqual([
      'SCHEDULED',
      'CANCELLED',
      'SCHEDULED',
    ]);
  });

  test('a date that has begun cannot be called off', async () => {
    const clock = new TestClock('2027-01-05T09:30:00Z');
    const { createEvent, cancelOccurrence, datesOf } = officeOn(database.connection, clock);
    const scope = makeOrganizer();
    const event = await createEvent.execute(scope, anEvent());
    const [date] = await datesOf(scope, event.id);
    const input = { occurrenceId: date!.id, reason: null, idempotencyKey: null };
    await expect(cancelOccurrence.execute(scope, input)).rejects.toMatchObject({
      refusal: { code: 'NOT_EDITABLE', reason: 'STARTED' },
    });
  });
});

describe('deleting', () => {
  test('an event that nobody registered for goes with its dates', async () => {
    const { createEvent, deleteEvent, datesOf, store } = office();
    const scope = makeOrganizer();
    const { id: eventId } = await createEvent.execute(scope, byRule('FREQ=DAILY'));
    expect(await deleteEvent.execute(scope, { eventId, idempotencyKey: 'gone' })).toBe(eventId);
    expect(await datesOf(scope, eventId)).toEqual([]);
    expect(await store.events.findById(scope, eventId)).toBeNull();
    expect(await deleteEvent.execute(scope, { eventId, idempotencyKey: 'gone' })).toBe(eventId);
    await expect(deleteEvent.execute(scope, { eventId, idempotencyKey: null })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  test('one with a cancelled registration in its past stays', async () => {
    const { createEvent, deleteEvent, cancelOccurrence, datesOf, register } = office();
    const scope = makeOrganizer();
    const { id: eventId } = await createEvent.execute(scope, anEvent());
    const [date] = await datesOf(scope, eventId);
    await register(scope, date!);
    await cancelOccurrence.execute(scope, { occurrenceId: date!.id, reason: null, idempotencyKey: null });
    await expect(deleteEvent.execute(scope, { eventId, idempotencyKey: null })).rejects.toMatchObject({
      refusal: { code: 'EVENT_HAS_REGISTRATIONS' },
    });
    expect(await datesOf(scope, eventId)).toHaveLength(1);
  });

  test('deleting and registering at once: one of the two', async () => {
    const scope = makeOrganizer();
    const here = office();
    const there = office();
    for (let round = 0; round < 5; round += 1) {
      const { id: eventId } = await here.createEvent.execute(scope, anEvent());
      const [date] = await here.datesOf(scope, eventId);
      const [deleted, registered] = await Promise.allSettled([
        here.deleteEvent.execute(scope, { eventId, idempotencyKey: null }),
        there.register(scope, date!),
      ]);
      expect([deleted.status, registered.status].sort()).toEqual(['fulfilled', 'rejected']);
      expect(await here.datesOf(scope, eventId)).toHaveLength(deleted.status === 'fulfilled' ? 0 : 1);
    }
  });
});
