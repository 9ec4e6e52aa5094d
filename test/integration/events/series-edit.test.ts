import { newId } from '../../../src/platform/new-id';
import type { UserId } from '../../../src/domain/ids';
import type { Occurrence } from '../../../src/domain/occurrence';
import { runMigrations } from '../../../src/store/migrations';
import { TestClock } from '../../support/clock';
import { brokenInvariants } from '../../support/invariants';
import { testDatabase } from '../../support/mongo';
import { anEdit, anEvent, byRule, makeOrganizer, officeOn } from '../../support/organizer';

const database = testDatabase();
beforeAll(() => runMigrations(database.connection));
afterEach(async () => expect(await brokenInvariants(database.connection)).toEqual([]));

const office = (clock = new TestClock()) => officeOn(database.connection, clock);
const keysOf = (dates: readonly Occurrence[]): string[] => dates.map(({ recurrenceId }) => recurrenceId);
const DAY = 24 * 3_600_000;

describe('another time', () => {
  test('tonight’s people come tonight, though at noon the series is moved to the morning', async () => {
    const clock = new TestClock();
    const { createEvent, updateEvent, datesOf, register, registration } = officeOn(database.connection, clock);
    const scope = makeOrganizer();
    const evenings = byRule('FREQ=DAILY;COUNT=3', { startsAtLocal: '2027-01-04T18:00:00' });
    const event = await createEvent.execute(scope, evenings);
    const [tonight, tomorrow] = await datesOf(scope, event.id);
    const held = await register(scope, tonight!);
    clock.advance(3 * 3_600_000);
    const morning = { startsAtLocal: '2027-01-04T10:00:00' };
    const { event: edited } = await updateEvent.execute(scope, anEdit(event, morning));
    const starts = async () => (await datesOf(scope, event.id)).map(({ startsAtLocal }) => startsAtLocal);
    expect(await starts()).toEqual(['2027-01-04T18:00:00', '2027-01-05T10:00:00', '2027-01-06T10:00:00']);
    expect(await registration(scope, held.id)).toMatchObject({ startsAt: tonight!.startsAt, status: 'CONFIRMED' });
    const back = { startsAtLocal: '2027-01-04T18:00:00' };
    await updateEvent.execute(scope, anEdit(edited, back));
    expect(await starts()).toEqual(['2027-01-04T18:00:00', '2027-01-05T18:00:00', '2027-01-06T18:00:00']);
    expect((await datesOf(scope, event.id)).slice(0, 2).map(({ id }) => id)).toEqual([tonight!.id, tomorrow!.id]);
  });

  test('every date keeps its id and its people, who move along', async () => {
    const { createEvent, updateEvent, datesOf, register, registration } = office();
    const scope = makeOrganizer();
    const event = await createEvent.execute(scope, byRule('FREQ=DAILY;COUNT=3'));
    const before = await datesOf(scope, event.id);
    const held = await register(scope, before[1]!);
    const answer = await updateEvent.execute(scope, anEdit(event, { startsAtLocal: '2027-01-05T11:00:00' }));
    expect(answer).toMatchObject({ event: { revision: 2, epoch: 2 }, occurrencesChanged: 3 });
    const after = await datesOf(scope, event.id);
    expect(after.map(({ id }) => id)).toEqual(before.map(({ id }) => id));
    expect(keysOf(after)).toEqual(['2027-01-05T11:00:00', '2027-01-06T11:00:00', '2027-01-07T11:00:00']);
    expect(after[1]).toMatchObject({ startsAt: new Date('2027-01-06T10:00:00Z'), confirmedSeats: 1, revision: 2 });
    expect(await registration(scope, held.id)).toMatchObject({
      status: 'CONFIRMED',
      startsAt: new Date('2027-01-06T10:00:00Z'),
      version: 2,
      flagged: false,
    });
  });

  test('one who holds two dates that touch does not stand in the own way', async () => {
    const { createEvent, updateEvent, datesOf, register, registration } = office();
    const scope = makeOrganizer();
    const rdates = ['2027-01-05T11:00:00', '2027-01-05T12:00:00'];
    const recurrence = { rule: 'FREQ=DAILY;COUNT=1', exdates: [], rdates };
    const event = await createEvent.execute(scope, anEvent({ recurrence }));
    const userId = newId<UserId>();
    const held = [];
    for (const date of await datesOf(scope, event.id)) held.push(await register(scope, date, userId));
    await updateEvent.execute(scope, anEdit(event, { startsAtLocal: '2027-01-05T11:00:00' }));
    for (const { id, startsAt } of held) {
      const expected = new Date(startsAt.getTime() + 3_600_000);
      expect(await registration(scope, id)).toMatchObject({ startsAt: expected, flagged: false });
    }
  });

  test('a date that was pulled forward and is over keeps its place in the series: it is not held twice', async () => {
    const clock = new TestClock();
    const { createEvent, updateEvent, updateOccurrence, datesOf } = office(clock);
    const scope = makeOrganizer();
    const event = await createEvent.execute(scope, byRule('FREQ=WEEKLY;COUNT=3'));
    const [first, second, third] = await datesOf(scope, event.id);
    const { id: occurrenceId, revision: expectedRevision } = second!;
    const earlier = { occurrenceId, expectedRevision, idempotencyKey: null, startsAtLocal: '2027-01-04T20:00:00' };
    await updateOccurrence.execute(scope, earlier);
    clock.advance(5 * DAY);
    await updateEvent.execute(scope, anEdit(event, { startsAtLocal: '2027-01-05T11:00:00' }));
    const after = await datesOf(scope, event.id);
    expect(new Set(after.map(({ id }) => id))).toEqual(new Set([first!.id, second!.id, third!.id]));
  });

  test('who would be in two places is listed, and nothing moves', async () => {
    const { createEvent, updateEvent, datesOf, register, store } = office();
    const scope = makeOrganizer();
    const event = await createEvent.execute(scope, byRule('FREQ=DAILY;COUNT=2'));
    const other = await createEvent.execute(scope, anEvent({ startsAtLocal: '2027-01-06T11:30:00' }));
    const userId = newId<UserId>();
    const [, second] = await datesOf(scope, event.id);
    const [elsewhere] = await datesOf(scope, other.id);
    const held = await register(scope, second!, userId);
    await register(scope, elsewhere!, userId);
    await register(scope, second!);
    const edit = anEdit(event, { startsAtLocal: '2027-01-05T11:00:00' });
    await expect(updateEvent.execute(scope, edit)).rejects.toMatchObject({
      refusal: {
        code: 'MOVE_CONFLICTS',
        total: 1,
        conflicts: [{ registrationId: held.id, newStartsAt: new Date('2027-01-06T10:00:00Z') }],
      },
    });
    expect(await store.events.getById(scope, event.id)).toEqual(event);
    expect(keysOf(await datesOf(scope, event.id))).toEqual(['2027-01-05T10:00:00', '2027-01-06T10:00:00']);
  });

  test('what has begun stays where it is', async () => {
    const clock = new TestClock();
    const { createEvent, updateEvent, datesOf } = office(clock);
    const scope = makeOrganizer();
    const event = await createEvent.execute(scope, byRule('FREQ=DAILY;COUNT=3'));
    clock.advance(DAY + 1_800_000); // half an hour into the first
    const { occurrencesChanged } = await updateEvent.execute(
      scope,
      anEdit(event, { startsAtLocal: '2027-01-05T12:00:00' }),
    );
    expect(occurrencesChanged).toBe(2);
    expect(keysOf(await datesOf(scope, event.id))).toEqual([
      '2027-01-05T10:00:00',
      '2027-01-06T12:00:00',
      '2027-01-07T12:00:00',
    ]);
  });
});

describe('another rule', () => {
  test('dates that are gone vanish, become traces, or keep the edit from happening, as people know of them', async () => {
    const { createEvent, updateEvent, datesOf, register, cancelOccurrence, store } = office();
    const scope = makeOrganizer();
    const event = await createEvent.execute(scope, byRule('FREQ=DAILY;COUNT=4'));
    const [, second, third] = await datesOf(scope, event.id);
    const held = await register(scope, second!);
    const recurrence = { rule: 'FREQ=DAILY;COUNT=1', exdates: [], rdates: [] };
    await expect(updateEvent.execute(scope, anEdit(event, { recurrence }))).rejects.toMatchObject({
      refusal: { code: 'DATES_WITH_REGISTRATIONS', occurrenceIds: [second!.id], total: 1 },
    });
    expect(await datesOf(scope, event.id)).toHaveLength(4);
    await cancelOccurrence.execute(scope, { occurrenceId: held.occurrenceId, reason: null, idempotencyKey: null });
    const { occurrencesChanged } = await updateEvent.execute(scope, anEdit(event, { recurrence }));
    expect(occurrencesChanged).toBeGreaterThan(0);
    const left = await datesOf(scope, event.id);
    expect(left.map(({ status }) => status)).toEqual(['SCHEDULED', 'CANCELLED']);
    expect(await store.occurrences.findById(scope, third!.id)).toBeNull();
  });

  test('a date called off before is not brought back, neither by edits nor by the job', async () => {
    const clock = new TestClock();
    const { createEvent, updateEvent, datesOf, cancelOccurrence, extender, found } = office(clock);
    const scope = makeOrganizer();
    await found(scope);
    const event = await createEvent.execute(scope, byRule('FREQ=DAILY'));
    const [, second] = await datesOf(scope, event.id);
    await cancelOccurrence.execute(scope, { occurrenceId: second!.id, reason: null, idempotencyKey: null });
    const once = await updateEvent.execute(scope, anEdit(event, { startsAtLocal: '2027-01-05T11:00:00' }));
    await updateEvent.execute(scope, anEdit(once.event, { startsAtLocal: '2027-01-05T12:00:00' }));
    clock.advance(3_600_000);
    await extender.run();
    const untilThatDay = (await datesOf(scope, event.id)).filter(({ recurrenceId }) => recurrenceId < '2027-01-07');
    expect(untilThatDay.map(({ id, status }) => [id, status])).toEqual([
      [untilThatDay[0]!.id, 'SCHEDULED'],
      [second!.id, 'CANCELLED'],
    ]);
  });

  test('an event that happened once starts to recur, and its date is the first one', async () => {
    const { createEvent, updateEvent, datesOf, register } = office();
    const scope = makeOrganizer();
    const event = await createEvent.execute(scope, anEvent());
    const [only] = await datesOf(scope, event.id);
    await register(scope, only!);
    const recurrence = { rule: 'FREQ=WEEKLY;COUNT=3', exdates: [], rdates: [] };
    const recurring = await updateEvent.execute(scope, anEdit(event, { recurrence }));
    expect((await datesOf(scope, event.id)).map(({ id }) => id)[0]).toBe(only!.id);
    expect(await datesOf(scope, event.id)).toHaveLength(3);
    await updateEvent.execute(scope, anEdit(recurring.event, { recurrence: null }));
    expect((await datesOf(scope, event.id)).map(({ id }) => id)).toEqual([only!.id]);
  });

  test('a start that is not on the rule is refused', async () => {
    const { createEvent, updateEvent } = office();
    const scope = makeOrganizer();
    const event = await createEvent.execute(scope, byRule('FREQ=WEEKLY;BYDAY=TU'));
    await expect(
      updateEvent.execute(scope, anEdit(event, { startsAtLocal: '2027-01-06T10:00:00' })),
    ).rejects.toMatchObject({ refusal: { code: 'START_NOT_ON_RULE', firstMatch: '2027-01-12T10:00:00' } });
  });
});

describe('seats and rules', () => {
  test('capacity changes everywhere or nowhere, but for dates that have their own', async () => {
    const { createEvent, updateEvent, updateOccurrence, datesOf, register } = office();
    const scope = makeOrganizer();
    const event = await createEvent.execute(scope, byRule('FREQ=DAILY;COUNT=3'));
    const [first, second, third] = await datesOf(scope, event.id);
    const own = { occurrenceId: third!.id, expectedRevision: 1, capacity: 50, idempotencyKey: null };
    await updateOccurrence.execute(scope, own);
    for (let n = 0; n < 3; n += 1) await register(scope, second!);
    await register(scope, first!);
    await expect(updateEvent.execute(scope, anEdit(event, { capacity: 2 }))).rejects.toMatchObject({
      refusal: { code: 'CAPACITY_BELOW_TAKEN', minimum: 3 },
    });
    const { event: edited } = await updateEvent.execute(scope, anEdit(event, { capacity: 3 }));
    const seats = async () => (await datesOf(scope, event.id)).map(({ capacity, seatsLeft }) => [capacity, seatsLeft]);
    expect(await seats()).toEqual([
      [3, 2],
      [3, 0],
      [50, 50],
    ]);
    const { event: reset } = await updateEvent.execute(scope, anEdit(edited, { capacity: 4, resetOverrides: true }));
    expect(await seats()).toEqual([
      [4, 3],
      [4, 1],
      [4, 4],
    ]);
    await updateEvent.execute(scope, anEdit(reset, { capacity: null }));
    expect((await datesOf(scope, event.id)).map(({ capacity }) => capacity)).toEqual([null, null, null]);
  });

  test('whether a registration occupies time cannot change while somebody is registered', async () => {
    const { createEvent, updateEvent, datesOf, register } = office();
    const scope = makeOrganizer();
    const event = await createEvent.execute(scope, byRule('FREQ=DAILY;COUNT=2'));
    const edit = anEdit(event, { conflictPolicy: 'ALLOW', maxSeatsPerRegistration: 2 });
    const [first] = await datesOf(scope, event.id);
    const free = await createEvent.execute(scope, anEvent({ startsAtLocal: '2027-02-01T10:00:00' }));
    await register(scope, first!);
    await expect(updateEvent.execute(scope, edit)).rejects.toMatchObject({
      refusal: { code: 'EVENT_HAS_REGISTRATIONS' },
    });
    await updateEvent.execute(scope, { ...edit, eventId: free.id });
    const [date] = await datesOf(scope, free.id);
    expect(date).toMatchObject({ rules: { conflictPolicy: 'ALLOW', maxSeats: 2 } });
  });

  test('a new name is the event’s alone, and an edit that changes nothing writes nothing', async () => {
    const { createEvent, updateEvent, datesOf, store } = office();
    const scope = makeOrganizer();
    const event = await createEvent.execute(scope, byRule('FREQ=DAILY;COUNT=2'));
    const dates = await datesOf(scope, event.id);
    const renamed = await updateEvent.execute(scope, anEdit(event, { name: 'Go', description: 'a game' }));
    expect(renamed).toMatchObject({ event: { name: 'Go', revision: 2, epoch: 1 }, occurrencesChanged: 0 });
    expect(await datesOf(scope, event.id)).toEqual(dates);
    const again = await updateEvent.execute(scope, anEdit(renamed.event, { name: 'Go', duration: 'PT1H' }));
    expect(again).toEqual({ event: renamed.event, occurrencesChanged: 0 });
    expect(await store.journal.history(scope, `event:${event.id}`, 10)).toHaveLength(2);
  });
});

describe('who comes second', () => {
  test('an edit that is based on an older revision is refused', async () => {
    const { createEvent, updateEvent } = office();
    const scope = makeOrganizer();
    const event = await createEvent.execute(scope, anEvent());
    await updateEvent.execute(scope, anEdit(event, { name: 'Go' }));
    await expect(updateEvent.execute(scope, anEdit(event, { name: 'Halma' }))).rejects.toMatchObject({
      refusal: { code: 'STALE_REVISION', currentRevision: 2 },
    });
  });

  test('of two organizers at once in two processes, one edits and the other is told', async () => {
    const scope = makeOrganizer();
    const [here, there] = [office(), office()];
    const event = await here.createEvent.execute(scope, byRule('FREQ=DAILY;COUNT=5'));
    const both = await Promise.allSettled([
      here.updateEvent.execute(scope, anEdit(event, { startsAtLocal: '2027-01-05T11:00:00' })),
      there.updateEvent.execute(scope, anEdit(event, { startsAtLocal: '2027-01-05T12:00:00' })),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(both.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { refusal: { code: 'STALE_REVISION', currentRevision: 2 } },
    });
    expect(await here.datesOf(scope, event.id)).toHaveLength(5);
  });

  test('the same edit with the same key again answers the same and changes nothing', async () => {
    const { createEvent, updateEvent } = office();
    const scope = makeOrganizer();
    const event = await createEvent.execute(scope, byRule('FREQ=DAILY;COUNT=2'));
    const edit = anEdit(event, { duration: 'PT2H', idempotencyKey: 'longer' });
    const answers = await Promise.all([1, 2, 3].map(() => updateEvent.execute(scope, edit)));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]).toMatchObject({ event: { revision: 2, epoch: 1 }, occurrencesChanged: 2 });
  });

  test('a booking and a move at once: the registration has the date’s time, whichever came first', async () => {
    const scope = makeOrganizer();
    const [here, there] = [office(), office()];
    const event = await here.createEvent.execute(scope, byRule('FREQ=DAILY;COUNT=2'));
    const [first] = await here.datesOf(scope, event.id);
    const [, held] = await Promise.all([
      here.updateEvent.execute(scope, anEdit(event, { startsAtLocal: '2027-01-05T11:00:00' })),
      there.register(scope, first!),
    ]);
    const [moved] = await here.datesOf(scope, event.id);
    expect(await here.registration(scope, held.id)).toMatchObject({ startsAt: moved!.startsAt, timeV: moved!.timeV });
  });

  test('a cancelled event takes no edits, and the split comes later', async () => {
    const { createEvent, updateEvent, cancelEvent } = office();
    const scope = makeOrganizer();
    const event = await createEvent.execute(scope, anEvent());
    await expect(updateEvent.execute(scope, anEdit(event, { scope: 'THIS_AND_FUTURE' }))).rejects.toMatchObject({
      fields: [{ path: 'input.scope' }],
    });
    const cancelled = await cancelEvent.execute(scope, { eventId: event.id, reason: null, idempotencyKey: null });
    await expect(updateEvent.execute(scope, anEdit(cancelled.event, { name: 'Go' }))).rejects.toMatchObject({
      refusal: { code: 'NOT_EDITABLE', reason: 'CANCELLED' },
    });
  });
});
