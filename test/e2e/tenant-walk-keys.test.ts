import { randomBytes } from 'node:crypto';
import { newId } from '../../src/platform/new-id';
import { rawPost } from '../support/raw-post';
import { comparable, resultOf, shapeOf, succeeded } from '../support/walk/answer';
import type { Furnished } from '../support/walk/mirrored';
import type { Args } from '../support/walk/samples';
import { withValueAt } from '../support/walk/set-at';
import { walker } from '../support/walk/walker';
import { fieldName, pagedFields, operations, type Position, positionsOf } from '../support/wire';

jest.setTimeout(30_000);

const walk = walker();
const { call, argsOf } = walk;

const placesNamed = (name: string): (readonly [string, Position])[] =>
  operations
    .flatMap(positionsOf)
    .filter((position) => fieldName(position) === name)
    .map((position) => [`${position.operation.name}(${position.path.join('.')})`, position]);

/** As long as a real one. */
const forgedCursor = (): string => randomBytes(29).toString('base64url');

/** A list of somebody's that has an entry: the filters of the samples apart, which are made to be narrow. */
const LISTS: Readonly<Record<string, (of: Furnished) => Args>> = {
  events: () => ({ first: 1 }),
  users: () => ({ first: 1 }),
  invitations: () => ({ first: 1 }),
  auditLog: () => ({ first: 1 }),
  calendarFeeds: () => ({ first: 1 }),
  occurrences: () => ({
    first: 1,
    range: { between: { from: '2027-01-01T00:00:00Z', to: '2028-01-01T00:00:00Z' } },
  }),
  myRegistrations: () => ({ first: 1 }),
  registrations: ({ organization }) => ({ first: 1, filter: { userId: organization.members.USER.userId } }),
};

/** Where the fields below the operations that take a cursor hang. */
const NESTED: Readonly<Record<string, (of: Furnished) => string>> = {
  'Event.occurrences': ({ series }) => series.id,
  'Occurrence.registrations': ({ series }) => series.occurrences[0]?.id ?? '',
};

interface Page {
  readonly edges: readonly { readonly cursor: string }[];
}

const cursorOf = (page: unknown): string => {
  const [edge] = (page as Page).edges;
  if (edge === undefined) throw new Error('B has nothing in this list: its cursor cannot be stolen.');
  return edge.cursor;
};

describe('a cursor of B [T10]', () => {
  it('is tried wherever a cursor can stand', () => {
    expect(Object.keys(NESTED).sort()).toEqual(pagedFields);
    expect(
      placesNamed('after')
        .map(([, { operation }]) => operation.name)
        .sort(),
    ).toEqual(Object.keys(LISTS).sort());
  });

  it.each(placesNamed('after'))('is to A like one that was made up: %s', async (_where, { operation, path }) => {
    const listOf = LISTS[operation.name] ?? (() => ({}));
    const stolen = cursorOf(resultOf(await walk.callAsThem(operation, listOf(walk.theirs)), operation.name));
    const answerTo = async (cursor: string): Promise<string> =>
      comparable(await call(operation, withValueAt(listOf(walk.ours), path, cursor), { sent: [cursor] }), cursor);
    const expected = await answerTo(forgedCursor());
    expect(expected).toContain('"code":"BAD_USER_INPUT"');
    expect(await answerTo(stolen)).toBe(expected);
  });

  it.each(pagedFields)('is to A like one that was made up: %s(after)', async (where) => {
    const [type = '', field = ''] = where.split('.');
    const idOf = NESTED[where] ?? (() => '');
    const query = `query ($id: ID!, $after: String) {
      node(id: $id) { ... on ${type} { ${field}(first: 1, after: $after) { edges { cursor } } } }
    }`;
    const { token } = walk.theirs.organization.admin;
    const theirAnswer = await rawPost(walk.service.url, { query, variables: { id: idOf(walk.theirs) }, token });
    const stolen = cursorOf((resultOf(theirAnswer, 'node') as Record<string, unknown>)[field]);
    const answerTo = async (after: string): Promise<string> =>
      comparable(await walk.ask({ query, variables: { id: idOf(walk.ours), after } }, { sent: [after] }), after);
    const expected = await answerTo(forgedCursor());
    expect(expected).toContain('"code":"BAD_USER_INPUT"');
    expect(await answerTo(stolen)).toBe(expected);
  });
});

describe('an idempotency key that B has used', () => {
  const keyOf = (position: Position): string => `the-same-key-for-${position.operation.name}`;
  const places = placesNamed('idempotencyKey');

  beforeAll(async () => {
    for (const [, position] of places) {
      const { operation, path } = position;
      const args = withValueAt(await argsOf(operation, walk.theirs), path, keyOf(position));
      expect(succeeded(await walk.callAsThem(operation, args), operation.name)).toBe(true);
    }
    await walk.remember();
  });

  it.each(places)('is to A like any other: %s', async (_where, position) => {
    const { operation, path } = position;
    const answerTo = async (key: string) => {
      const answer = await call(operation, withValueAt(await argsOf(operation), path, key));
      expect(succeeded(answer, operation.name)).toBe(true);
      return shapeOf(answer.body);
    };
    expect(await answerTo(keyOf(position))).toEqual(await answerTo(newId()));
  });
});

describe('after all that', () => {
  it('no line of the log of A’s requests tells anything of B', () => {
    expect(walk.leaksInTheLog()).toEqual([]);
  });

  it('B’s data is, byte for byte, what it was', async () => {
    await walk.theirsIsUnchanged();
  });
});
