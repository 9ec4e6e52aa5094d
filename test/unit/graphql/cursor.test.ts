import fc from 'fast-check';
import { BadUserInputError } from '../../../src/domain/errors';
import type { TenantId } from '../../../src/domain/ids';
import type { TimePosition } from '../../../src/store/page';
import { type CursorPurpose, CursorWriter, decodeCursor } from '../../../src/graphql/cursor';

const HEX = '65f0a1b2c3d4e5f60718293a';
const purpose: CursorPurpose = {
  tenantId: '65f0a1b2c3d4e5f607182930' as TenantId,
  connection: 'Query.occurrences',
  filter: { filter: { category: 'CONCERT', onlyWithSeats: true }, range: { next: { days: 30, timezone: 'UTC' } } },
};
const encodeCursor = (of: CursorPurpose, at: TimePosition): string => new CursorWriter(of).write(at);
const position = { startsAt: new Date('2027-03-01T09:00:00.000Z'), id: HEX };
const refused = new BadUserInputError([
  { path: 'after', message: 'is not a cursor of this list with these arguments' },
]);

describe('a cursor', () => {
  it('leads back to its position, also before 1970 and to the millisecond', () => {
    const instants = fc.date({ min: new Date('1900-01-01'), max: new Date('2300-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(instants, fc.stringMatching(/^[0-9a-f]{24}$/), (startsAt, id) => {
        expect(decodeCursor(purpose, encodeCursor(purpose, { startsAt, id }))).toEqual({ startsAt, id });
      }),
    );
  });

  it('is the same whether its page has others or not', () => {
    const writer = new CursorWriter(purpose);
    const others = [1, 2, 3].map((n) => ({ ...position, startsAt: new Date(n) }));
    expect([...others, position].map((one) => writer.write(one)).at(-1)).toBe(encodeCursor(purpose, position));
    expect(decodeCursor(purpose, writer.write(position))).toEqual(position);
  });

  it('does not mind the order in which the filter was written, nor what is spelled out as undefined', () => {
    const cursor = encodeCursor(purpose, position);
    const filter = {
      range: { next: { timezone: 'UTC', days: 30 } },
      filter: { onlyWithSeats: true, category: 'CONCERT', eventId: undefined },
    };
    expect(decodeCursor({ ...purpose, filter }, cursor)).toEqual(position);
  });

  it.each([
    ['another filter', { filter: { ...(purpose.filter as object), filter: { category: 'WEBINAR' } } }],
    ['no filter', { filter: null }],
    ['another list', { connection: 'Event.occurrences' }],
    ['another organization', { tenantId: '65f0a1b2c3d4e5f607182931' as TenantId }],
  ])('is refused with %s', (_what, other) => {
    expect(() => decodeCursor({ ...purpose, ...other }, encodeCursor(purpose, position))).toThrow(refused);
  });

  it('is refused when any one character of it was changed', () => {
    const cursor = encodeCursor(purpose, position);
    for (let at = 0; at < cursor.length; at += 1) {
      const forged = `${cursor.slice(0, at)}${cursor[at] === 'A' ? 'B' : 'A'}${cursor.slice(at + 1)}`;
      expect(() => decodeCursor(purpose, forged)).toThrow(refused);
    }
  });

  it.each([
    [''],
    ['x'],
    ['!'],
    [`${encodeCursor(purpose, position)}=`],
    [encodeCursor(purpose, position).slice(0, -4)],
    ['A'.repeat(100_000)],
  ])('is not %.20s', (text) => {
    expect(() => decodeCursor(purpose, text)).toThrow(refused);
  });

  it('names the argument that it came in', () => {
    expect(() => decodeCursor(purpose, 'x', 'input.after')).toThrow('input.after: is not a cursor');
  });
});
