import { decideEdit } from '../../../src/domain/booking/decide-edit';
import type { EditDecision, OccurrenceEdit, SeriesEdit } from '../../../src/domain/booking/edit';
import { decide } from '../../../src/domain/booking/decide';
import type { TenantId, UserId } from '../../../src/domain/ids';
import { UNLIMITED_SEATS, type Occurrence } from '../../../src/domain/occurrence';
import type { RegistrationId } from '../../../src/domain/ids';
import { newId } from '../../../src/platform/new-id';
import { at, makeOccurrence, makeRegister, NOW } from '../../support/make';
import { BookingWorld } from './booking-world';

const tenantId = newId<TenantId>();
const alice = newId<UserId>();
const occurrenceAt = (hours: number, given: Partial<Occurrence> = {}): Occurrence =>
  makeOccurrence(tenantId, { startsAt: at(hours), endsAt: at(hours + 1), ...given });

function register(
  world: BookingWorld,
  occurrence: Occurrence,
  { userId = newId<UserId>(), seats = 1 } = {},
): RegistrationId {
  const command = makeRegister(occurrence, { userId, seats });
  world.apply(decide(world.view([command]), [command], NOW).changes);
  return command.registrationId;
}

/** Decides, and writes what was accepted. */
function edit(
  world: BookingWorld,
  occurrences: readonly OccurrenceEdit[],
  given: Partial<SeriesEdit> = {},
): EditDecision {
  const whole: SeriesEdit = {
    tenantId,
    actor: 'u:organizer',
    requestId: 'test-request',
    event: null,
    occurrences,
    create: [],
    onConflict: 'REJECT',
    journal: [],
    ...given,
  };
  const view = world.editView(occurrences.map(({ id }) => id));
  const decision = decideEdit(view, whole, { now: NOW, newJournalId: newId });
  if (decision.kind === 'accepted') world.apply(decision.changes);
  return decision;
}
const moveTo = (id: Occurrence['id'], from: number, to = from + 1): OccurrenceEdit => ({
  id,
  set: { startsAt: at(from), endsAt: at(to) },
});

describe('capacity', () => {
  it('below what is taken is refused with the largest minimum, and nothing changes', () => {
    const [small, large] = [occurrenceAt(24), occurrenceAt(48)];
    const world = new BookingWorld([small, large]);
    register(world, small, { seats: 2 });
    register(world, large, { seats: 3 });
    const decision = edit(
      world,
      [small, large].map(({ id }) => ({ id, set: { capacity: 1 } })),
    );
    expect(decision).toEqual({ kind: 'refused', refusal: { code: 'CAPACITY_BELOW_TAKEN', minimum: 3 } });
  });

  it.each([
    [5, 3],
    [2, 0],
    [null, UNLIMITED_SEATS],
  ])('becomes %s: the seats left follow', (capacity, seatsLeft) => {
    const occurrence = occurrenceAt(24, { capacity: 4 });
    const world = new BookingWorld([occurrence]);
    register(world, occurrence, { seats: 2 });
    edit(world, [{ id: occurrence.id, set: { capacity } }]);
    expect(world.occurrences.get(occurrence.id)).toMatchObject({ capacity, seatsLeft, confirmedSeats: 2, revision: 2 });
  });
});

describe('a move', () => {
  it('takes everybody along: time, version, journal', () => {
    const occurrence = occurrenceAt(24);
    const world = new BookingWorld([occurrence]);
    const mine = register(world, occurrence);
    expect(edit(world, [moveTo(occurrence.id, 30)]).kind).toBe('accepted');
    expect(world.registrations.get(mine)).toMatchObject({ startsAt: at(30), endsAt: at(31), timeV: 2, version: 2 });
    expect([...world.buckets.values()].flat()).toMatchObject([{ startsAt: at(30), endsAt: at(31) }]);
    expect(world.journal.map(({ type }) => type)).toEqual(['REGISTERED', 'OCCURRENCE_UPDATED', 'REGISTRATION_MOVED']);
    // By these two a live listener is found.
    const { holder } = world.registrations.get(mine) ?? {};
    expect(world.journal.at(-1)?.p).toMatchObject({ occurrenceId: occurrence.id, holder });
  });

  it('over its own old time meets nobody', () => {
    const occurrence = occurrenceAt(24);
    const world = new BookingWorld([occurrence]);
    register(world, occurrence);
    expect(edit(world, [moveTo(occurrence.id, 24.5)]).kind).toBe('accepted');
  });

  it('that would put somebody in two places is refused with the list', () => {
    const [occurrence, other] = [occurrenceAt(24), occurrenceAt(30)];
    const world = new BookingWorld([occurrence, other]);
    const mine = register(world, occurrence, { userId: alice });
    register(world, occurrence);
    register(world, other, { userId: alice });
    const decision = edit(world, [moveTo(occurrence.id, 30.5)]);
    expect(decision).toEqual({
      kind: 'refused',
      refusal: {
        code: 'MOVE_CONFLICTS',
        total: 1,
        conflicts: [{ registrationId: mine, newStartsAt: at(30.5), newEndsAt: at(31.5) }],
      },
    });
    expect(world.occurrences.get(occurrence.id)?.startsAt).toEqual(at(24));
  });

  it('that would do so is carried out where it says to keep them, and marks them', () => {
    const [occurrence, other] = [occurrenceAt(24), occurrenceAt(30)];
    const world = new BookingWorld([occurrence, other]);
    const mine = register(world, occurrence, { userId: alice });
    register(world, other, { userId: alice });
    expect(edit(world, [moveTo(occurrence.id, 30)], { onConflict: 'KEEP_FLAGGED' }).kind).toBe('accepted');
    expect(world.registrations.get(mine)).toMatchObject({ flagged: true, startsAt: at(30) });
    expect([...world.buckets.values()].flat()).toHaveLength(2);
  });

  it('leaves whom it put in two places registered for both, and says so when they ask again', () => {
    const [occurrence, other] = [occurrenceAt(24), occurrenceAt(30)];
    const world = new BookingWorld([occurrence, other]);
    const mine = register(world, occurrence, { userId: alice });
    const theOther = register(world, other, { userId: alice });
    edit(world, [moveTo(occurrence.id, 30)], { onConflict: 'KEEP_FLAGGED' });
    const again = [occurrence, other].map((date) => makeRegister(date, { userId: alice }));
    const { answers } = decide(world.view(again), again, NOW);
    const already = (registrationId: string) => ({ refusal: { code: 'ALREADY_REGISTERED', registrationId } });
    expect(answers).toMatchObject([already(mine), already(theOther)]);
  });

  it('of back-to-back dates lets people who hold both not stand in their own way', () => {
    const [first, second] = [occurrenceAt(24), occurrenceAt(25)];
    const world = new BookingWorld([first, second]);
    register(world, first, { userId: alice });
    register(world, second, { userId: alice });
    expect(edit(world, [moveTo(first.id, 25), moveTo(second.id, 26)]).kind).toBe('accepted');
  });

  it('of two dates onto one time is refused for who holds both', () => {
    const [first, second] = [occurrenceAt(24), occurrenceAt(30)];
    const world = new BookingWorld([first, second]);
    register(world, first, { userId: alice });
    register(world, second, { userId: alice });
    expect(edit(world, [moveTo(first.id, 40), moveTo(second.id, 40)])).toMatchObject({ refusal: { total: 1 } });
  });

  it('where dates take no time meets nobody', () => {
    const rules = { ...occurrenceAt(24).rules, conflictPolicy: 'ALLOW' as const };
    const [exhibition, other] = [occurrenceAt(24, { rules }), occurrenceAt(30)];
    const world = new BookingWorld([exhibition, other]);
    register(world, exhibition, { userId: alice });
    register(world, other, { userId: alice });
    expect(edit(world, [moveTo(exhibition.id, 30)]).kind).toBe('accepted');
    expect([...world.buckets.values()].flat()).toHaveLength(1);
  });

  it('that only changes the end writes both times, so that what rests on the length is renewed', () => {
    const occurrence = occurrenceAt(24);
    const world = new BookingWorld([occurrence]);
    const decision = edit(world, [{ id: occurrence.id, set: { endsAt: at(60) } }]);
    if (decision.kind !== 'accepted') throw new Error('refused');
    expect(decision.changes.occurrences[0]?.set).toMatchObject({ startsAt: at(24), endsAt: at(60), timeV: 2 });
  });

  it('to the same instants is none', () => {
    const occurrence = occurrenceAt(24);
    const world = new BookingWorld([occurrence]);
    register(world, occurrence);
    expect(edit(world, [moveTo(occurrence.id, 24)]).kind).toBe('accepted');
    expect(world.occurrences.get(occurrence.id)).toMatchObject({ timeV: 1, revision: 2 });
  });
});

describe('cancelling a date', () => {
  it('cancels everybody, tells why, and frees their time', () => {
    const occurrence = occurrenceAt(24);
    const world = new BookingWorld([occurrence]);
    const mine = register(world, occurrence, { seats: 2 });
    register(world, occurrence);
    const decision = edit(world, [{ id: occurrence.id, set: { status: 'CANCELLED' }, cancelReason: 'storm' }]);
    expect(decision).toMatchObject({ kind: 'accepted', registrationsCancelled: 2 });
    expect(world.registrations.get(mine)).toMatchObject({ status: 'CANCELLED', cancelReason: 'storm' });
    expect(world.occurrences.get(occurrence.id)).toMatchObject({ confirmedSeats: 0, seatsLeft: 10 });
    expect([...world.buckets.values()].flat()).toEqual([]);
  });

  it('frees the time that another date of the same edit moves to', () => {
    const [gone, moved] = [occurrenceAt(24), occurrenceAt(30)];
    const world = new BookingWorld([gone, moved]);
    register(world, gone, { userId: alice });
    register(world, moved, { userId: alice });
    expect(edit(world, [moveTo(moved.id, 24), { id: gone.id, set: { status: 'CANCELLED' } }]).kind).toBe('accepted');
  });
});

describe('the service’s own bookkeeping', () => {
  it('leaves revision and journal alone', () => {
    const occurrence = occurrenceAt(24);
    const world = new BookingWorld([occurrence]);
    edit(world, [{ id: occurrence.id, set: { paused: true }, silent: true }]);
    expect(world.occurrences.get(occurrence.id)).toMatchObject({ paused: true, revision: 1, rev: 1 });
    expect(world.journal).toEqual([]);
  });

  it('removes a date under its compare-and-set, with a row', () => {
    const occurrence = occurrenceAt(24);
    const world = new BookingWorld([occurrence]);
    const decision = edit(world, [{ id: occurrence.id, set: {}, remove: true }]);
    if (decision.kind !== 'accepted') throw new Error('refused');
    expect(decision.changes.occurrencesRemoved).toEqual([{ id: occurrence.id, expectedRev: 0 }]);
    expect(decision.changes.journal).toMatchObject([{ type: 'OCCURRENCE_REMOVED', version: 2 }]);
  });
});
