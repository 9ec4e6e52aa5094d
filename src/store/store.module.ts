import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { accountSchema } from './account.schema';
import { AccountRepository } from './account.repository';
import { BookingRepository } from './booking.repository';
import { CalendarDatesRepository } from './calendar-dates.repository';
import { CalendarFeedRepository } from './calendar-feed.repository';
import { calendarFeedSchema } from './calendar-feed.schema';
import { ChangeFeed } from './change-feed';
import { CachedMetadata } from './cached-metadata';
import { DeliveryRepository } from './delivery.repository';
import { EventRepository } from './event.repository';
import { eventSchema } from './event.schema';
import { IdempotencyRepository } from './idempotency.repository';
import { InvitationRepository } from './invitation.repository';
import { invitationSchema } from './invitation.schema';
import { JournalRepository } from './journal.repository';
import { MembershipRepository } from './membership.repository';
import { OccurrenceRepository } from './occurrence.repository';
import { occurrenceSchema } from './occurrence.schema';
import { OrganizationRepository } from './organization.repository';
import { organizationSchema } from './organization.schema';
import { RefreshTokenRepository } from './refresh-token.repository';
import { refreshTokenSchema } from './refresh-token.schema';
import { RegistrationRepository } from './registration.repository';
import { registrationSchema } from './registration.schema';
import { SessionRepository } from './session.repository';
import { sessionSchema } from './session.schema';
import { SoloRegistration } from './solo-registration';
import { TimeZoneDataRepository } from './time-zone-data.repository';
import { UnitOfWork } from './unit-of-work';
import { UserRepository } from './user.repository';
import { userSchema } from './user.schema';

/** The names under which repositories ask for their models. */
const MODELS = [
  { name: 'Organization', schema: organizationSchema },
  { name: 'Account', schema: accountSchema },
  { name: 'User', schema: userSchema },
  { name: 'Invitation', schema: invitationSchema },
  { name: 'Session', schema: sessionSchema },
  { name: 'RefreshToken', schema: refreshTokenSchema },
  { name: 'Event', schema: eventSchema },
  { name: 'Occurrence', schema: occurrenceSchema },
  { name: 'Registration', schema: registrationSchema },
  { name: 'CalendarFeed', schema: calendarFeedSchema },
];

const PROVIDERS = [
  UnitOfWork,
  OrganizationRepository,
  AccountRepository,
  UserRepository,
  MembershipRepository,
  InvitationRepository,
  SessionRepository,
  RefreshTokenRepository,
  EventRepository,
  OccurrenceRepository,
  RegistrationRepository,
  CalendarFeedRepository,
  CalendarDatesRepository,
  BookingRepository,
  CachedMetadata,
  SoloRegistration,
  JournalRepository,
  ChangeFeed,
  DeliveryRepository,
  IdempotencyRepository,
  TimeZoneDataRepository,
];

/** MongoDB, and only here. */
@Module({ imports: [MongooseModule.forFeature(MODELS)], providers: PROVIDERS, exports: PROVIDERS })
export class StoreModule {}
