import { registerEnumType } from '@nestjs/graphql';
import type { CalendarFeedKind, CalendarFeedStatus } from '../domain/calendar-feed';
import type { ConflictPolicy, EventCategory, EventStatus } from '../domain/event';
import type { InvitationStatus } from '../domain/invitation';
import type { OrganizationStatus } from '../domain/organization';
import type { DstAdjustment, OccurrenceStatus } from '../domain/occurrence';
import type { Role } from '../domain/permissions';
import type { ClosedReason, NotEditableReason, RefusalCode } from '../domain/refusals';
import type { RegistrationStatus } from '../domain/registration';
import type { UserStatus } from '../domain/user';

/** Registers an enum under `name`; `values` says what each of its values means. */
export function enumOf<Value extends string>(
  name: string,
  description: string,
  values: Record<Value, string>,
): { readonly [Key in Value]: Key } {
  const members = Object.fromEntries(Object.keys(values).map((value) => [value, value])) as { [Key in Value]: Key };
  const valuesMap = Object.fromEntries(
    Object.entries<string>(values).map(([value, meaning]) => [value, { description: meaning }]),
  ) as Record<Value, { description: string }>;
  registerEnumType(members, { name, description, valuesMap });
  return members;
}

export const RoleEnum = enumOf<Role>(
  'Role',
  'What a user may do inside an organization; each role includes the ones below it.',
  {
    ORG_ADMIN: 'Everything, people included.',
    ORGANIZER: 'Events, occurrences, and registrations of others.',
    USER: 'Reads published events and registers for them.',
  },
);

export const UserStatusEnum = enumOf<UserStatus>('UserStatus', 'Whether a user still belongs to the organization.', {
  ACTIVE: 'Belongs to the organization.',
  REMOVED: 'Was removed; past registrations still name this user.',
});

export const InvitationStatusEnum = enumOf<InvitationStatus>(
  'InvitationStatus',
  'What became of an invitation. EXPIRED follows from the clock at the moment of reading.',
  {
    PENDING: 'Can be accepted.',
    ACCEPTED: 'Was accepted; it cannot be used again.',
    EXPIRED: 'Was not accepted in time.',
    REVOKED: 'Was revoked, or replaced by a newer one.',
  },
);

export const OrganizationStatusEnum = enumOf<OrganizationStatus>(
  'OrganizationStatus',
  'Whether an organization is in use.',
  {
    ACTIVE: 'In use.',
    ARCHIVED: 'Closed: its tokens answer FORBIDDEN; nothing is cancelled.',
  },
);

export const EventStatusEnum = enumOf<EventStatus>('EventStatus', 'Where an event is in its life.', {
  DRAFT: 'Being prepared: organizers see it, nobody can register.',
  PUBLISHED: 'Open to everybody in the organization.',
  CANCELLED: 'Called off: the occurrences that had not started are cancelled.',
});

export const EventCategoryEnum = enumOf<EventCategory>('EventCategory', 'What kind of event it is.', {
  CONCERT: 'A concert or show.',
  WEBINAR: 'A talk held online.',
  HACKATHON: 'A hackathon.',
  WORKSHOP: 'A workshop, course or training.',
  MEETING: 'A meeting.',
  OTHER: 'Anything else.',
});

export const ConflictPolicyEnum = enumOf<ConflictPolicy>(
  'ConflictPolicy',
  "Whether a registration occupies its holder's time.",
  {
    BLOCK: 'One person holds no two registrations that overlap.',
    ALLOW: 'Registrations may overlap, e.g. for an exhibition that is open all day.',
  },
);

export const OccurrenceStatusEnum = enumOf<OccurrenceStatus>(
  'OccurrenceStatus',
  'Where an occurrence is in its life. ONGOING and COMPLETED follow from the clock at the moment of reading.',
  {
    DRAFT: 'Its event is not published.',
    SCHEDULED: 'Will take place.',
    ONGOING: 'Has started and not ended.',
    COMPLETED: 'Has ended.',
    CANCELLED: 'Does not take place.',
  },
);

export const DstAdjustmentEnum = enumOf<DstAdjustment>('DstAdjustment', 'What a clock change did to a start.', {
  GAP: 'The wall-clock time does not exist that day: moved forward by the gap.',
  OVERLAP: 'The wall-clock time exists twice that day: the first one is meant.',
});

export const RegistrationStatusEnum = enumOf<RegistrationStatus>(
  'RegistrationStatus',
  'What a registration is worth.',
  {
    CONFIRMED: 'The seats are taken.',
    WAITING: 'In the queue for a seat.',
    OFFERED: 'A seat is held until the holder accepts it.',
    CANCELLED: 'Given back; the seats are free again.',
  },
);

export const CalendarFeedKindEnum = enumOf<CalendarFeedKind>('CalendarFeedKind', 'What a calendar feed shows.', {
  MINE: 'What one is registered for; what was cancelled stays, marked so.',
  ORGANIZATION: 'Every published date of the organization; no names of attendees.',
});

export const CalendarFeedStatusEnum = enumOf<CalendarFeedStatus>(
  'CalendarFeedStatus',
  'Whether a calendar feed can be read.',
  {
    ACTIVE: 'Can be read by whoever has its address, while its user belongs to the organization.',
    REVOKED: 'Its address answers 404, for ever.',
  },
);

export const ClosedReasonEnum = enumOf<ClosedReason>('ClosedReason', 'Why registration is closed.', {
  DRAFT: 'The event is not published.',
  CANCELLED: 'The occurrence was cancelled.',
  STARTED: 'The occurrence has started.',
  NOT_OPEN_YET: 'Registration has not opened.',
  CLOSED: 'Registration has closed.',
});

export const NotEditableReasonEnum = enumOf<NotEditableReason>(
  'NotEditableReason',
  'Why something cannot be changed any more.',
  {
    DRAFT: 'It was never published, so there is nothing to call off: delete the event, or edit it.',
    STARTED: 'It has started.',
    CANCELLED: 'It was cancelled.',
  },
);

export const SeriesScopeEnum = enumOf<'ALL' | 'THIS_AND_FUTURE'>(
  'SeriesScope',
  'How much of a series an edit changes.',
  {
    ALL: 'Every occurrence that has not started, except fields that were set on one alone.',
    THIS_AND_FUTURE: 'One occurrence and those after it. Not available yet.',
  },
);

export const RecurrenceFrequencyEnum = enumOf<'DAILY' | 'WEEKLY' | 'MONTHLY' | 'YEARLY'>(
  'RecurrenceFrequency',
  'The period of a recurrence pattern.',
  { DAILY: 'Days.', WEEKLY: 'Weeks.', MONTHLY: 'Months.', YEARLY: 'Years.' },
);

export const MonthEndPolicyEnum = enumOf<'SKIP' | 'LAST_DAY'>(
  'MonthEndPolicy',
  'What happens on day 31 in a month of 30 days.',
  {
    SKIP: 'That month has no occurrence.',
    LAST_DAY: 'The last day of the month is taken instead.',
  },
);

export const WeekdayEnum = enumOf<'MONDAY' | 'TUESDAY' | 'WEDNESDAY' | 'THURSDAY' | 'FRIDAY' | 'SATURDAY' | 'SUNDAY'>(
  'Weekday',
  'A day of the week.',
  {
    MONDAY: 'Monday.',
    TUESDAY: 'Tuesday.',
    WEDNESDAY: 'Wednesday.',
    THURSDAY: 'Thursday.',
    FRIDAY: 'Friday.',
    SATURDAY: 'Saturday.',
    SUNDAY: 'Sunday.',
  },
);

export const ErrorCodeEnum = enumOf<RefusalCode>('ErrorCode', 'One per "no" that a well-behaved client can meet.', {
  OCCURRENCE_FULL: 'Not enough seats are left.',
  OVERLAPPING_REGISTRATION: 'The person is registered for something at the same time.',
  ALREADY_REGISTERED: 'The person is registered for this occurrence already.',
  REGISTRATION_CLOSED: 'Registration is not possible, or not any more.',
  TOO_MANY_SEATS: 'More seats than one registration may take.',
  BUSY: 'Nothing happened: repeat after `retryAfterMs`.',
  STALE_REVISION: 'Somebody else changed it in the meantime.',
  INVALID_RECURRENCE: 'The recurrence rule is not allowed here.',
  START_NOT_ON_RULE: 'The start is not a date of the rule.',
  CAPACITY_BELOW_TAKEN: 'More seats are taken than the new capacity has.',
  MOVE_CONFLICTS: 'Registered people would be in two places at once.',
  DATES_WITH_REGISTRATIONS: 'Dates with registrations would disappear.',
  EVENT_HAS_REGISTRATIONS: 'The event has registrations.',
  NOT_EDITABLE: 'It has started or was cancelled.',
  EMAIL_TAKEN: 'There is an account with this e-mail address.',
  IDENTITY_TAKEN: 'This sign-in at a provider belongs to another account.',
  SLUG_TAKEN: 'Another organization has this slug.',
  ORGANIZATION_ALREADY_OWNED: 'The account owns an organization already.',
  ALREADY_MEMBER: 'The person belongs to the organization already.',
  INVITATION_INVALID: 'The invitation expired, was used or was revoked.',
  EMAIL_CODE_INVALID: 'The code is wrong, used or expired, or its tries are used up.',
  TOO_MANY_CALENDAR_FEEDS: 'The person has as many calendar feeds as one may have.',
  LAST_ADMIN: 'The organization would be left without an ORG_ADMIN.',
  USER_IS_OWNER: 'The person owns the organization.',
});
