import type { Connection } from 'mongoose';
import type { AccountId, EventId, RegistrationId, TenantId, UserId } from '../../src/domain/ids';
import type { Occurrence } from '../../src/domain/occurrence';
import type { Registration } from '../../src/domain/registration';
import { viewerScope, type ViewerScope } from '../../src/domain/scope';
import { newId } from '../../src/platform/new-id';
import { CancelDates } from '../../src/use-cases/events/cancel-dates';
import { CancelEvent } from '../../src/use-cases/events/cancel-event';
import { CreateEvent, type CreateEventInput } from '../../src/use-cases/events/create-event';
import { DeleteEvent } from '../../src/use-cases/events/delete-event';
import { EditOnce } from '../../src/use-cases/events/edit-once';
import { PublishEvent } from '../../src/use-cases/events/publish-event';
import { SeriesEdits } from '../../src/use-cases/events/series-edits';
import { IdempotencyClaims } from '../../src/use-cases/idempotency-claims';
import { CancelOccurrence } from '../../src/use-cases/occurrences/cancel-occurrence';
import type { TestClock } from './clock';
import { makeEngine } from './engine';
import { makeRegister } from './make';
import { storeOn } from './store';

/** An organizer of an organization of their own. */
export const makeOrganizer = (tenantId: TenantId = newId<TenantId>()): ViewerScope =>
  viewerScope(
    tenantId,
    { kind: 'user', userId: newId<UserId>(), accountId: newId<AccountId>(), role: 'ORGANIZER' },
    'test-request',
  );

/** One published hour on the day after the test clock's start; ten seats. */
export const anEvent = (given: Partial<CreateEventInput> = {}): CreateEventInput => ({
  name: 'Chess',
  description: null,
  category: 'OTHER',
  timezone: 'Europe/Berlin',
  startsAtLocal: '2027-01-05T10:00:00',
  duration: 'PT1H',
  recurrence: null,
  capacity: 10,
  maxSeatsPerRegistration: 10,
  conflictPolicy: 'BLOCK',
  publish: true,
  idempotencyKey: null,
  ...given,
});

export const byRule = (rule: string, given: Partial<CreateEventInput> = {}): CreateEventInput =>
  anEvent({ recurrence: { rule, exdates: [], rdates: [] }, ...given });

/** Everything an organizer can do, on a real database, put together by hand: as a second process would, called twice. */
export function officeOn(connection: Connection, clock: TestClock) {
  const store = storeOn(connection);
  const { engine, alarms } = makeEngine(connection, clock);
  const { unitOfWork, idempotency, events, occurrences, registrations, journal, booking } = store;
  const once = new EditOnce(engine, unitOfWork, idempotency, new IdempotencyClaims(clock));
  const edits = new SeriesEdits(booking);
  const dates = new CancelDates(edits, registrations, journal);
  return {
    store,
    engine,
    alarms,
    createEvent: new CreateEvent(once, events, occurrences, journal, clock),
    publishEvent: new PublishEvent(once, events, occurrences, edits, clock),
    cancelEvent: new CancelEvent(once, events, occurrences, dates, clock),
    deleteEvent: new DeleteEvent(once, events, occurrences, registrations, edits, clock),
    cancelOccurrence: new CancelOccurrence(once, events, occurrences, dates, clock),
    datesOf: (scope: ViewerScope, eventId: EventId): Promise<Occurrence[]> =>
      occurrences.findAllOfEvent(scope, eventId),
    /** Somebody new, or the user given, takes a seat. */
    register: async (
      scope: ViewerScope,
      occurrence: Pick<Occurrence, 'id'>,
      userId: UserId = newId<UserId>(),
    ): Promise<Registration> => {
      const answer = await engine.submit(scope, makeRegister(occurrence, { userId }));
      if (answer.kind !== 'done') throw new Error(`not registered: ${JSON.stringify(answer)}`);
      return answer.registration;
    },
    registration: async (scope: ViewerScope, id: RegistrationId): Promise<Registration> => {
      const registration = await registrations.findById(scope, id);
      if (registration === null) throw new Error('a registration is lost');
      return registration;
    },
  };
}

export type Office = ReturnType<typeof officeOn>;
