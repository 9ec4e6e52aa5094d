import type { Connection } from 'mongoose';
import { AccountRepository } from '../../src/store/account.repository';
import { accountSchema, type AccountDoc } from '../../src/store/account.schema';
import { BookingRepository } from '../../src/store/booking.repository';
import { CalendarDatesRepository } from '../../src/store/calendar-dates.repository';
import { CalendarFeedRepository } from '../../src/store/calendar-feed.repository';
import { calendarFeedSchema, type CalendarFeedDoc } from '../../src/store/calendar-feed.schema';
import { DeliveryRepository } from '../../src/store/delivery.repository';
import { EventRepository } from '../../src/store/event.repository';
import { eventSchema, type EventDoc } from '../../src/store/event.schema';
import { IdempotencyRepository } from '../../src/store/idempotency.repository';
import { InvitationRepository } from '../../src/store/invitation.repository';
import { invitationSchema, type InvitationDoc } from '../../src/store/invitation.schema';
import { JournalRepository } from '../../src/store/journal.repository';
import { MembershipRepository } from '../../src/store/membership.repository';
import { OccurrenceRepository } from '../../src/store/occurrence.repository';
import { occurrenceSchema, type OccurrenceDoc } from '../../src/store/occurrence.schema';
import { OrganizationRepository } from '../../src/store/organization.repository';
import { organizationSchema, type OrganizationDoc } from '../../src/store/organization.schema';
import { RefreshTokenRepository } from '../../src/store/refresh-token.repository';
import { refreshTokenSchema, type RefreshTokenDoc } from '../../src/store/refresh-token.schema';
import { RegistrationRepository } from '../../src/store/registration.repository';
import { registrationSchema, type RegistrationDoc } from '../../src/store/registration.schema';
import { SessionRepository } from '../../src/store/session.repository';
import { sessionSchema, type SessionDoc } from '../../src/store/session.schema';
import { UnitOfWork } from '../../src/store/unit-of-work';
import { UserRepository } from '../../src/store/user.repository';
import { userSchema, type UserDoc } from '../../src/store/user.schema';
import { withoutCache } from './cache';

/** The models of production on a connection of the test's. */
export const modelsOn = (connection: Connection) => ({
  organization: connection.model<OrganizationDoc>('Organization', organizationSchema),
  account: connection.model<AccountDoc>('Account', accountSchema),
  user: connection.model<UserDoc>('User', userSchema),
  invitation: connection.model<InvitationDoc>('Invitation', invitationSchema),
  refreshToken: connection.model<RefreshTokenDoc>('RefreshToken', refreshTokenSchema),
  session: connection.model<SessionDoc>('Session', sessionSchema),
  event: connection.model<EventDoc>('Event', eventSchema),
  occurrence: connection.model<OccurrenceDoc>('Occurrence', occurrenceSchema),
  registration: connection.model<RegistrationDoc>('Registration', registrationSchema),
  calendarFeed: connection.model<CalendarFeedDoc>('CalendarFeed', calendarFeedSchema),
});

/** A unit of work that tells no cache. */
export const unitOfWorkOn = (connection: Connection): UnitOfWork => new UnitOfWork(connection, withoutCache());

/** Everything that `StoreModule` provides, without the container. */
export function storeOn(connection: Connection) {
  const models = modelsOn(connection);
  const journal = new JournalRepository(connection);
  const idempotency = new IdempotencyRepository(connection);
  return {
    unitOfWork: unitOfWorkOn(connection),
    organizations: new OrganizationRepository(models.organization),
    accounts: new AccountRepository(models.account),
    users: new UserRepository(models.user, connection),
    memberships: new MembershipRepository(models.account),
    invitations: new InvitationRepository(models.invitation, connection),
    sessions: new SessionRepository(models.session),
    refreshTokens: new RefreshTokenRepository(models.refreshToken),
    events: new EventRepository(models.event, connection),
    occurrences: new OccurrenceRepository(models.occurrence, connection),
    registrations: new RegistrationRepository(models.registration, connection),
    calendarFeeds: new CalendarFeedRepository(models.calendarFeed, connection),
    calendarDates: new CalendarDatesRepository(connection),
    journal,
    deliveries: new DeliveryRepository(connection),
    idempotency,
    booking: new BookingRepository(connection, journal, idempotency),
  };
}

export type Store = ReturnType<typeof storeOn>;
