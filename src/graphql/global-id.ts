import { NotFoundError } from '../domain/errors';
import type {
  AccountId,
  CalendarFeedId,
  EventId,
  InvitationId,
  OccurrenceId,
  RegistrationId,
  TenantId,
  UserId,
} from '../domain/ids';

/** Every type that `node(id:)` can find, with the id it goes by inside. */
export interface IdOf {
  Account: AccountId;
  CalendarFeed: CalendarFeedId;
  Event: EventId;
  Invitation: InvitationId;
  Occurrence: OccurrenceId;
  Organization: TenantId;
  Registration: RegistrationId;
  User: UserId;
}

export type NodeTypeName = keyof IdOf;

export type DecodedId = { [Name in NodeTypeName]: { readonly type: Name; readonly id: IdOf[Name] } }[NodeTypeName];

const NOUNS: Record<NodeTypeName, string> = {
  Account: 'account',
  CalendarFeed: 'calendar feed',
  Event: 'event',
  Invitation: 'invitation',
  Occurrence: 'occurrence',
  Organization: 'organization',
  Registration: 'registration',
  User: 'user',
};
const PLAIN = /^([A-Z][A-Za-z]{2,20}):([0-9a-f]{24})$/;

const tagged = (type: string, id: string): string => Buffer.from(`${type}:${id}`, 'latin1').toString('base64url');

/** The id as clients see it: opaque and type-tagged, base64url of `Event:65f0…`. */
export const encodeId = <Name extends NodeTypeName>(type: Name, id: IdOf[Name]): string => tagged(type, id);

/** For a client's cache: `node(id:)` finds no entries of the audit log. */
export const encodeAuditEntryId = (id: string): string => tagged('AuditEntry', id);

/** null for anything that this service would not have written itself: only the canonical text of an id is one. */
export function parseId(text: string): DecodedId | null {
  if (text.length > 64) return null;
  const [, type, id] = PLAIN.exec(Buffer.from(text, 'base64url').toString('latin1')) ?? [];
  if (type === undefined || id === undefined || !Object.hasOwn(NOUNS, type)) return null;
  const decoded = { type, id } as DecodedId;
  return encodeId(decoded.type, decoded.id) === text ? decoded : null;
}

/**
 * The id of one `type`. Junk and the id of another type answer exactly as an id that never existed, so that an id tells
 * nothing about what is behind it [T2].
 * @throws NotFoundError
 */
export function decodeId<Name extends NodeTypeName>(type: Name, text: string): IdOf[Name] {
  const decoded = parseId(text);
  if (decoded === null || decoded.type !== type) throw new NotFoundError(NOUNS[type]);
  return decoded.id as IdOf[Name];
}

/** The "no" for an id of this type that leads nowhere. */
export const noSuch = (type: NodeTypeName): NotFoundError => new NotFoundError(NOUNS[type]);
