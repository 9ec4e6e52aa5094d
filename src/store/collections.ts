import { accountCollection } from './account.schema';
import { calendarFeedCollection } from './calendar-feed.schema';
import type { CollectionSpec } from './collection-spec';
import { deliveryCollection } from './delivery.schema';
import { eventCollection } from './event.schema';
import { idempotencyCollection } from './idempotency.schema';
import { invitationCollection } from './invitation.schema';
import { journalCollection } from './journal.schema';
import { occurrenceCollection } from './occurrence.schema';
import { organizationCollection } from './organization.schema';
import { refreshTokenCollection } from './refresh-token.schema';
import { registrationCollection } from './registration.schema';
import { sessionCollection } from './session.schema';
import { timeLockCollection } from './time-lock.schema';
import { timeZoneDataCollection } from './time-zone-data.schema';
import { userCollection } from './user.schema';

/** Everything the database holds, but for the migrations' own record. */
export const COLLECTIONS: readonly CollectionSpec[] = [
  organizationCollection,
  accountCollection,
  userCollection,
  invitationCollection,
  sessionCollection,
  refreshTokenCollection,
  eventCollection,
  occurrenceCollection,
  registrationCollection,
  timeLockCollection,
  calendarFeedCollection,
  journalCollection,
  deliveryCollection,
  idempotencyCollection,
  timeZoneDataCollection,
];
