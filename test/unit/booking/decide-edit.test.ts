import { decide } from '../../../src/domain/booking/decide';
import type { OccurrenceEdit } from '../../../src/domain/booking/edit';
import type { UserId } from '../../../src/domain/ids';
import { UNLIMITED_SEATS } from '../../../src/domain/occurrence';
import { newId } from '../../../src/platform/new-id';
import { at, makeCancel, makeRegister, NOW } from '../../support/make';
import { BookingWorld } from './booking-world';
import { changesOf, edit, moveTo, occurrenceAt, register, TAKES_NO_TIME } from './edits';

const alice = newId<UserId>();

describe('capacity', () => {
  it('below what is taken is refused with the largest minimum, whichever date has it, and nothing changes', () => {
    const [small, large] = [occurrenceAt(24), occurrenceAt(48)];
    const world = new BookingWorld([small, large]);
    register(world, small, { seats: 2 });
    register(world, large, { seats: 3 });
    const refusal = { code: 'CAPACITY_BELOW_TAKEN', minimum: 3 };
    const edits = [small, large].map(({ id }): OccurrenceEdit => ({ id, set: { capacity: 1 } }));
    expect(edit(world, edits)).toEqual({ kind: 'refused', refusal });
    expect(edit(world, edits.reverse())).toEqual({ kind: 'refused', refusal });
  });

  it('counts seats that are held for somebody as taken', () => {
    const occurrence = occurrenceAt(24, { capacity: 4, confirmedSeats: 2, heldSeats: 1, seatsLeft: 1 });
    const world = new BookingWorld([occurrence]);
    const to = (capacity: number) => edit(world, [{ id: occurrence.id, set: { capacity } }]);
    expect(to(2)).toMatchObject({ refusal: { code: 'CAPACITY_BELOW_TAKEN', minimum: 3 } });
    expect(to(5).kind).toBe('accepted');
    expect(world.occurrences.get(occurrence.id)).toMatchObject({ capacity: 5, seatsLeft: 2 });
  });

  it('that changes leaves everybody’s registration as it is: nobody is told of a move', () => {
    const occurrence = occurrenceAt(24);
    const world = new BookingWorld([occurrence]);
    register(world, occurrence);
    const changes = changesOf(edit(world, [{ id: occurrence.id, set: { capacity: 5 } }]));
    expect(changes).toMatchObject({ registrations: [], buckets: [], journal: [{ type: 'OCCURRENCE_UPDATED' }] });
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
    const [exhibition, other] = [occurrenceAt(24, { rules: TAKES_NO_TIME }), occurrenceAt(30)];
    const world = new BookingWorld([exhibition, other]);
    register(world, exhibition, { userId: alice });
    register(world, other, { userId: alice });
    expect(changesOf(edit(world, [moveTo(exhibition.id, 30)])).buckets).toEqual([]);
    expect([...world.buckets.values()].flat()).toHaveLength(1);
  });

  it('that only changes the end writes both times, so that what rests on the length is renewed', () => {
    const occurrence = occurrenceAt(24);
    const world = new BookingWorld([occurrence]);
    const { occurrences } = changesOf(edit(world, [{ id: occurrence.id, set: { endsAt: at(60) } }]));
    expect(occurrences[0]?.set).toMatchObject({ startsAt: at(24), endsAt: at(60), timeV: 2 });
  });

  it('that only changes the start takes everybody along', () => {
    const occurrence = occurrenceAt(24);
    const world = new BookingWorld([occurrence]);
    const mine = register(world, occurrence);
    changesOf(edit(world, [{ id: occurrence.id, set: { startsAt: at(23) } }]));
    expect(world.occurrences.get(occurrence.id)).toMatchObject({ startsAt: at(23), endsAt: at(25), timeV: 2 });
    expect(world.registrations.get(mine)).toMatchObject({ startsAt: at(23), endsAt: at(25), timeV: 2 });
  });

  it('to the same instants is none: nothing is written but that somebody edited it', () => {
    const occurrence = occurrenceAt(24);
    const world = new BookingWorld([occurrence]);
    register(world, occurrence);
    const { occurrences, registrations } = changesOf(edit(world, [moveTo(occurrence.id, 24)]));
    expect(occurrences).toEqual([{ id: occurrence.id, expectedRev: 1, set: { revision: 2 } }]);
    expect(registrations).toEqual([]);
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

  it('that nobody is registered for cancels nobody', () => {
    const occurrence = occurrenceAt(24);
    const world = new BookingWorld([occurrence]);
    const decision = edit(world, [{ id: occurrence.id, set: { status: 'CANCELLED' } }]);
    expect(decision).toMatchObject({ kind: 'accepted', registrationsCancelled: 0, changes: { registrations: [] } });
  });

  it('leaves who had cancelled before as they were, with their own reason', () => {
    const occurrence = occurrenceAt(24);
    const world = new BookingWorld([occurrence]);
    const mine = world.registrations.get(register(world, occurrence));
    if (!mine) throw new Error('not registered');
    const cancel = makeCancel(mine, { reason: 'ill' });
    world.apply(decide(world.view([cancel]), [cancel], NOW).changes);
    const decision = edit(world, [{ id: occurrence.id, set: { status: 'CANCELLED' }, cancelReason: 'storm' }]);
    expect(decision).toMatchObject({ kind: 'accepted', registrationsCancelled: 0 });
    expect(world.registrations.get(mine.id)).toMatchObject({ cancelReason: 'ill', version: 2 });
    expect(world.occurrences.get(occurrence.id)).toMatchObject({ confirmedSeats: 0, seatsLeft: 10 });
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
    const changes = changesOf(edit(world, [{ id: occurrence.id, set: {}, remove: true }]));
    expect(changes.occurrencesRemoved).toEqual([{ id: occurrence.id, expectedRev: 0 }]);
    expect(changes.journal).toMatchObject([
      { type: 'OCCURRENCE_REMOVED', target: `occurrence:${occurrence.id}`, version: 2 },
    ]);
  });

  it.each<[string, Omit<OccurrenceEdit, 'id'>]>([
    ['edits', { set: { capacity: 5 } }],
    ['removes', { set: {}, remove: true }],
  ])('never %s a date that is not there as if nothing were wrong', (_name, change) => {
    expect(() => edit(new BookingWorld([]), [{ id: newId(), ...change }])).toThrow('not there');
  });
});
