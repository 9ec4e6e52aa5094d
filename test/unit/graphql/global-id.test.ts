import { NotFoundError } from '../../../src/domain/errors';
import type { EventId, OccurrenceId } from '../../../src/domain/ids';
import { decodeId, encodeAuditEntryId, encodeId, parseId } from '../../../src/graphql/global-id';

const HEX = '65f0a1b2c3d4e5f60718293a';
const base64url = (text: string): string => Buffer.from(text, 'latin1').toString('base64url');

describe('the id that clients see', () => {
  it('comes back as the id that went in', () => {
    expect(decodeId('Event', encodeId('Event', HEX as EventId))).toBe(HEX);
    expect(parseId(encodeId('Occurrence', HEX as OccurrenceId))).toEqual({ type: 'Occurrence', id: HEX });
  });

  it('of an entry of the audit log is tagged like every other, and is no id of a node', () => {
    expect(encodeAuditEntryId(HEX)).toBe(base64url(`AuditEntry:${HEX}`));
    expect(parseId(encodeAuditEntryId(HEX))).toBeNull();
  });

  it('of another type is not found, like one that never existed', () => {
    expect(() => decodeId('Event', encodeId('Occurrence', HEX as OccurrenceId))).toThrow(new NotFoundError('event'));
  });

  it.each([
    ['nothing', ''],
    ['a bare database id', HEX],
    ['text that is no base64', '!!!'],
    ['a type that nobody has', base64url(`Invoice:${HEX}`)],
    ['a name that every object has', base64url(`Constructor:${HEX}`)],
    ['upper-case digits', base64url(`Event:${HEX.toUpperCase()}`)],
    ['an id that is too short', base64url(`Event:${HEX.slice(1)}`)],
    ['something behind the id', base64url(`Event:${HEX}0`)],
    ['padding', `${base64url(`Event:${HEX}`)}=`],
    ['ordinary base64', Buffer.from(`Event:${HEX}??>`).toString('base64')],
    ['a space behind it', `${base64url(`Event:${HEX}`)} `],
    ['a megabyte', 'A'.repeat(1_000_000)],
  ])('is not %s', (_what, text) => {
    expect(parseId(text)).toBeNull();
    expect(() => decodeId('Event', text)).toThrow(NotFoundError);
  });
});
