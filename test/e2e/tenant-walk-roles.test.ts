import 'reflect-metadata';
import { allows, PERMISSIONS, type Permission, type Role, ROLES } from '../../src/domain/permissions';
import { ACCESS, type Access } from '../../src/graphql/auth.guard';
import { RESOLVERS } from '../../src/graphql/resolvers';
import { databaseHash } from '../support/database-hash';
import { rawPost, type RawAnswer } from '../support/raw-post';
import { testService } from '../support/service';
import { resultOf, succeeded } from '../support/walk/answer';
import { furnished, type Furnished } from '../support/walk/mirrored';
import { SAMPLES, sampleOf } from '../support/walk/samples';
import { operationNamed, operations, type WireOperation } from '../support/wire';

jest.setTimeout(30_000);

const service = testService();
let world: Furnished;
beforeAll(async () => {
  world = await furnished(service, 'A');
});

type Actor = Role | 'anonymous';
const ACTORS: readonly Actor[] = ['anonymous', ...ROLES];

/** What an operation's method says about who may call it. */
function accessOf(name: string): Access {
  const methods = RESOLVERS.map(({ prototype }) => Object.getOwnPropertyDescriptor(prototype, name)?.value as unknown);
  const found = methods.flatMap((method) =>
    typeof method === 'function' ? [Reflect.getMetadata(ACCESS, method) as Access | undefined] : [],
  );
  return found.find((access) => access !== undefined) ?? raise(name);
}
const raise = (name: string): never => {
  throw new Error(`${name} says nothing about who may call it.`);
};

const verdict = (actor: Actor, access: Access): 'goes through' | 'UNAUTHENTICATED' | 'FORBIDDEN' => {
  if (access === 'public') return 'goes through';
  if (actor === 'anonymous') return 'UNAUTHENTICATED';
  return allows(actor, access) ? 'goes through' : 'FORBIDDEN';
};

const leastRole = (access: Permission | 'public'): Role | 'public' =>
  access === 'public' ? 'public' : PERMISSIONS[access];

describe('the permission table', () => {
  it('says of every operation what the wire contract says', () => {
    const says = Object.fromEntries(operations.map(({ name }) => [name, leastRole(accessOf(name))]));
    expect(says).toEqual(Object.fromEntries(Object.entries(SAMPLES).map(([name, { access }]) => [name, access])));
  });

  const cells = operations.flatMap((operation) =>
    ACTORS.map((actor) => {
      const expected = verdict(actor, accessOf(operation.name));
      return [operation.name, actor, expected, operation] as const;
    }),
  );

  it.each(cells)('%s by %s: %s', async (name, actor, expected, operation) => {
    const answer = await callAs(actor, operation);
    if (expected === 'goes through') {
      expect({ body: answer.body, ok: succeeded(answer, name) }).toMatchObject({ ok: true });
      return;
    }
    expect(answer.body.errors?.map(({ path, extensions: { code } }) => ({ path, code }))).toEqual([
      { path: [name], code: expected },
    ]);
    expect(resultOf(answer, name) ?? null).toBeNull();
  });
});

/** Calls with arguments that are right for the actor, or for an admin where the actor may not; a "no" writes nothing. */
async function callAs(actor: Actor, { name, document: query }: WireOperation): Promise<RawAnswer> {
  const { organization } = world;
  const allowed = verdict(actor, accessOf(name)) === 'goes through';
  const member = actor !== 'anonymous' && allowed ? organization.members[actor] : organization.admin;
  const variables = await sampleOf(name).args(organization, member);
  const token = actor === 'anonymous' ? undefined : organization.members[actor].token;
  const before = await databaseHash(service.connection);
  const answer = await rawPost(service.url, { query, variables, token });
  if (!allowed) expect(await databaseHash(service.connection)).toBe(before);
  return answer;
}

describe('beyond the operation', () => {
  const as = (role: Role, query: string, variables: object = {}) => {
    const { token } = world.organization.members[role];
    return rawPost(service.url, { query, variables, token });
  };

  it.each(ROLES)('who registered for a date is for organizers to see: %s', async (role) => {
    const query = 'query ($id: ID!) { occurrence(id: $id) { id registrations { edges { node { id } } } } }';
    const id = world.workshop.occurrences[0]?.id;
    const { body } = await as(role, query, { id });
    if (allows(role, 'registration.readAll')) {
      expect(body.errors).toBeUndefined();
      expect(body.data).toEqual({ occurrence: { id, registrations: { edges: [{ node: { id: world.usersSeat } }] } } });
      return;
    }
    expect(body.data).toEqual({ occurrence: { id, registrations: null } });
    expect(body.errors).toMatchObject([{ path: ['occurrence', 'registrations'], extensions: { code: 'FORBIDDEN' } }]);
  });

  it('a USER registers nobody else', async () => {
    const { members } = world.organization;
    const { occurrences } = await world.organization.event();
    const { document } = operationNamed('registerForOccurrence');
    const input = { occurrenceId: occurrences[0]?.id, userId: members.ORGANIZER.userId };
    const { body } = await as('USER', document, { input });
    expect(body.errors).toMatchObject([{ path: ['registerForOccurrence'], extensions: { code: 'FORBIDDEN' } }]);
  });

  it.each(ROLES)('a draft, and its dates, are for organizers to see: %s', async (role) => {
    const query = 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } events { edges { node { id } } } }';
    const { id, occurrences } = world.draft;
    const ids = [id, occurrences[0]?.id ?? ''];
    const { nodes, events } = (await as(role, query, { ids })).body.data as {
      nodes: unknown[];
      events: { edges: { node: { id: string } }[] };
    };
    const sees = allows(role, 'event.readDrafts');
    expect(nodes).toEqual(sees ? ids.map((one) => ({ id: one })) : [null, null]);
    expect(events.edges.some(({ node }) => node.id === id)).toBe(sees);
  });

  it.each(ROLES)('a registration of somebody else’s, and who they are, are for organizers to see: %s', async (role) => {
    const ids = [world.adminsSeat, world.organization.admin.userId];
    const { body } = await as(role, 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids });
    const sees = allows(role, 'registration.readAll');
    expect(body.data).toEqual({ nodes: ids.map((id) => (sees ? { id } : null)) });
  });

  it('a USER cannot give back somebody else’s seat: it is unknown', async () => {
    const { document } = operationNamed('cancelRegistration');
    const { body } = await as('USER', document, { input: { registrationId: world.adminsSeat } });
    expect(body.errors).toMatchObject([{ extensions: { code: 'NOT_FOUND' } }]);
  });
});
