/**
 * Ids are 24 lower-case hexadecimal characters (a MongoDB ObjectId as text), branded by what they name, so that the
 * compiler refuses an event's id where an occurrence's is wanted. On the wire they are opaque (`graphql/global-id.ts`).
 */
declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

export type TenantId = Branded<'Organization'>;
export type AccountId = Branded<'Account'>;
export type UserId = Branded<'User'>;
export type EventId = Branded<'Event'>;
export type OccurrenceId = Branded<'Occurrence'>;
export type RegistrationId = Branded<'Registration'>;
/** One log-in and everything that was refreshed from it: the family of its refresh tokens. */
export type SessionId = Branded<'Session'>;
export type InvitationId = Branded<'Invitation'>;
export type CalendarFeedId = Branded<'CalendarFeed'>;
export type JournalId = Branded<'JournalRow'>;
/** Who holds a registration: `u:<user id>` (later also `g:<hash of a guest's e-mail>`). */
export type Holder = Branded<'Holder'>;

export const holderOfUser = (userId: UserId): Holder => `u:${userId}` as Holder;
