import { codesOf, dataOf } from '../support/client';
import { type Accepted, acceptance, invited, newAddress, result } from '../support/colleagues';
import { founderOf, type SignedIn } from '../support/founder';
import {
  ACCEPT_WITH_PROVIDER,
  type AcceptedWithProvider,
  LINK_IDENTITY,
  LOG_IN_WITH_PROVIDER,
  type LoggedInWithProvider,
} from '../support/provider-documents';
import { testService } from '../support/service';

jest.setTimeout(30_000);

const service = testService();
const { issuer, connection } = service;
let admin: SignedIn;
beforeAll(async () => {
  admin = await founderOf(service, 'Ada');
});

let subjects = 0;
const newSubject = (): string => `invited-${(subjects += 1)}`;
const ask = async (token: string, subject: string, claims: object = {}) =>
  service.ask<AcceptedWithProvider>(ACCEPT_WITH_PROVIDER, {
    input: { token, providerToken: await issuer.idToken(subject, claims), name: 'Grace' },
  });
const accept = async (...asked: Parameters<typeof ask>) => dataOf(await ask(...asked)).acceptInvitationWithProvider;
const linked = async (person: SignedIn, subject: string): Promise<void> => {
  const input = { providerToken: await issuer.idToken(subject) };
  dataOf(await service.ask(LINK_IDENTITY, { input }, person.token));
};
const signsIn = async (subject: string): Promise<string> => {
  const input = { providerToken: await issuer.idToken(subject), organizationId: admin.organizationId };
  const answer = await service.ask<LoggedInWithProvider>(LOG_IN_WITH_PROVIDER, { input });
  return dataOf(answer).logInWithProvider.session.viewer.user.id;
};
const account = (email: string) => connection.collection('accounts').findOne({ emailKey: email.toLowerCase() });
const VALID = 'AcceptInvitationPayload';
const INVALID = 'InvitationInvalidError';

describe('somebody who is invited, and signs in with a provider,', () => {
  it('joins with a new account without a password, and signs in so from then on', async () => {
    const { token, invitation } = await invited(service, admin, { role: 'ORGANIZER' });
    const subject = newSubject();
    const { email } = invitation;
    const { session } = await accept(token, subject, { email: email.toUpperCase(), email_verified: true });
    expect(session.viewer).toMatchObject({
      account: { email },
      user: { name: 'Grace', role: 'ORGANIZER' },
      organization: { id: admin.organizationId },
    });
    const stored = await account(email);
    expect(stored).toMatchObject({ identities: [{ subject }], emailVerifiedAt: service.clock.now() });
    expect(stored).not.toHaveProperty('passwordHash');
    expect(await signsIn(subject)).toBe(session.viewer.user.id);
  });

  it('is asked for a code where the provider has not seen that the address is theirs', async () => {
    const { token, invitation } = await invited(service, admin);
    await accept(token, newSubject(), { email: invitation.email });
    expect(await account(invitation.email)).toMatchObject({ emailVerifiedAt: null, emailCheck: { version: 1 } });
  });

  it('and has an account that is linked joins with it, whatever address the provider names', async () => {
    const lise = await founderOf(service, 'Lise');
    const subject = newSubject();
    await linked(lise, subject);
    const { token } = await invited(service, admin, { email: 'LISE@example.org' });
    const { session } = await accept(token, subject, { email: 'private@example.net' });
    expect(session.viewer.account.email).toBe('lise@example.org');
    expect((await account('lise@example.org'))?.['memberships']).toHaveLength(2);
  });

  it('has their account linked by the way where both sides have seen that the address is theirs', async () => {
    await founderOf(service, 'Mary');
    const email = 'mary@example.org';
    await connection.collection('accounts').updateOne({ email }, { $set: { emailVerifiedAt: new Date() } });
    const { token } = await invited(service, admin, { email });
    const subject = newSubject();
    const { session } = await accept(token, subject, { email, email_verified: true });
    expect(await signsIn(subject)).toBe(session.viewer.user.id);
  });
});

describe('an invitation’s token, with a provider’s [J11, T12],', () => {
  it.each<[string, (email: string, subject: string) => Promise<object>]>([
    ['whose address has an account that is not linked', async (email) => ({ email: await founded(email) })],
    [
      'whose address has one that is verified here alone',
      async (email) => {
        await founded(email);
        await connection
          .collection('accounts')
          .updateOne({ emailKey: email }, { $set: { emailVerifiedAt: new Date() } });
        return { email };
      },
    ],
    [
      'whose address has one that only the provider calls verified',
      async (email) => ({ email: await founded(email), email_verified: true }),
    ],
    ['with another address', async () => ({ email: 'eve@example.org', email_verified: true })],
    ['without an address', async () => ({})],
    [
      'of somebody who has an account of another address',
      async (email, subject) => {
        await linked(await founderOf(service, `Eve${subject}`), subject);
        return { email, email_verified: true };
      },
    ],
  ])('of an identity %s is refused, and stays good for the invited', async (_, prepare) => {
    const [email, subject] = [newAddress(), newSubject()];
    const claims = await prepare(email, subject);
    const { token } = await invited(service, admin, { email });
    const before = await connection.collection('accounts').countDocuments();
    expect(codesOf(await ask(token, subject, claims))).toEqual(['UNAUTHENTICATED']);
    expect(await connection.collection('accounts').countDocuments()).toBe(before);
    expect(await result<Accepted>(service, acceptance(token))).toMatchObject({ __typename: VALID });
  });

  it('that is no good is of no use, whoever has which account', async () => {
    const lise = await founderOf(service, 'Emmy');
    const subject = newSubject();
    await linked(lise, subject);
    for (const [who, claims] of [
      [subject, {}],
      [newSubject(), { email: 'nobody@example.org' }],
      [newSubject(), {}],
    ] as const) {
      expect(await accept('junk', who, claims)).toMatchObject({ __typename: INVALID });
    }
  });

  it('tells nothing to whoever the provider does not vouch for', async () => {
    const { token } = await invited(service, admin);
    for (const invitation of [token, 'junk']) {
      const input = { token: invitation, providerToken: 'x.y.z', name: 'Eve' };
      expect(codesOf(await service.ask(ACCEPT_WITH_PROVIDER, { input }))).toEqual(['UNAUTHENTICATED']);
    }
  });

  it('is good for one of twenty who press the button at once', async () => {
    const { token, invitation } = await invited(service, admin);
    const claims = { email: invitation.email, email_verified: true };
    const subject = newSubject();
    const answers = await Promise.all(Array.from({ length: 20 }, () => accept(token, subject, claims)));
    const kinds = answers.map(({ __typename }) => __typename).sort();
    expect(kinds).toEqual([VALID, ...Array<string>(19).fill(INVALID)]);
    expect((await account(invitation.email))?.['memberships']).toHaveLength(1);
  });

  it('lets one of two identities have the new account, and the other is told that it is not theirs', async () => {
    const { token, invitation } = await invited(service, admin);
    const { email } = invitation;
    const answers = await Promise.all([newSubject(), newSubject()].map((subject) => ask(token, subject, { email })));
    const outcomes = answers.map(
      (answer) => answer.data?.acceptInvitationWithProvider?.__typename ?? codesOf(answer)[0],
    );
    expect(outcomes.filter((outcome) => outcome === VALID)).toHaveLength(1);
    expect((await account(email))?.['identities']).toHaveLength(1);
  });
});

/** Gives an address an account, with a password. */
async function founded(email: string): Promise<string> {
  await founderOf(service, email.split('@')[0] ?? '');
  return email;
}
