import type { OccurrenceId, RegistrationId } from './ids';

/** One shape per "no" that a well-behaved client can meet; `code` is the wire's `ErrorCode`, the rest what a screen needs. */
export type Refusal =
  | { readonly code: 'OCCURRENCE_FULL'; readonly seatsLeft: number; readonly nextWithSeats: OccurrenceId | null }
  | { readonly code: 'OVERLAPPING_REGISTRATION'; readonly conflictingRegistrationId: RegistrationId | null }
  | { readonly code: 'ALREADY_REGISTERED'; readonly registrationId: RegistrationId }
  | { readonly code: 'REGISTRATION_CLOSED'; readonly reason: ClosedReason }
  | { readonly code: 'TOO_MANY_SEATS'; readonly maximum: number }
  | { readonly code: 'BUSY'; readonly retryAfterMs: number }
  | { readonly code: 'STALE_REVISION'; readonly currentRevision: number }
  | { readonly code: 'INVALID_RECURRENCE'; readonly part: string | null; readonly detail: string }
  | { readonly code: 'START_NOT_ON_RULE'; readonly firstMatch: string | null }
  | { readonly code: 'CAPACITY_BELOW_TAKEN'; readonly minimum: number }
  | { readonly code: 'MOVE_CONFLICTS'; readonly conflicts: readonly MoveConflict[]; readonly total: number }
  | {
      readonly code: 'DATES_WITH_REGISTRATIONS';
      readonly occurrenceIds: readonly OccurrenceId[];
      readonly total: number;
    }
  | { readonly code: 'EVENT_HAS_REGISTRATIONS' }
  | { readonly code: 'NOT_EDITABLE'; readonly reason: NotEditableReason }
  | { readonly code: 'EMAIL_TAKEN' }
  | { readonly code: 'IDENTITY_TAKEN' }
  | { readonly code: 'SLUG_TAKEN' }
  | { readonly code: 'ORGANIZATION_ALREADY_OWNED' }
  | { readonly code: 'ALREADY_MEMBER' }
  | { readonly code: 'INVITATION_INVALID' }
  | { readonly code: 'EMAIL_CODE_INVALID' }
  | { readonly code: 'TOO_MANY_CALENDAR_FEEDS'; readonly maximum: number }
  | { readonly code: 'LAST_ADMIN' }
  | { readonly code: 'USER_IS_OWNER' };

export type RefusalCode = Refusal['code'];
export type RefusalOf<Code extends RefusalCode> = Extract<Refusal, { code: Code }>;

export type ClosedReason = 'DRAFT' | 'CANCELLED' | 'STARTED' | 'NOT_OPEN_YET' | 'CLOSED';
export type NotEditableReason = 'DRAFT' | 'STARTED' | 'CANCELLED';

/** A registration whose holder would be in two places after a move. The other place is not named: it may be private. */
export interface MoveConflict {
  readonly registrationId: RegistrationId;
  readonly newStartsAt: Date;
  readonly newEndsAt: Date;
}

/** The list in a refusal is cut here; `total` tells how many there are. */
export const MAX_LISTED = 100;

/** What a person is told. English, one sentence, no internals. */
export function refusalMessage(refusal: Refusal): string {
  if (isAlwaysTheSame(refusal)) return ALWAYS_THE_SAME[refusal.code];
  switch (refusal.code) {
    case 'OCCURRENCE_FULL':
      return refusal.seatsLeft === 0
        ? 'This date is full.'
        : `Only ${refusal.seatsLeft} seat${refusal.seatsLeft === 1 ? ' is' : 's are'} left on this date.`;
    case 'REGISTRATION_CLOSED':
      return CLOSED_TEXT[refusal.reason];
    case 'TOO_MANY_SEATS':
      return `One registration takes at most ${refusal.maximum} seat${refusal.maximum === 1 ? '' : 's'} here.`;
    case 'STALE_REVISION':
      return `Somebody changed this in the meantime: it is at revision ${refusal.currentRevision} now.`;
    case 'INVALID_RECURRENCE':
      return refusal.detail;
    case 'START_NOT_ON_RULE':
      return refusal.firstMatch === null
        ? 'The start is not a date of the rule, and the rule has no other date within five years.'
        : `The start is not a date of the rule; the first one is ${refusal.firstMatch}.`;
    case 'CAPACITY_BELOW_TAKEN':
      return `${refusal.minimum} seat${refusal.minimum === 1 ? ' is' : 's are'} taken already: the capacity cannot be lower.`;
    case 'MOVE_CONFLICTS':
      return `${refusal.total} registered ${refusal.total === 1 ? 'person' : 'people'} would be in two places at once.`;
    case 'DATES_WITH_REGISTRATIONS':
      return `${refusal.total} date${refusal.total === 1 ? '' : 's'} with registrations would disappear.`;
    case 'NOT_EDITABLE':
      return NOT_EDITABLE_TEXT[refusal.reason];
    case 'TOO_MANY_CALENDAR_FEEDS':
      return `A person has at most ${refusal.maximum} calendar feeds: revoke one first.`;
  }
}

const ALWAYS_THE_SAME = {
  OVERLAPPING_REGISTRATION: 'This person already holds a registration that overlaps this time.',
  ALREADY_REGISTERED: 'This person is already registered for this date.',
  BUSY: 'Nothing happened: too many requests at once. Try again shortly.',
  EVENT_HAS_REGISTRATIONS: 'This event has registrations.',
  EMAIL_TAKEN: 'There is an account with this e-mail address.',
  IDENTITY_TAKEN: 'This sign-in belongs to another account already.',
  SLUG_TAKEN: 'This slug is taken.',
  ORGANIZATION_ALREADY_OWNED: 'This account owns an organization already.',
  ALREADY_MEMBER: 'This person belongs to the organization already.',
  INVITATION_INVALID: 'This invitation is not valid: it may have expired, been used or been revoked.',
  EMAIL_CODE_INVALID: 'This code is not valid: it may be wrong, used, or expired. Ask for a new one.',
  LAST_ADMIN: 'An organization keeps at least one ORG_ADMIN.',
  USER_IS_OWNER: 'This person owns the organization: transfer the ownership first.',
} as const satisfies Partial<Record<Refusal['code'], string>>;

type AlwaysTheSame = Extract<Refusal, { readonly code: keyof typeof ALWAYS_THE_SAME }>;

const isAlwaysTheSame = (refusal: Refusal): refusal is AlwaysTheSame => Object.hasOwn(ALWAYS_THE_SAME, refusal.code);

const NOT_EDITABLE_TEXT: Record<NotEditableReason, string> = {
  DRAFT: 'This was never published: delete the event, or edit it.',
  STARTED: 'This has already started.',
  CANCELLED: 'This was cancelled.',
};

const CLOSED_TEXT: Record<ClosedReason, string> = {
  DRAFT: 'This event is not published yet.',
  CANCELLED: 'This date was cancelled.',
  STARTED: 'This date has already started.',
  NOT_OPEN_YET: 'Registration is not open yet.',
  CLOSED: 'Registration is closed.',
};
