import type { Connection } from 'mongoose';
import type { Clock } from '../../src/platform/clock';
import type { Logger } from '../../src/platform/logger';
import { Metrics } from '../../src/platform/metrics';
import { AccessTokens } from '../../src/platform/token';
import { SoloRegistration } from '../../src/store/solo-registration';
import { BookingBatch } from '../../src/use-cases/booking-batch';
import { BookingEngine } from '../../src/use-cases/booking-engine';
import { RevokeCalendarFeed } from '../../src/use-cases/calendar/revoke-calendar-feed';
import { EditOnce } from '../../src/use-cases/edit-once';
import { BegunEdits } from '../../src/use-cases/events/begun-edits';
import { CancelDates } from '../../src/use-cases/events/cancel-dates';
import { CancelEvent } from '../../src/use-cases/events/cancel-event';
import { LargeEdits } from '../../src/use-cases/events/large-edits';
import { MoveDates } from '../../src/use-cases/events/move-dates';
import { PublishEvent } from '../../src/use-cases/events/publish-event';
import { SeriesEdits } from '../../src/use-cases/events/series-edits';
import { SettleRegistrations } from '../../src/use-cases/events/settle-registrations';
import { UpdateEvent } from '../../src/use-cases/events/update-event';
import { IdempotencyClaims } from '../../src/use-cases/idempotency-claims';
import { DueHandlers } from '../../src/use-cases/jobs/due-handler';
import { DueWorker } from '../../src/use-cases/jobs/due-worker';
import { CancelOccurrence } from '../../src/use-cases/occurrences/cancel-occurrence';
import { UpdateOccurrence } from '../../src/use-cases/occurrences/update-occurrence';
import { EndAccess } from '../../src/use-cases/people/end-access';
import { Members } from '../../src/use-cases/people/members';
import { ReleaseRegistrations } from '../../src/use-cases/people/release-registrations';
import { RemoveUser } from '../../src/use-cases/people/remove-user';
import { Sessions } from '../../src/use-cases/people/session';
import { CancelRegistration } from '../../src/use-cases/registrations/cancel-registration';
import { RegisterForOccurrence } from '../../src/use-cases/registrations/register-for-occurrence';
import { storeOn } from '../support/store';

/** Nobody signs in here. */
class NoTokens extends AccessTokens {
  issue(): Promise<never> {
    return Promise.reject(new Error('nobody signs in here'));
  }

  verify(): Promise<never> {
    return Promise.reject(new Error('nobody signs in here'));
  }
}

const engineOf = (...given: ConstructorParameters<typeof BookingEngine>): BookingEngine => new BookingEngine(...given);

/** What outlives a process: repositories and models hold nothing but their connection, and take long to make. */
export function partsOn(connection: Connection) {
  const store = storeOn(connection);
  const solo = new SoloRegistration(connection, store.journal, store.idempotency);
  return { ...store, solo, metrics: new Metrics(), engineOf };
}

export type Parts = ReturnType<typeof partsOn>;

/** The use cases of one process over its own engine, wired as `UseCasesModule` does. */
export function bootProcess(parts: Parts, clock: Clock, logger: Logger) {
  const { unitOfWork, booking, idempotency, events, occurrences, registrations, journal, users } = parts;
  const batch = new BookingBatch(unitOfWork, booking, parts.solo, clock, logger);
  const engine = parts.engineOf(batch, unitOfWork, occurrences, parts.metrics);
  const claims = new IdempotencyClaims(clock);
  const edits = new SeriesEdits(booking, registrations);
  const begun = new BegunEdits(engine, events, edits, journal, clock);
  const settling = new SettleRegistrations(engine, booking, registrations, events, journal, clock);
  const releasing = new ReleaseRegistrations(engine, registrations, users, unitOfWork, journal, clock);
  const handlers = new DueHandlers([settling, begun, releasing]);
  const worker = new DueWorker(unitOfWork, journal, handlers, clock, logger);
  const once = new EditOnce(engine, unitOfWork, idempotency, claims, worker);
  const large = new LargeEdits(once, begun);
  const moves = new MoveDates(edits, journal, registrations);
  const dates = new CancelDates(edits, registrations, journal);
  const sessions = new Sessions(new NoTokens(), parts.refreshTokens, parts.sessions, clock);
  const access = new EndAccess(sessions, new RevokeCalendarFeed(once, parts.calendarFeeds, journal, clock));
  const members = new Members(users, parts.memberships, parts.organizations, access);
  return {
    engine,
    worker,
    register: new RegisterForOccurrence(engine, users, registrations, claims, idempotency),
    cancel: new CancelRegistration(engine, registrations, claims),
    updateOccurrence: new UpdateOccurrence(large, events, occurrences, moves, clock),
    cancelOccurrence: new CancelOccurrence(once, events, occurrences, dates, clock),
    updateEvent: new UpdateEvent(large, events, occurrences, registrations, moves, clock),
    publishEvent: new PublishEvent(once, events, occurrences, edits, clock),
    cancelEvent: new CancelEvent(once, events, occurrences, dates, clock),
    removeUser: new RemoveUser(once, users, members, access, journal, clock),
  };
}

export type Process = ReturnType<typeof bootProcess>;
