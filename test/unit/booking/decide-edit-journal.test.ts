import type { JournalRow } from '../../../src/domain/journal';
import { newId } from '../../../src/platform/new-id';
import { at, NOW } from '../../support/make';
import { BookingWorld } from './booking-world';
import { changesOf, edit, moveTo, occurrenceAt, register } from './edits';

/** A world where somebody has two seats of a date. */
function booked() {
  const occurrence = occurrenceAt(24);
  const world = new BookingWorld([occurrence]);
  const id = register(world, occurrence, { seats: 2 });
  const registration = world.registrations.get(id);
  if (!registration) throw new Error('not registered');
  return { world, occurrence, registration };
}

describe('the journal tells', () => {
  it('what was asked for first, then what followed from it, all in the name of who asked', () => {
    const { world, occurrence } = booked();
    const own: JournalRow = {
      id: newId(),
      tenantId: occurrence.tenantId,
      type: 'EVENT_UPDATED',
      target: `event:${occurrence.eventId}`,
      version: 2,
      actor: 'u:organizer',
      requestId: 'test-request',
      p: {},
      at: NOW,
    };
    const { journal } = changesOf(edit(world, [moveTo(occurrence.id, 30)], { journal: [own] }));
    expect(journal[0]).toBe(own);
    expect(journal.map(({ type }) => type)).toEqual(['EVENT_UPDATED', 'OCCURRENCE_UPDATED', 'REGISTRATION_MOVED']);
    const common = { tenantId: occurrence.tenantId, actor: 'u:organizer', requestId: 'test-request', at: NOW };
    expect(journal).toMatchObject([common, common, common]);
    expect(new Set(journal.map(({ id }) => id)).size).toBe(3);
  });

  it('what a date became, what it was before, and what the organizer noted', () => {
    const { world, occurrence } = booked();
    const change = { id: occurrence.id, set: { name: 'Go in the park' }, note: { chosen: 'THIS' } };
    expect(changesOf(edit(world, [change])).journal).toMatchObject([
      {
        type: 'OCCURRENCE_UPDATED',
        target: `occurrence:${occurrence.id}`,
        version: 2,
        p: { name: 'Go in the park', chosen: 'THIS', before: { name: null } },
      },
    ]);
  });

  it('everybody whose date moved from when to when', () => {
    const { world, occurrence, registration } = booked();
    const { journal } = changesOf(edit(world, [moveTo(occurrence.id, 30)]));
    expect(journal.at(-1)).toMatchObject({
      type: 'REGISTRATION_MOVED',
      target: `registration:${registration.id}`,
      version: 2,
    });
    expect(journal.at(-1)?.p).toEqual({
      occurrenceId: occurrence.id,
      holder: registration.holder,
      startsAt: at(30),
      endsAt: at(31),
      flagged: false,
      before: { startsAt: at(24), endsAt: at(25), flagged: false },
    });
  });

  it('that a date was cancelled, and everybody’s registration with it, with the seats and the reason', () => {
    const { world, occurrence, registration } = booked();
    const change = { id: occurrence.id, set: { status: 'CANCELLED' as const }, cancelReason: 'storm' };
    const { journal } = changesOf(edit(world, [change]));
    expect(journal).toMatchObject([
      { type: 'OCCURRENCE_CANCELLED', target: `occurrence:${occurrence.id}`, version: 2 },
      { type: 'REGISTRATION_CANCELLED', target: `registration:${registration.id}`, version: 2 },
    ]);
    const { holder } = registration;
    expect(journal[1]?.p).toEqual({ occurrenceId: occurrence.id, holder, seats: 2, reason: 'storm' });
  });

  it('of a date that was cancelled before only that it was edited', () => {
    const occurrence = occurrenceAt(24, { status: 'CANCELLED' });
    const change = { id: occurrence.id, set: { description: 'See you next year' } };
    const { journal } = changesOf(edit(new BookingWorld([occurrence]), [change]));
    expect(journal.map(({ type }) => type)).toEqual(['OCCURRENCE_UPDATED']);
  });
});
