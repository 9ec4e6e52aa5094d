import { entryOf, type Claims, type FeedDate } from '../../../src/domain/ical-entry';
import type { TenantId, UserId } from '../../../src/domain/ids';
import type { RegistrationStatus } from '../../../src/domain/registration';
import { newId } from '../../../src/platform/new-id';
import { at, makeEvent, makeOccurrence, makeRegistration, NOW } from '../../support/make';

const tenantId = newId<TenantId>();
const event = makeEvent(tenantId, { name: 'Go', description: 'For beginners', revision: 3, updatedAt: at(-5) });
const occurrence = makeOccurrence(tenantId, { eventId: event.id, revision: 4 });
const date: FeedDate = { occurrence, event, changedAt: null };
const userId = newId<UserId>();
const claimed = (...statuses: readonly RegistrationStatus[]): Claims => ({
  userId,
  registrations: statuses.map((status) => makeRegistration(occurrence, userId, { status, version: 2 })),
});

describe('a date in a calendar', () => {
  it('is what its event says, for everybody', () => {
    expect(entryOf(date, null)).toEqual({
      uid: `${occurrence.id}@happening`,
      sequence: 5,
      startsAt: occurrence.startsAt,
      endsAt: occurrence.endsAt,
      status: 'CONFIRMED',
      summary: 'Go',
      description: 'For beginners',
      categories: ['WORKSHOP'],
      lastModified: at(-5),
    });
  });

  it('has a name and a description of its own where they were set', () => {
    const own = { ...occurrence, name: 'Go, again', description: 'In the garden' };
    expect(entryOf({ ...date, occurrence: own }, null)).toMatchObject({
      summary: 'Go, again',
      description: 'In the garden',
    });
  });

  it('is another thing in a person’s calendar, and grows with that person’s claims', () => {
    const entry = entryOf(date, claimed('CANCELLED', 'CONFIRMED'));
    expect(entry).toMatchObject({ uid: `${occurrence.id}.${userId}@happening`, sequence: 9, lastModified: NOW });
  });

  it.each<[string, readonly RegistrationStatus[]]>([
    ['CONFIRMED', ['CONFIRMED']],
    ['CONFIRMED', ['CANCELLED', 'CONFIRMED']],
    ['TENTATIVE', ['WAITING']],
    ['CANCELLED', ['CANCELLED']],
    ['CANCELLED', []],
  ])('is %s for whoever is %s', (status, statuses) => {
    expect(entryOf(date, claimed(...statuses)).status).toBe(status);
  });

  it('that was cancelled is so for everybody', () => {
    const cancelled = { ...date, occurrence: { ...occurrence, status: 'CANCELLED' } as const };
    expect(entryOf(cancelled, null).status).toBe('CANCELLED');
    expect(entryOf(cancelled, claimed('CONFIRMED')).status).toBe('CANCELLED');
  });

  it('was modified when the last of its parts was', () => {
    expect(entryOf({ ...date, changedAt: at(-1) }, null).lastModified).toEqual(at(-1));
    const [registration] = claimed('CANCELLED').registrations;
    const registrations = registration ? [{ ...registration, cancelledAt: at(2) }] : [];
    expect(entryOf(date, { userId, registrations }).lastModified).toEqual(at(2));
  });
});

describe('a long description', () => {
  const shown = (description: string | null) =>
    entryOf({ ...date, event: { ...event, description } }, null).description;

  it('is cut behind 999 characters, never in the middle of one', () => {
    expect(shown('x'.repeat(1_000))).toBe('x'.repeat(1_000));
    expect(shown('x'.repeat(1_001))).toBe(`${'x'.repeat(999)}…`);
    expect(shown('😀'.repeat(1_000))).toBe('😀'.repeat(1_000));
    expect(shown('😀'.repeat(1_001))).toBe(`${'😀'.repeat(999)}…`);
    expect(shown(null)).toBeNull();
  });
});
