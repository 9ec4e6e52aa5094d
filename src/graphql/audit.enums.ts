import type { AuditType } from '../domain/journal';
import { enumOf } from './enums';

export const AuditTypeEnum = enumOf<AuditType>('AuditType', 'What happened.', {
  ORGANIZATION_FOUNDED: 'The organization was founded.',
  ORGANIZATION_UPDATED: 'Its name, slug or zone was changed.',
  ORGANIZATION_ARCHIVED: 'It was closed.',
  OWNERSHIP_TRANSFERRED: 'It got another owner.',
  USER_JOINED: 'Somebody joined, or came back.',
  USER_INVITED: 'An address was invited.',
  INVITATION_ACCEPTED: 'An invitation was used.',
  INVITATION_REVOKED: 'An invitation was revoked, or replaced by a newer one.',
  USER_ROLE_CHANGED: 'Somebody got another role.',
  USER_REMOVED: 'Somebody was removed.',
  EMAIL_CODE_REQUESTED: 'A code was mailed to an address that is to be verified.',
  EMAIL_VERIFIED: 'An address was shown to be its account’s own.',
  IDENTITY_LINKED: 'A sign-in at a provider was linked to an account.',
  REFRESH_TOKEN_REUSED: 'A used refresh token came back: its session was ended.',
  CALENDAR_FEED_CREATED: 'Somebody got a calendar feed.',
  CALENDAR_FEED_REVOKED: 'A calendar feed was revoked.',
  EVENT_CREATED: 'An event was created.',
  EVENT_UPDATED: 'An event was edited.',
  EVENT_PUBLISHED: 'An event was published.',
  EVENT_CANCELLED: 'An event was called off.',
  EVENT_DELETED: 'An event was deleted.',
  OCCURRENCE_UPDATED: 'An occurrence was edited, alone or with its event.',
  OCCURRENCE_CANCELLED: 'An occurrence was called off, alone or with its event.',
  OCCURRENCE_REMOVED: 'An occurrence that nobody had registered for went with an edit of its event.',
  REGISTERED: 'Seats were taken.',
  REGISTRATION_CANCELLED: 'Seats were given back.',
  REGISTRATION_MOVED: 'A registration followed its occurrence to another time.',
});

export type AuditTargetKind =
  | 'ORGANIZATION'
  | 'USER'
  | 'INVITATION'
  | 'EVENT'
  | 'OCCURRENCE'
  | 'REGISTRATION'
  | 'CALENDAR_FEED'
  | 'EMAIL'
  | 'IDENTITY'
  | 'SESSION';

export const AuditTargetKindEnum = enumOf<AuditTargetKind>('AuditTargetKind', 'What something happened to.', {
  ORGANIZATION: 'The organization.',
  USER: 'A person inside the organization.',
  INVITATION: 'An invitation.',
  EVENT: 'An event.',
  OCCURRENCE: 'One date of an event.',
  REGISTRATION: 'A registration.',
  CALENDAR_FEED: 'A calendar feed.',
  EMAIL: 'The e-mail address of an account; no id.',
  IDENTITY: 'A sign-in at a provider; no id.',
  SESSION: 'A log-in and what was refreshed from it; no id.',
});
