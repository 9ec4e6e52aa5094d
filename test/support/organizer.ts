import type { Connection } from 'mongoose';
import type { Event } from '../../src/domain/event';
import type { AccountId, EventId, RegistrationId, TenantId, UserId } from '../../src/domain/ids';
import type { Occurrence } from '../../src/domain/occurrence';
import type { Registration } from '../../src/domain/registration';
import { viewerScope, type ViewerScope } from '../../src/domain/scope';
import { newId } from '../../src/platform/new-id';
import type { Logger } from '../../src/platform/logger';
import { BegunEdits } from '../../src/use-cases/events/begun-edits';
import { CancelDates } from '../../src/use-cases/events/cancel-dates';
import { CancelEvent } from '../../src/use-cases/events/cancel-event';
import { CreateEvent, type CreateEventInput } from '../../src/use-cases/events/create-event';
import { DeleteEvent } from '../../src/use-cases/events/delete-event';
import { EditOnce } from '../../src/use-cases/edit-once';
import { LargeEdits } from '../../src/use-cases/events/large-edits';
import { MoveDates } from '../../src/use-cases/events/move-dates';
import { PublishEvent } from '../../src/use-cases/events/publish-event';
import { SeriesEdits } from '../../src/use-cases/events/series-edits';
import { SettleRegistrations } from '../../src/use-cases/events/settle-registrations';
import { UpdateEvent, type UpdateEventInput } from '../../src/use-cases/events/update-event';
import { IdempotencyClaims } from '../../src/use-cases/idempotency-claims';
import { DueHandlers } from '../../src/use-cases/jobs/due-handler';
import { DueWorker } from '../../src/use-cases/jobs/due-worker';
import { AstrayDates } from '../../src/use-cases/jobs/astray-dates';
import { ClockChanges } from '../../src/use-cases/jobs/clock-changes';
import { HorizonExtender } from '../../src/use-cases/jobs/horizon-extender';
import { CancelOccurrence } from '../../src/use-cases/occurrences/cancel-occurrence';
import { FollowClockChange } from '../../src/use-cases/occurrences/follow-clock-change';
import { UpdateOccurrence } from '../../src/use-cases/occurrences/update-occurrence';
import { TimeZoneData } from '../../src/platform/time-zone-data';
import { TimeZoneDataRepository } from '../../src/store/time-zone-data.repository';
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

/** An edit of all dates of an event, as of this revision. */
export const anEdit = (event: Pick<Event, 'id' | 'revision'>, given: Partial<UpdateEventInput>): UpdateEventInput => ({
  eventId: event.id,
  expectedRevision: event.revision,
  scope: 'ALL',
  resetOverrides: false,
  idempotencyKey: null,
  ...given,
});

/** Everything an organizer can do, on a real database, put together by hand: as a second process would, called twice. */
export function officeOn(connection: Connection, clock: TestClock) {
  const store = storeOn(connection);
  const { engine, alarms } = makeEngine(connection, clock);
  const { unitOfWork, idempotency, events, occurrences, registrations, journal, booking, organizations } = store;
  const quiet = (): void => undefined;
  const logger: Logger = { debug: quiet, info: quiet, warn: quiet, error: (fields) => void alarms.push(fields) };
  const edits = new SeriesEdits(booking, registrations);
  const settling = new SettleRegistrations(engine, booking, registrations, events, journal, clock);
  const begun = new BegunEdits(engine, events, edits, journal, clock);
  const worker = new DueWorker(unitOfWork, journal, new DueHandlers([settling, begun]), clock, logger);
  const once = new EditOnce(engine, unitOfWork, idempotency, new IdempotencyClaims(clock), worker);
  const large = new LargeEdits(once, begun);
  const moves = new MoveDates(edits, journal, registrations);
  const dates = new CancelDates(edits, registrations, journal);
  return {
    store,
    engine,
    alarms,
    worker,
    settling,
    begun,
    extender: new HorizonExtender(unitOfWork, organizations, events, occurrences, clock, logger),
    /** In a process with this time zone data. */
    clockChanges: (version: string) => {
      const data = new TimeZoneData(version);
      const follow = new FollowClockChange(large, events, occurrences, moves, data, clock);
      const known = new TimeZoneDataRepository(connection, data);
      return new ClockChanges(known, organizations, new AstrayDates(events, occurrences, clock), follow, clock, logger);
    },
    createEvent: new CreateEvent(once, events, occurrences, journal, clock),
    publishEvent: new PublishEvent(once, events, occurrences, edits, clock),
    cancelEvent: new CancelEvent(once, events, occurrences, dates, clock),
    updateEvent: new UpdateEvent(large, events, occurrences, registrations, moves, clock),
    updateOccurrence: new UpdateOccurrence(large, events, occurrences, moves, clock),
    deleteEvent: new DeleteEvent(once, events, occurrences, registrations, edits, clock),
    cancelOccurrence: new CancelOccurrence(once, events, occurrences, dates, clock),
    /** The organization itself, for jobs that look for organizations. */
    found: (scope: ViewerScope): Promise<void> =>
      unitOfWork.run(scope, (tx) =>
        organizations.add(tx, {
          id: scope.tenantId,
          name: 'Club',
          slug: scope.tenantId,
          timezone: 'Europe/Berlin',
          status: 'ACTIVE',
          ownerAccountId: scope.actor.accountId,
          version: 1,
          createdAt: clock.now(),
        }),
      ),
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
