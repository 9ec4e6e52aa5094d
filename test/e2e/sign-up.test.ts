import { codesOf, dataOf, post } from '../support/client';
import { testService } from '../support/service';

const service = testService();

const SIGN_UP = /* GraphQL */ `
  mutation ($input: SignUpInput!) {
    signUp(input: $input) {
      __typename
      ... on SignUpPayload {
        session {
          accessToken
          refreshToken
          expiresAt
          viewer {
            account {
              id
              email
              name
            }
            user {
              id
              name
              email
              role
              status
            }
            organization {
              id
              name
              slug
              timezone
              status
              createdAt
            }
            organizations {
              id
            }
          }
        }
      }
      ... on UserError {
        code
        message
      }
    }
  }
`;
const VIEWER =
  '{ viewer { account { id email } user { id role } organization { id name } organizations { id name } } }';

interface Viewer {
  account: { id: string; email: string };
  user: { id: string; role: string };
  organization: { id: string; name: string };
  organizations: { id: string }[];
}
interface SignedUp {
  signUp: { __typename: string; code?: string; session: { accessToken: string; expiresAt: string; viewer: Viewer } };
}

const founder = (email: string) => ({
  email,
  password: 'correct horse battery',
  name: 'Ada',
  organizationName: 'Analytical Engines',
  timezone: 'europe/london',
});

const signUp = async (email: string) => dataOf(await service.ask<SignedUp>(SIGN_UP, { input: founder(email) })).signUp;

describe('somebody who signs up', () => {
  it('founds an organization, is its ORG_ADMIN and is signed in', async () => {
    const { __typename, session } = await signUp('  Ada@Example.org ');
    expect(__typename).toBe('SignUpPayload');
    expect(session.viewer).toMatchObject({
      account: { email: 'Ada@Example.org', name: 'Ada' },
      user: { role: 'ORG_ADMIN', status: 'ACTIVE' },
      organization: {
        name: 'Analytical Engines',
        slug: 'analytical-engines',
        timezone: 'Europe/London',
        status: 'ACTIVE',
      },
    });
    expect(session.viewer.organizations).toEqual([{ id: session.viewer.organization.id }]);
    const { viewer } = dataOf(await service.ask<{ viewer: Viewer }>(VIEWER, {}, session.accessToken));
    expect(viewer).toMatchObject({ account: { id: session.viewer.account.id }, user: { id: session.viewer.user.id } });
  });

  it('is told that the address is taken, however it is typed', async () => {
    await signUp('grace@example.org');
    expect(await signUp('GRACE@EXAMPLE.ORG')).toMatchObject({ __typename: 'EmailTakenError', code: 'EMAIL_TAKEN' });
  });

  it('comes back with the password, and with no other', async () => {
    await signUp('barbara@example.org');
    const LOG_IN =
      'mutation ($input: LogInInput!) { logIn(input: $input) { session { viewer { account { email } } } } }';
    const logIn = (email: string, password: string) => service.ask(LOG_IN, { input: { email, password } });
    expect(dataOf(await logIn('Barbara@example.org', 'correct horse battery'))).toEqual({
      logIn: { session: { viewer: { account: { email: 'barbara@example.org' } } } },
    });
    const wrong = await logIn('barbara@example.org', 'wrong horse battery');
    const unknown = await logIn('nobody@example.org', 'correct horse battery');
    expect(codesOf(wrong)).toEqual(['UNAUTHENTICATED']);
    expect(unknown.errors?.[0]?.message).toBe(wrong.errors?.[0]?.message);
  });
});

describe('one operation', () => {
  const input = (email: string): string =>
    `(input: { email: "${email}", password: "correct horse battery", name: "A", organizationName: "A", timezone: "UTC" })`;
  const [one, two] = [input('one@example.org'), input('two@example.org')];
  const logIn = 'logIn(input: { email: "one@example.org", password: "wrong horse battery" }) { session { expiresAt } }';

  it.each([
    ['under two names', `mutation { a: signUp${one} { __typename } b: signUp${two} { __typename } }`],
    ['of two kinds', `mutation { signUp${one} { __typename } ${logIn} }`],
    [
      'with one in a fragment',
      `mutation { ...F ...F a: signUp${one} { __typename } } fragment F on Mutation { ... { b: signUp${two} { __typename } } }`,
    ],
  ])('tries no two secrets, and has no effect: %s', async (_how, document) => {
    const accounts = () => service.connection.collection('accounts').countDocuments();
    const before = await accounts();
    expect(codesOf(await service.ask(document))).toEqual(['BAD_USER_INPUT']);
    expect(await accounts()).toBe(before);
  });

  it('may be one of several in its document', async () => {
    const query = `mutation A { signUp${one} { __typename } } mutation B { ${logIn} }`;
    const answer = await post<SignedUp>(service.url, { query, operationName: 'A' });
    expect(dataOf(answer).signUp.__typename).toBe('SignUpPayload');
  });
});

describe('whoever is not signed in', () => {
  it.each([
    ['no token', undefined],
    ['junk for a token', 'junk'],
    ['an unsigned token', 'eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0.eyJzdWIiOiIxIn0.'],
  ])('is told so: %s', async (_what, token) => {
    const answer = await service.ask(VIEWER, {}, token);
    expect(codesOf(answer)).toEqual(['UNAUTHENTICATED']);
    expect(answer.data).toBeNull();
  });

  it('is told so when the token has expired, a quarter of an hour after it was issued', async () => {
    const { session } = await signUp('hedy@example.org');
    service.clock.advance(16 * 60_000);
    expect(codesOf(await service.ask(VIEWER, {}, session.accessToken))).toEqual(['UNAUTHENTICATED']);
  });
});

describe('an id', () => {
  it('leads to the viewer’s own things and to nobody else’s', async () => {
    const mine = (await signUp('mary@example.org')).session;
    const theirs = (await signUp('dorothy@example.org')).session;
    const ids = [mine, theirs].flatMap(({ viewer }) => [viewer.account.id, viewer.user.id, viewer.organization.id]);
    const NODES = 'query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }';
    const { nodes } = dataOf(
      await service.ask<{ nodes: unknown[] }>(NODES, { ids: [...ids, 'junk'] }, mine.accessToken),
    );
    expect(nodes).toEqual([
      { __typename: 'Account', id: ids[0] },
      { __typename: 'User', id: ids[1] },
      { __typename: 'Organization', id: ids[2] },
      null,
      null,
      null,
      null,
    ]);
  });
});
