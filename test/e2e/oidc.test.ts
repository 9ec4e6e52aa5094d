import { Types } from 'mongoose';
import { ASK_AGAIN_MS } from '../../src/platform/oidc-keys';
import { TRUST_MS } from '../../src/use-cases/people/trusted-reads';
import { type Answer, codesOf, dataOf } from '../support/client';
import { founderOf, type SignedIn } from '../support/founder';
import {
  LINK_IDENTITY,
  type Linked,
  LOG_IN_WITH_PROVIDER,
  type LoggedInWithProvider,
  SIGN_UP_WITH_PROVIDER,
  type SignedUpWithProvider,
  VIEWER,
  type ViewerAnswer,
} from '../support/provider-documents';
import { testService } from '../support/service';

const service = testService();
const { issuer, connection } = service;

const logIn = async (providerToken: string, organizationId?: string): Promise<Answer<LoggedInWithProvider>> =>
  service.ask(LOG_IN_WITH_PROVIDER, { input: { providerToken, organizationId } });
const link = async ({ token }: SignedIn, providerToken: string, idempotencyKey?: string) =>
  dataOf(await service.ask<Linked>(LINK_IDENTITY, { input: { providerToken, idempotencyKey } }, token)).linkIdentity;
const signUp = async (providerToken: string, given: object = {}) =>
  service.ask<SignedUpWithProvider>(SIGN_UP_WITH_PROVIDER, {
    input: { providerToken, organizationName: 'Radio', timezone: 'Europe/Vienna', ...given },
  });
const viewerOf = async (token: string): Promise<Answer<ViewerAnswer>> => service.ask(VIEWER, {}, token);
const userOf = async (answer: Answer<LoggedInWithProvider>) => dataOf(answer).logInWithProvider.session.viewer.user.id;
const messagesOf = ({ errors }: Answer<unknown>): string[] => (errors ?? []).map(({ message }) => message);

const setAccount = (email: string, fields: object) =>
  connection.collection('accounts').updateOne({ email }, { $set: fields });
const linksIn = ({ organizationId }: SignedIn) => {
  const tenantId = new Types.ObjectId(Buffer.from(organizationId, 'base64url').toString().split(':')[1]);
  return connection.collection('journal').find({ tenantId, type: 'IDENTITY_LINKED' }).toArray();
};

describe('somebody who signs up with a provider', () => {
  it('founds an organization, with an account that has no password', async () => {
    const token = await issuer.idToken('hedy', {
      email: ' Hedy@Example.org',
      name: 'Hedy\nLamarr',
      email_verified: true,
    });
    const { signUpWithProvider } = dataOf(await signUp(token));
    expect(signUpWithProvider).toMatchObject({
      __typename: 'SignUpPayload',
      session: { viewer: { account: { email: 'Hedy@Example.org' }, user: { name: 'Hedy Lamarr', role: 'ORG_ADMIN' } } },
    });
    const stored = await connection.collection('accounts').findOne({ emailKey: 'hedy@example.org' });
    expect(stored).toMatchObject({ identities: [{ issuer: issuer.issuer, subject: 'hedy' }] });
    expect(stored?.['emailVerifiedAt']).toEqual(service.clock.now());
    expect(stored).not.toHaveProperty('passwordHash');
    expect(await userOf(await logIn(token))).toBe(signUpWithProvider.session.viewer.user.id);
  });

  it('is refused as data when the address or the identity has an account, and leaves nothing behind', async () => {
    const ada = await founderOf(service, 'Ada');
    await link(ada, await issuer.idToken('ada'));
    const before = await connection.collection('organizations').countDocuments();
    const taken = { email: 'ADA@example.org', email_verified: true };

    expect(dataOf(await signUp(await issuer.idToken('somebody', taken))).signUpWithProvider).toMatchObject({
      __typename: 'EmailTakenError',
    });
    expect(
      dataOf(await signUp(await issuer.idToken('ada', { email: 'other@example.org' }))).signUpWithProvider,
    ).toMatchObject({ __typename: 'IdentityTakenError' });
    expect(await connection.collection('organizations').countDocuments()).toBe(before);
  });

  it('has to have an address', async () => {
    for (const email of [undefined, '', 'no address']) {
      const answer = await signUp(await issuer.idToken('nameless', { email }));
      expect(codesOf(answer)).toEqual(['BAD_USER_INPUT']);
      expect(answer.errors?.[0]?.extensions.fields).toMatchObject([{ path: 'input.providerToken' }]);
    }
  });

  it('gives one of ten who press the button at once an account', async () => {
    const token = await issuer.idToken('race', { email: 'race@example.org' });
    const answers = await Promise.all(Array.from({ length: 10 }, () => signUp(token)));
    const names = answers.map((answer) => dataOf(answer).signUpWithProvider.__typename).sort();
    expect(names).toEqual([...Array<string>(9).fill('EmailTakenError'), 'SignUpPayload']);
  });

  it('cannot log in with a password: any is a wrong one, in the same words as ever', async () => {
    await signUp(await issuer.idToken('keyless', { email: 'keyless@example.org' }));
    const LOG_IN = 'mutation ($input: LogInInput!) { logIn(input: $input) { session { expiresAt } } }';
    const attempt = (email: string) => service.ask(LOG_IN, { input: { email, password: 'any password' } });
    const [keyless, nobody] = [await attempt('keyless@example.org'), await attempt('nobody@example.org')];

    expect(codesOf(keyless)).toEqual(['UNAUTHENTICATED']);
    expect(messagesOf(keyless)).toEqual(messagesOf(nobody));
  });
});

describe('somebody who is signed in', () => {
  it('links an identity once, writes it into the journal once, and signs in with it', async () => {
    const grace = await founderOf(service, 'Grace');
    const token = await issuer.idToken('grace');
    for (const key of ['k', 'k', undefined, 'other']) {
      expect(await link(grace, await issuer.idToken('grace'), key)).toMatchObject({
        __typename: 'LinkIdentityPayload',
        account: { email: 'grace@example.org' },
      });
    }
    const rows = await linksIn(grace);
    expect(rows).toMatchObject([{ version: 1, p: { issuer: issuer.issuer } }]);
    expect(JSON.stringify(rows)).not.toContain('"grace"');
    expect(await userOf(await logIn(token))).toBe(grace.userId);
    expect(await userOf(await logIn(token, grace.organizationId))).toBe(grace.userId);
  });

  it('cannot link what is somebody else’s, not even at the same time', async () => {
    const [one, other] = [await founderOf(service, 'One'), await founderOf(service, 'Other')];
    const token = await issuer.idToken('contested');
    const both = await Promise.all([link(one, token), link(other, token)]);
    expect(both.map(({ __typename }) => __typename).sort()).toEqual(['IdentityTakenError', 'LinkIdentityPayload']);
    expect([...(await linksIn(one)), ...(await linksIn(other))]).toHaveLength(1);
  });

  it('cannot use a key again for another identity', async () => {
    const keyed = await founderOf(service, 'Keyed');
    await link(keyed, await issuer.idToken('keyed-1'), 'same');
    const input = { providerToken: await issuer.idToken('keyed-2'), idempotencyKey: 'same' };
    expect(codesOf(await service.ask(LINK_IDENTITY, { input }, keyed.token))).toEqual(['IDEMPOTENCY_KEY_REUSED']);
  });
});

describe('somebody whose identity is unknown', () => {
  const NOBODY = /^Nobody here signs in this way/;
  const signedInAs = async (subject: string, claims: object) => logIn(await issuer.idToken(subject, claims));

  it('is linked to the account with their address only when both sides have seen that it is theirs', async () => {
    const mary = await founderOf(service, 'Mary');
    const email = 'mary@example.org';
    await setAccount(email, { emailVerifiedAt: null });
    expect(codesOf(await signedInAs('mary', { email, email_verified: true }))).toEqual(['UNAUTHENTICATED']);
    await setAccount(email, { emailVerifiedAt: new Date() });
    for (const email_verified of [false, undefined, 'true', 1]) {
      const answer = await signedInAs('mary', { email, email_verified });
      expect({ codes: codesOf(answer), messages: messagesOf(answer) }).toEqual({
        codes: ['UNAUTHENTICATED'],
        messages: [expect.stringMatching(NOBODY)],
      });
    }
    expect(await linksIn(mary)).toEqual([]);

    const first = await Promise.all(
      [1, 2, 3].map(() => signedInAs('mary', { email: 'MARY@Example.org', email_verified: true })),
    );
    expect(await Promise.all(first.map(userOf))).toEqual([mary.userId, mary.userId, mary.userId]);
    expect(await linksIn(mary)).toHaveLength(1);
    expect(await userOf(await signedInAs('mary', {}))).toBe(mary.userId);
  });

  it('hears the same as one whose organization does not let them in', async () => {
    const [linked, foreign] = [await founderOf(service, 'Linked'), await founderOf(service, 'Foreign')];
    await link(linked, await issuer.idToken('linked'));
    const answers = [
      await signedInAs('unknown', {}),
      await signedInAs('unknown', { email: 'linked@example.org', email_verified: true }),
      await logIn(await issuer.idToken('linked'), foreign.organizationId),
      await logIn(await issuer.idToken('linked'), 'no id'),
    ];
    expect(new Set(answers.flatMap(messagesOf)).size).toBe(1);
    expect(answers.flatMap(codesOf)).toEqual(Array(4).fill('UNAUTHENTICATED'));
  });

  it('is another person when another issuer uses the same subject [J3]', async () => {
    const kay = await founderOf(service, 'Kay');
    await link(kay, await issuer.idToken('kay'));
    const elsewhere = { issuer: 'https://other.example.org', subject: 'kay' };
    const mixed = [
      { issuer: elsewhere.issuer, subject: 'kay-2' },
      { issuer: issuer.issuer, subject: 'else' },
    ];
    await setAccount('kay@example.org', { identities: [elsewhere, ...mixed] });

    for (const subject of ['kay', 'kay-2']) expect(codesOf(await signedInAs(subject, {}))).toEqual(['UNAUTHENTICATED']);
    expect(await userOf(await signedInAs('else', {}))).toBe(kay.userId);
  });

  it('is found by an index', async () => {
    const filter = { 'identities.issuer': 'i', identities: { $elemMatch: { issuer: 'i', subject: 's' } } };
    const plan = JSON.stringify(await connection.collection('accounts').find(filter).explain('queryPlanner'));
    expect(plan).toContain('identities.issuer_1_identities.subject_1');
    expect(plan).not.toContain('COLLSCAN');
  });
});

describe('a token', () => {
  it('that does not hold is refused with one text, wherever it is sent', async () => {
    const joan = await founderOf(service, 'Joan');
    const bad = [await issuer.accessToken('joan'), await issuer.idToken('joan', { exp: 1 }), 'x.y.z'];
    for (const token of bad) {
      const input = { providerToken: token };
      const answers = [
        await logIn(token),
        await signUp(token),
        await service.ask(LINK_IDENTITY, { input }, joan.token),
      ];
      expect(answers.flatMap(codesOf)).toEqual(Array(3).fill('UNAUTHENTICATED'));
      expect(new Set(answers.flatMap(messagesOf)).size).toBe(1);
    }
  });

  it('is tried once in an operation', async () => {
    const twice = `mutation ($input: LogInWithProviderInput!) {
      a: logInWithProvider(input: $input) { session { expiresAt } }
      b: logInWithProvider(input: $input) { session { expiresAt } }
    }`;
    const answer = await service.ask(twice, { input: { providerToken: await issuer.idToken('twice') } });
    expect(new Set(codesOf(answer))).toEqual(new Set(['BAD_USER_INPUT']));
  });

  it('for access acts for its account in the organization that it joined first', async () => {
    const rosa = await founderOf(service, 'Rosa');
    expect(codesOf(await viewerOf(await issuer.accessToken('rosa')))).toEqual(['UNAUTHENTICATED']);
    await link(rosa, await issuer.idToken('rosa'));
    service.clock.advance(TRUST_MS);
    const token = await issuer.accessToken('rosa');

    expect(dataOf(await viewerOf(token)).viewer).toMatchObject({
      user: { id: rosa.userId, role: 'ORG_ADMIN' },
      organization: { id: rosa.organizationId },
    });
    expect(codesOf(await viewerOf(await issuer.idToken('rosa')))).toEqual(['UNAUTHENTICATED']);
    expect(codesOf(await viewerOf(await issuer.accessToken('rosa', { aud: 'other' })))).toEqual(['UNAUTHENTICATED']);
    expect(codesOf(await viewerOf(await issuer.accessToken('rosa', { client_id: 'other' })))).toEqual([
      'UNAUTHENTICATED',
    ]);
  });

  it('for access of a removed user is refused within two seconds', async () => {
    const lise = await founderOf(service, 'Lise');
    await link(lise, await issuer.idToken('lise'));
    const token = await issuer.accessToken('lise');
    dataOf(await viewerOf(token));
    await connection.collection('users').updateOne({ email: 'lise@example.org' }, { $set: { status: 'REMOVED' } });
    service.clock.advance(TRUST_MS);
    expect(codesOf(await viewerOf(token))).toEqual(['UNAUTHENTICATED']);
  });

  it('is judged by the keys that the provider has now', async () => {
    const vera = await founderOf(service, 'Vera');
    await link(vera, await issuer.idToken('vera'));
    await issuer.rotate();
    service.clock.advance(ASK_AGAIN_MS);
    expect(await userOf(await logIn(await issuer.idToken('vera')))).toBe(vera.userId);
  });
});
