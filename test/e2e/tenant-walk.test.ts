import { encodeId } from '../../src/graphql/global-id';
import { newId } from '../../src/platform/new-id';
import { comparable, resultOf, succeeded } from '../support/walk/answer';
import { idsByType } from '../support/walk/mirrored';
import { plainId } from '../support/walk/organization';
import { SAMPLES } from '../support/walk/samples';
import { withValueAt } from '../support/walk/set-at';
import { walker } from '../support/walk/walker';
import { fieldName, nodeTypes, operationNamed, operations, type Position, positionsOf } from '../support/wire';

jest.setTimeout(30_000);

const walk = walker();
const { call, argsOf } = walk;

const idPositions = operations.flatMap(positionsOf).filter(({ type }) => /^ID!?$/.test(String(type)));

/** What the ids of each name lead to. */
const TYPE_OF_ID: Readonly<Record<string, Parameters<typeof encodeId>[0]>> = {
  id: 'Event',
  ids: 'Event',
  eventId: 'Event',
  occurrenceId: 'Occurrence',
  registrationId: 'Registration',
  userId: 'User',
  actorUserId: 'User',
  targetId: 'Event',
  invitationId: 'Invitation',
  feedId: 'CalendarFeed',
  organizationId: 'Organization',
};

describe('the walk', () => {
  it('knows every operation of the running service', async () => {
    const query = '{ __schema { queryType { fields { name } } mutationType { fields { name } } } }';
    const { body } = await walk.ask({ query, variables: {} });
    const { queryType, mutationType } = body.data?.['__schema'] as Record<string, { fields: { name: string }[] }>;
    const running = [...(queryType?.fields ?? []), ...(mutationType?.fields ?? [])].map(({ name }) => name).sort();
    expect(Object.keys(SAMPLES).sort()).toEqual(running);
    expect(operations.map(({ name }) => name).sort()).toEqual(running);
  });

  it('knows every type that has ids, and every name that an id goes by', () => {
    expect(Object.keys(idsByType(walk.ours)).sort()).toEqual(nodeTypes);
    expect(idPositions.filter((position) => TYPE_OF_ID[fieldName(position)] === undefined)).toEqual([]);
  });

  it.each(operations.map((operation) => [operation.name, operation] as const))(
    '%s does its work for A, and tells of A alone [T2]',
    async (name, operation) => {
      const answer = await call(operation, await argsOf(operation));
      expect({ answer: answer.body, ok: succeeded(answer, name) }).toMatchObject({ ok: true });
    },
  );
});

/** B's ids of every type, in every form that somebody may have picked up somewhere; and junk. */
function stolenIds(): string[] {
  const { theirs } = walk;
  const ids = Object.values(idsByType(theirs));
  const further = [theirs.draft.id, theirs.series.id, theirs.cancelled, theirs.draft.occurrences[0]?.id ?? ''];
  const plain = ids.map((id) => plainId(id));
  const otherTags = plain.map((id) => Buffer.from(`Guest:${id}`, 'latin1').toString('base64url'));
  return [...ids, ...further, ...plain, ...otherTags, ids[0]?.toUpperCase() ?? '', 'junk', 'Event:1', '../../etc'];
}

describe('an id of B, wherever an id can stand [T1, T9]', () => {
  const places = idPositions.map(
    (position) => [`${position.operation.name}(${position.path.join('.')})`, position] as readonly [string, Position],
  );

  it.each(places)('is to A like one that never was: %s', async (_where, position) => {
    const { operation, path } = position;
    const args = await argsOf(operation);
    const answerTo = async (id: string): Promise<string> =>
      comparable(await call(operation, withValueAt(args, path, id), { sent: [id] }), id);
    const expected = await answerTo(encodeId(TYPE_OF_ID[fieldName(position)] ?? 'Event', newId()));
    expect(expected).toMatch(/"code":"(NOT_FOUND|UNAUTHENTICATED|BAD_USER_INPUT)"|"node":null|"nodes":\[null/);
    for (const id of stolenIds()) expect({ id, answer: await answerTo(id) }).toEqual({ id, answer: expected });
  });

  it('is so in a list of them, too', async () => {
    const ids = stolenIds();
    const { body } = await call(operationNamed('nodes'), { ids }, { sent: ids });
    expect(body).toMatchObject({ data: { nodes: ids.map(() => null) } });
    expect(body.errors).toBeUndefined();
  });
});

describe('a header that names B [T7]', () => {
  const forged = (): Record<string, string> => {
    const { id, tenantId, canary } = walk.theirs.organization;
    const names = ['x-tenant', 'x-tenant-id', 'x-organization', 'x-organization-id', 'tenant', 'x-forwarded-host'];
    const headers = names.map((name, index) => [name, [id, tenantId, canary][index % 3] ?? id] as const);
    return { ...Object.fromEntries(headers), cookie: `tenant=${tenantId}; organization=${id}` };
  };

  it.each(operations.filter(({ kind }) => kind === 'query').map((operation) => [operation.name, operation] as const))(
    'changes nothing: %s',
    async (_name, operation) => {
      const args = await argsOf(operation);
      const plain = comparable(await call(operation, args));
      const headers = forged();
      expect(comparable(await call(operation, args, { headers, sent: Object.values(headers) }))).toBe(plain);
    },
  );
});

describe('after all that', () => {
  it('no line of the log of A’s requests tells anything of B', () => {
    expect(walk.leaksInTheLog()).toEqual([]);
  });

  it('B’s data is, byte for byte, what it was', async () => {
    await walk.theirsIsUnchanged();
  });

  it('B still finds its own', async () => {
    const ids = idsByType(walk.theirs);
    const answer = await walk.callAsThem(operationNamed('nodes'), { ids: Object.values(ids) });
    expect(resultOf(answer, 'nodes')).toMatchObject(
      Object.entries(ids).map(([type, id]) => ({ __typename: type, id })),
    );
  });
});
