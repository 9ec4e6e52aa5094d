import { encodeId } from '../../src/graphql/global-id';
import { tenantScope } from '../../src/domain/scope';
import { EventRepository } from '../../src/store/event.repository';
import { rawPost } from '../support/raw-post';
import { dumpOf, idsIn, Secrets } from '../support/walk/leaks';
import { idsByType } from '../support/walk/mirrored';
import { plainId } from '../support/walk/organization';
import { walker } from '../support/walk/walker';
import { operationNamed } from '../support/wire';

jest.setTimeout(60_000);

const walk = walker();

/** What goes through the loaders, from one type to the next. */
const NODES = /* GraphQL */ `
  query ($ids: [ID!]!) {
    nodes(ids: $ids) {
      id
      ... on Event {
        name
      }
      ... on Occurrence {
        name
        event {
          name
        }
        myRegistration {
          id
        }
      }
      ... on Registration {
        user {
          name
        }
        occurrence {
          name
          event {
            name
          }
        }
      }
      ... on User {
        name
      }
    }
  }
`;
const EVENTS =
  '{ events { edges { cursor node { id name description occurrences(first: 2) { edges { node { name } } } } } } }';

describe('T3: A and B at the same time', () => {
  const AT_ONCE = 25;

  it.each([
    ['the same ids', 1_000, NODES],
    ['a list of their own', 400, EVENTS],
  ])('each hear of their own alone, asking for %s: %i requests, in turns', async (_what, requests, query) => {
    const { ours, theirs, service } = walk;
    const variables = { ids: [ours, theirs].flatMap((one) => Object.values(idsByType(one))) };
    const ourSecrets = new Secrets(
      [ours.organization.canary],
      idsIn(await dumpOf(service.connection, ours.organization.tenantId)),
    );
    const sides = [
      { ...ours.organization, foreign: walk.secrets },
      { ...theirs.organization, foreign: ourSecrets },
    ].map(({ canary, members, foreign }) => ({ canary, token: members.ORG_ADMIN.token, foreign }));
    const first = new Map<string, string>();
    for (let asked = 0; asked < requests; asked += 2 * AT_ONCE) {
      const both = Array.from({ length: AT_ONCE }, () => sides).flat();
      const answers = await Promise.all(
        both.map(async (side) => ({ side, text: (await rawPost(service.url, { query, variables, ...side })).text })),
      );
      for (const { side, text } of answers) {
        if (!first.has(side.canary)) {
          expect(text).toContain(side.canary);
          expect(side.foreign.foundIn(text)).toEqual([]);
        }
        expect(text).toBe(first.get(side.canary) ?? text);
        first.set(side.canary, text);
      }
    }
  });
});

describe('the walk would see it', () => {
  it('if a reader of the database forgot the tenant', async () => {
    const { theirs, service } = walk;
    const events = service.running.app.get(EventRepository);
    const findManyById = events.findManyById.bind(events);
    const theirScope = tenantScope(theirs.organization.tenantId, { kind: 'system', name: 'leak' }, 'leak');
    const leaking = jest
      .spyOn(events, 'findManyById')
      .mockImplementation((_scope, ids) => findManyById(theirScope, ids));
    const { id } = theirs.workshop;
    try {
      await expect(walk.call(operationNamed('event'), { id }, { sent: [id] })).rejects.toThrow(
        theirs.organization.canary.toLowerCase(),
      );
    } finally {
      leaking.mockRestore();
    }
  });

  it.each([
    ['a canary', () => JSON.stringify({ name: walk.theirs.organization.mark('Jazz') })],
    ['a canary in lower case, as in a slug', () => `"slug":"${walk.theirs.organization.canary.toLowerCase()}"`],
    ['a canary behind JSON escapes', () => `"\\u0043${walk.theirs.organization.canary.slice(1)}"`],
    ['an id as the API gives it', () => walk.theirs.workshop.id],
    ['an id as the database has it', () => `"_id":"${plainId(walk.theirs.workshop.id)}"`],
    ['an id under another type’s tag', () => encodeId('User', plainId(walk.theirs.workshop.id))],
    [
      'an id inside a cursor',
      () => Buffer.from(`0011${plainId(walk.theirs.workshop.id)}`, 'hex').toString('base64url'),
    ],
  ])('if there was %s', (_what, text) => {
    expect(walk.secrets.foundIn(text())).not.toEqual([]);
  });

  it('if one byte of B’s changed', async () => {
    const { theirs, service } = walk;
    const events = service.connection.getClient().db(service.connection.name).collection('events');
    await events.updateOne({ name: /^Workshop CANARY-B/ }, { $inc: { revision: 1 } });
    await expect(walk.theirsIsUnchanged()).rejects.toThrow(plainId(theirs.workshop.id));
    await events.updateOne({ name: /^Workshop CANARY-B/ }, { $inc: { revision: -1 } });
    await walk.theirsIsUnchanged();
  });

  it('but takes no offence at what A sent, or owns', () => {
    const { ours, theirs, secrets } = walk;
    expect(secrets.foundIn(theirs.workshop.id, [theirs.workshop.id])).toEqual([]);
    expect(secrets.foundIn(ours.organization.mark('Jazz') + ours.workshop.id)).toEqual([]);
  });
});
