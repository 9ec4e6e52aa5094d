import { encodeId } from '../../src/graphql/global-id';
import { newId } from '../../src/platform/new-id';
import { LONG } from '../support/bad-input/faulty-values';
import { databaseHash } from '../support/database-hash';
import { rawPost, type RawAnswer } from '../support/raw-post';
import { testService } from '../support/service';
import { resultOf } from '../support/walk/answer';
import { furnished, idsByType, type Furnished } from '../support/walk/mirrored';
import { plainId } from '../support/walk/organization';
import { sampleOf } from '../support/walk/samples';
import { withValueAt } from '../support/walk/set-at';
import { operationNamed, operations, type Position, positionsOf } from '../support/wire';

jest.setTimeout(30_000);

const service = testService();
let world: Furnished;
beforeAll(async () => {
  world = await furnished(service, 'A');
});

const ask = (name: string, variables: object): Promise<RawAnswer> => {
  const { token } = world.organization.admin;
  return rawPost(service.url, { query: operationNamed(name).document, variables, token });
};

/** Ids that this service has not given to anybody, though some look much as if. */
function forgedIds(): unknown[] {
  const { id } = world.workshop;
  const plain = plainId(id);
  const tagged = (text: string): string => Buffer.from(text, 'latin1').toString('base64url');
  return [
    ...['', ' ', '5', 5, -1, 'junk', '__proto__', 'constructor', 'toString', '{"$ne":1}', '$where', LONG, 'a\u0000b'],
    ...['half \ud800', plain, `Event:${plain}`, `${id}=`, `${id}==`, ` ${id}`, `${id} `, id.slice(0, -1), `${id}A`],
    ...[
      tagged(`event:${plain}`),
      tagged(`Event:${plain.toUpperCase()}`),
      tagged(`Event:${plain}\n`),
      tagged('Event:1'),
    ],
    ...[tagged(`__proto__:${plain}`), tagged(`constructor:${plain}`), tagged(`Query:${plain}`), tagged(`:${plain}`)],
    encodeId('Event', newId()),
  ];
}

const idPositions = operations.flatMap(positionsOf).filter(({ type }) => /^ID!?$/.test(String(type)));

/** Where an id that leads nowhere is told otherwise: log-in tells nothing, and the split of a series is still to come. */
const TOLD: Readonly<Record<string, string>> = {
  'logIn(input.organizationId)': 'UNAUTHENTICATED',
  'logInWithProvider(input.organizationId)': 'UNAUTHENTICATED',
  'updateEvent(input.occurrenceId)': 'BAD_USER_INPUT',
};

/** What "there is no such thing" looks like. */
function expectNothingFound(where: string, name: string, answer: RawAnswer): void {
  const codes = answer.body.errors?.map(({ extensions }) => extensions.code);
  if (name === 'node') expect(answer.body).toMatchObject({ data: { node: null } });
  else if (name === 'nodes') expect((resultOf(answer, name) as unknown[])[0]).toBeNull();
  else expect(codes).toEqual([TOLD[where] ?? 'NOT_FOUND']);
}

describe('an id that was never given to anybody', () => {
  const places = idPositions.map(
    (position) => [`${position.operation.name}(${position.path.join('.')})`, position] as readonly [string, Position],
  );

  it.each(places)('is not found, whatever it looks like: %s', async (where, { operation: { name }, path }) => {
    const args = await sampleOf(name).args(world.organization, world.organization.admin);
    const untouched = await databaseHash(service.connection);
    for (const id of forgedIds()) expectNothingFound(where, name, await ask(name, withValueAt(args, path, id)));
    expect(await databaseHash(service.connection)).toBe(untouched);
  });
});

describe('an id of another type', () => {
  // These take an id of any type.
  const places = idPositions.filter(
    ({ operation: { name } }) => !['node', 'nodes', 'logIn', 'auditLog'].includes(name),
  );

  it.each(places.map((position) => [`${position.operation.name}(${position.path.join('.')})`, position] as const))(
    'is not found, though it is the viewer’s own: %s',
    async (where, { operation: { name }, path }) => {
      const right = /([A-Z]?[a-z]+)Id$/.exec(path.at(-1) ?? '')?.[1] ?? name;
      const ids = Object.entries(idsByType(world));
      const others = ids.filter(([type]) => !type.toLowerCase().endsWith(right.toLowerCase()));
      expect(others).toHaveLength(ids.length - 1);
      const args = await sampleOf(name).args(world.organization, world.organization.admin);
      const untouched = await databaseHash(service.connection);
      for (const [, id] of others) expectNothingFound(where, name, await ask(name, withValueAt(args, path, id)));
      expect(await databaseHash(service.connection)).toBe(untouched);
    },
  );
});
