import { newId } from '../../../src/platform/new-id';
import type { UserId } from '../../../src/domain/ids';
import type { Occurrence } from '../../../src/domain/occurrence';
import { runMigrations } from '../../../src/store/migrations';
import type { UpdateOccurrenceInput } from '../../../src/use-cases/occurrences/update-occurrence';
import { TestClock } from '../../support/clock';
import { brokenInvariants } from '../../support/invariants';
import { testDatabase } from '../../support/mongo';
import { anEdit, anEvent, byRule, makeOrganizer, officeOn } from '../../support/organizer';

const database = testDatabase();
beforeAll(() => runMigrations(database.connection));
afterEach(async () => expect(await brokenInvariants(database.connection)).toEqual([]));

const office = (clock = new TestClock()) => officeOn(database.connection, clock);

const alone = (date: Occurrence, given: Partial<UpdateOccurrenceInput>): UpdateOccurrenceInput => ({
  occurrenceId: date.id,
  expectedRevision: date.revision,
  idempotencyKey: null,
  ...given,
});

test('a date moved alone takes its people along and stays in its series under its key', async () => {
  const { createEvent, updateOccurrence, datesOf, register, registration } = office();
  const scope = makeOrganizer();
  const event = await createEvent.execute(scope, byRule('FREQ=DAILY;COUNT=3'));
  const [first, second, third] = await datesOf(scope, event.id);
  const held = await register(scope, second!);
  const edit = alone(second!, { startsAtLocal: '2027-01-06T15:00:00', duration: 'PT2H', name: 'Final' });
  const moved = await updateOccurrence.execute(scope, edit);
  expect(moved).toMatchObject({
    id: second!.id,
    recurrenceId: second!.recurrenceId,
    startsAtLocal: '2027-01-06T15:00:00',
    startsAt: new Date('2027-01-06T14:00:00Z'),
    endsAt: new Date('2027-01-06T16:00:00Z'),
    name: 'Final',
    revision: 2,
    timeV: 2,
  });
  expect([...moved.overriddenFields].sort()).toEqual(['duration', 'name', 'startsAtLocal']);
  expect(await registration(scope, held.id)).toMatchObject({ startsAt: moved.startsAt, endsAt: moved.endsAt });
  const others = (await datesOf(scope, event.id)).filter(({ id }) => id !== second!.id);
  expect(others).toEqual([first, third]);
});

test('what was set on one date stays when the series changes, and follows it again when asked to', async () => {
  const { createEvent, updateEvent, updateOccurrence, datesOf } = office();
  const scope = makeOrganizer();
  const event = await createEvent.execute(scope, byRule('FREQ=DAILY;COUNT=2'));
  const [, second] = await datesOf(scope, event.id);
  await updateOccurrence.execute(scope, alone(second!, { startsAtLocal: '2027-01-06T15:00:00' }));
  const { event: edited } = await updateEvent.execute(
    scope,
    anEdit(event, { startsAtLocal: '2027-01-05T11:00:00', duration: 'PT3H' }),
  );
  const times = async () =>
    (await datesOf(scope, event.id)).map(({ startsAt, endsAt }) => `${startsAt.getUTCHours()}-${endsAt.getUTCHours()}`);
  expect(await times()).toEqual(['10-13', '14-17']);
  await updateEvent.execute(scope, anEdit(edited, { startsAtLocal: '2027-01-05T12:00:00', resetOverrides: true }));
  expect(await times()).toEqual(['11-14', '11-14']);
  expect((await datesOf(scope, event.id))[1]!.overriddenFields).toEqual([]);
});

test('a form that sends everything back as it was changes nothing and cuts nothing off', async () => {
  const { createEvent, updateOccurrence, datesOf } = office();
  const scope = makeOrganizer();
  const event = await createEvent.execute(scope, byRule('FREQ=DAILY;COUNT=2'));
  const [first] = await datesOf(scope, event.id);
  const { startsAtLocal, capacity } = first!;
  const same = alone(first!, { startsAtLocal, capacity, duration: 'PT60M', description: null });
  expect(await updateOccurrence.execute(scope, same)).toEqual(first);
});

test('a form that sends back the name and the description it was shown changes nothing and cuts nothing off', async () => {
  const { createEvent, updateEvent, updateOccurrence, datesOf } = office();
  const scope = makeOrganizer();
  const words = { name: 'Yoga', description: 'Bring a mat.' };
  const event = await createEvent.execute(scope, byRule('FREQ=DAILY;COUNT=2', words));
  const [first] = await datesOf(scope, event.id);
  expect(await updateOccurrence.execute(scope, alone(first!, words))).toEqual(first);
  const moved = await updateOccurrence.execute(
    scope,
    alone(first!, { ...words, startsAtLocal: '2027-01-05T15:00:00' }),
  );
  expect(moved).toMatchObject({ name: null, description: null, overriddenFields: ['startsAtLocal'] });
  await updateEvent.execute(scope, anEdit(event, { name: 'Pilates' }));
  expect((await datesOf(scope, event.id)).map(({ name }) => name)).toEqual([null, null]);
});

test('a date given the name and the description of its event again has none of its own any more', async () => {
  const { createEvent, updateOccurrence, datesOf } = office();
  const scope = makeOrganizer();
  const words = { name: 'Yoga', description: 'Bring a mat.' };
  const event = await createEvent.execute(scope, byRule('FREQ=DAILY;COUNT=2', words));
  const [first] = await datesOf(scope, event.id);
  const own = await updateOccurrence.execute(scope, alone(first!, { name: 'Final', description: 'Bring friends.' }));
  expect([...own.overriddenFields].sort()).toEqual(['description', 'name']);
  const back = await updateOccurrence.execute(scope, alone(own, words));
  expect(back).toMatchObject({ name: null, description: null, overriddenFields: [], revision: 3 });
});

test('a date that was named as its event is named now keeps its own name when a form sends it back', async () => {
  const { createEvent, updateEvent, updateOccurrence, datesOf } = office();
  const scope = makeOrganizer();
  const event = await createEvent.execute(scope, byRule('FREQ=DAILY;COUNT=2', { name: 'Yoga' }));
  const [first] = await datesOf(scope, event.id);
  const own = await updateOccurrence.execute(scope, alone(first!, { name: 'Pilates' }));
  await updateEvent.execute(scope, anEdit(event, { name: 'Pilates' }));
  expect(await updateOccurrence.execute(scope, alone(own, { name: 'Pilates' }))).toEqual(own);
});

test('a day around a midnight that clocks jump over is a whole day, sent back as it was or moved', async () => {
  const { createEvent, updateOccurrence, datesOf } = office();
  const scope = makeOrganizer();
  const days = { timezone: 'Africa/Cairo', startsAtLocal: '2027-04-28T00:00:00', duration: 'P1D' };
  const event = await createEvent.execute(scope, byRule('FREQ=DAILY;COUNT=4', days));
  const [, before, gap] = await datesOf(scope, event.id);
  expect([gap!.startsAtLocal, gap!.dstAdjusted]).toEqual(['2027-04-30T01:00:00', 'GAP']);
  for (const date of [before!, gap!]) {
    const { startsAtLocal } = date;
    expect(await updateOccurrence.execute(scope, alone(date, { startsAtLocal, duration: 'P1D' }))).toEqual(date);
    const month = date === gap ? '11' : '12';
    const moved = await updateOccurrence.execute(scope, alone(date, { startsAtLocal: `2027-${month}-10T00:00:00` }));
    expect(moved.overriddenFields).toEqual(['startsAtLocal']);
    expect(moved.endsAt.getTime() - moved.startsAt.getTime()).toBe(24 * 3_600_000);
  }
});

test('seats of one date cannot go below those taken; unlimited and back are exact', async () => {
  const { createEvent, updateOccurrence, datesOf, register } = office();
  const scope = makeOrganizer();
  const event = await createEvent.execute(scope, anEvent());
  const [date] = await datesOf(scope, event.id);
  for (let n = 0; n < 4; n += 1) await register(scope, date!);
  await expect(updateOccurrence.execute(scope, alone(date!, { capacity: 3 }))).rejects.toMatchObject({
    refusal: { code: 'CAPACITY_BELOW_TAKEN', minimum: 4 },
  });
  const unlimited = await updateOccurrence.execute(scope, alone(date!, { capacity: null }));
  expect(unlimited).toMatchObject({ capacity: null, revision: 2 });
  const back = await updateOccurrence.execute(scope, alone(unlimited, { capacity: 4 }));
  expect(back).toMatchObject({ capacity: 4, seatsLeft: 0, confirmedSeats: 4 });
});

test('moving it where one of its people already is, is refused with the registration', async () => {
  const { createEvent, updateOccurrence, datesOf, register } = office();
  const scope = makeOrganizer();
  const userId = newId<UserId>();
  const [here, there] = [anEvent(), anEvent({ startsAtLocal: '2027-01-05T14:00:00' })];
  const dates = [];
  for (const input of [here, there]) {
    const event = await createEvent.execute(scope, input);
    dates.push((await datesOf(scope, event.id))[0]!);
  }
  const held = await register(scope, dates[0]!, userId);
  await register(scope, dates[1]!, userId);
  const edit = alone(dates[0]!, { startsAtLocal: '2027-01-05T13:30:00' });
  await expect(updateOccurrence.execute(scope, edit)).rejects.toMatchObject({
    refusal: { code: 'MOVE_CONFLICTS', total: 1, conflicts: [{ registrationId: held.id }] },
  });
  // Touching ends do not meet.
  await updateOccurrence.execute(scope, { ...edit, startsAtLocal: '2027-01-05T13:00:00' });
});

test('an older revision, a cancelled date, one that has begun and another organization’s are refused', async () => {
  const clock = new TestClock();
  const { createEvent, updateOccurrence, cancelOccurrence, datesOf } = office(clock);
  const scope = makeOrganizer();
  const event = await createEvent.execute(scope, byRule('FREQ=DAILY;COUNT=3'));
  const [first, second] = await datesOf(scope, event.id);
  await updateOccurrence.execute(scope, alone(first!, { name: 'Opening' }));
  await expect(updateOccurrence.execute(scope, alone(first!, { name: 'Closing' }))).rejects.toMatchObject({
    refusal: { code: 'STALE_REVISION', currentRevision: 2 },
  });
  await cancelOccurrence.execute(scope, { occurrenceId: second!.id, reason: null, idempotencyKey: null });
  await expect(updateOccurrence.execute(scope, alone(second!, { name: 'Closing' }))).rejects.toMatchObject({
    refusal: { code: 'NOT_EDITABLE', reason: 'CANCELLED' },
  });
  const elsewhere = makeOrganizer();
  await expect(updateOccurrence.execute(elsewhere, alone(first!, { name: 'Mine' }))).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
  clock.advance(24 * 3_600_000);
  await expect(updateOccurrence.execute(scope, alone(first!, { name: 'Late' }))).rejects.toMatchObject({
    refusal: { code: 'NOT_EDITABLE', reason: 'STARTED' },
  });
});

test('a start that the clocks jump over is moved behind the jump and marked', async () => {
  const { createEvent, updateOccurrence, datesOf } = office();
  const scope = makeOrganizer();
  const event = await createEvent.execute(scope, anEvent({ startsAtLocal: '2027-03-28T10:00:00' }));
  const [date] = await datesOf(scope, event.id);
  const moved = await updateOccurrence.execute(scope, alone(date!, { startsAtLocal: '2027-03-28T02:30:00' }));
  expect(moved).toMatchObject({ startsAtLocal: '2027-03-28T03:30:00', dstAdjusted: 'GAP' });
  expect(moved.endsAt.getTime() - moved.startsAt.getTime()).toBe(3_600_000);
});

test('every revision of an event and of its dates has its row in the journal', async () => {
  const { createEvent, publishEvent, updateEvent, updateOccurrence, cancelOccurrence, datesOf } = office();
  const scope = makeOrganizer();
  const draft = await createEvent.execute(scope, byRule('FREQ=DAILY;COUNT=3', { publish: false }));
  const published = await publishEvent.execute(scope, { eventId: draft.id, idempotencyKey: null });
  await updateEvent.execute(scope, anEdit(published, { startsAtLocal: '2027-01-05T11:00:00', capacity: 5 }));
  const [first, second] = await datesOf(scope, draft.id);
  await updateOccurrence.execute(scope, alone(first!, { name: 'Opening' }));
  await cancelOccurrence.execute(scope, { occurrenceId: second!.id, reason: 'ill', idempotencyKey: null });
  const rows = await database.connection.collection('journal').find({}).sort({ version: 1 }).toArray();
  const versionsOf = (target: string): number[] =>
    rows.filter((row) => row['target'] === target).map((row) => Number(row['version']));
  expect(versionsOf(`event:${draft.id}`)).toEqual([1, 2, 3]);
  for (const { id, revision } of await datesOf(scope, draft.id)) {
    // A date's first revision is told by its event's row.
    expect(versionsOf(`occurrence:${id}`)).toEqual(Array.from({ length: revision - 1 }, (_, n) => n + 2));
  }
});
