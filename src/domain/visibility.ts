import type { CalendarFeed } from './calendar-feed';
import type { Event } from './event';
import { isPublished, type Occurrence } from './occurrence';
import { allows } from './permissions';
import type { Registration } from './registration';
import type { UserActor } from './scope';
import type { User } from './user';

/*
 * What one user of an organization may see of another's. For whoever may not, the thing does not exist: it is answered
 * like an id that never was [T2, T16].
 */

export const maySeeEvent = (actor: UserActor, event: Pick<Event, 'status'>): boolean =>
  event.status !== 'DRAFT' || allows(actor.role, 'event.readDrafts');

export const maySeeOccurrence = (actor: UserActor, occurrence: Pick<Occurrence, 'status' | 'hidden'>): boolean =>
  isPublished(occurrence) || allows(actor.role, 'event.readDrafts');

export const maySeeRegistration = (actor: UserActor, registration: Pick<Registration, 'userId'>): boolean =>
  registration.userId === actor.userId || allows(actor.role, 'registration.readAll');

/** All of an organization's, or none: those who are invited have no part in it yet. */
export const maySeeInvitation = (actor: UserActor): boolean => allows(actor.role, 'user.write');

/** One's own; the organization's are its administrators' to manage. */
export const maySeeCalendarFeed = (
  actor: UserActor,
  { userId, kind }: Pick<CalendarFeed, 'userId' | 'kind'>,
): boolean => userId === actor.userId || (kind === 'ORGANIZATION' && allows(actor.role, 'calendarFeed.readAll'));

export const maySeeUser = (actor: UserActor, user: Pick<User, 'id'>): boolean =>
  user.id === actor.userId || allows(actor.role, 'user.readAll');
