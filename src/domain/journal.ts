import type { JournalId, TenantId } from './ids';

export type JournalType =
  | 'ORGANIZATION_FOUNDED'
  | 'ORGANIZATION_UPDATED'
  | 'ORGANIZATION_ARCHIVED'
  | 'USER_JOINED'
  /** Its mail carries the code. */
  | 'EMAIL_CODE_REQUESTED'
  | 'EMAIL_VERIFIED'
  | 'IDENTITY_LINKED'
  | 'USER_INVITED'
  | 'INVITATION_ACCEPTED'
  | 'INVITATION_REVOKED'
  | 'USER_ROLE_CHANGED'
  | 'USER_REMOVED'
  | 'OWNERSHIP_TRANSFERRED'
  /** A used refresh token came back: its session was ended. */
  | 'REFRESH_TOKEN_REUSED'
  | 'CALENDAR_FEED_CREATED'
  | 'CALENDAR_FEED_REVOKED'
  | 'EVENT_CREATED'
  | 'EVENT_UPDATED'
  | 'EVENT_PUBLISHED'
  | 'EVENT_CANCELLED'
  | 'EVENT_DELETED'
  | 'OCCURRENCE_UPDATED'
  | 'OCCURRENCE_CANCELLED'
  | 'OCCURRENCE_REMOVED'
  | 'REGISTERED'
  | 'REGISTRATION_CANCELLED'
  | 'REGISTRATION_MOVED'
  /** Dates are paused until a large edit of them is judged. */
  | 'SERIES_EDIT_BEGUN'
  /** Registrations do not yet say what their date does: moved or cancelled together, they follow in chunks. */
  | 'REGISTRATIONS_DUE'
  /** What a removed user is registered for is to be cancelled. */
  | 'USER_REGISTRATIONS_DUE';

/** What the service leaves itself to do: work under way, told by the rows of its effects. */
export const WORK_TYPES = [
  'SERIES_EDIT_BEGUN',
  'REGISTRATIONS_DUE',
  'USER_REGISTRATIONS_DUE',
] as const satisfies readonly JournalType[];

/** What somebody did, or what followed from it. */
export type AuditType = Exclude<JournalType, (typeof WORK_TYPES)[number]>;

/**
 * One change of one thing, written in the change's own transaction: audit trail, history and outbox in one
 * (`booking-engine.md` §3.3). What happened is never rewritten; only the delivery fields (`due`, `attempts`) move.
 */
export interface JournalRow {
  readonly id: JournalId;
  readonly tenantId: TenantId;
  readonly type: JournalType;
  /** `<noun>:<id>`; with `version` unique per tenant, so that each transition is written exactly once. */
  readonly target: string;
  readonly version: number;
  /** `actorKey` of who did it. */
  readonly actor: string;
  readonly requestId: string;
  /** What changed: plain values only, no secrets. `before` holds the values that an edit replaced [N7]. */
  readonly p: Readonly<Record<string, unknown>>;
  readonly at: Date;
  /** Set when work is left to do (a change larger than one transaction): the worker carries on from here. */
  readonly due?: Date;
}

/** The fields of `before` that an edit sets, as they were: what its row keeps beside the new values [N7]. */
export const replacedBy = (before: object, set: object): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(before).filter(([field]) => field in set));
