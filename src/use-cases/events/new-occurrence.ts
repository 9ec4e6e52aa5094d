import type { Event } from '../../domain/event';
import type { OccurrenceId } from '../../domain/ids';
import type { Member } from '../../domain/materialise';
import {
  FAR_FUTURE,
  FAR_PAST,
  UNLIMITED_SEATS,
  type BookingRules,
  type Occurrence,
  type StoredOccurrenceStatus,
} from '../../domain/occurrence';
import { newId } from '../../platform/new-id';

const STATUS = {
  DRAFT: 'DRAFT',
  PUBLISHED: 'SCHEDULED',
  CANCELLED: 'CANCELLED',
} as const satisfies Record<Event['status'], StoredOccurrenceStatus>;

/** The event's booking rules as each of its occurrences carries them: booking judges the occurrence alone. */
export const rulesOf = ({ maxSeatsPerRegistration, conflictPolicy }: Event): BookingRules => ({
  maxSeats: maxSeatsPerRegistration,
  conflictPolicy,
  opensAt: FAR_PAST,
  closesAt: FAR_FUTURE,
});

/** A member of the event's recurrence set as it is stored first: nobody registered, nothing overridden. */
export const newOccurrence = (event: Event, member: Member): Occurrence => ({
  id: newId<OccurrenceId>(),
  tenantId: event.tenantId,
  eventId: event.id,
  epoch: event.epoch,
  timezone: event.timezone,
  timeV: 1,
  status: STATUS[event.status],
  paused: false,
  hidden: false,
  rules: rulesOf(event),
  capacity: event.capacity,
  confirmedSeats: 0,
  heldSeats: 0,
  seatsLeft: event.capacity ?? UNLIMITED_SEATS,
  waitCount: 0,
  waitSeq: 0,
  rev: 0,
  revision: 1,
  name: null,
  description: null,
  overriddenFields: [],
  // Last: V8 makes an object that grows by twenty properties after a spread very slowly, which a series of years notices (W5).
  ...member,
});
