import { codesOf, dataOf } from '../support/client';
import { invited } from '../support/colleagues';
import { founderOf } from '../support/founder';
import {
  ACCEPT_WITH_PROVIDER,
  LOG_IN_WITH_PROVIDER,
  type LoggedInWithProvider,
  SIGN_UP_WITH_PROVIDER,
  type SignedUpWithProvider,
} from '../support/provider-documents';
import { testService } from '../support/service';

/* Addresses that look alike, or that normalising makes alike: what a provider says of one is not said of the other. */

const service = testService();
const { issuer, connection } = service;

let subjects = 0;
/** What a provider says of somebody whom nobody has seen before. */
const stranger = async (email: string): Promise<string> =>
  issuer.idToken(`stranger-${(subjects += 1)}`, { email, email_verified: true });
const signUp = async (email: string) => {
  const input = { providerToken: await stranger(email), organizationName: 'Radio', timezone: 'Europe/Vienna' };
  return dataOf(await service.ask<SignedUpWithProvider>(SIGN_UP_WITH_PROVIDER, { input })).signUpWithProvider;
};
const logIn = async (email: string) =>
  service.ask<LoggedInWithProvider>(LOG_IN_WITH_PROVIDER, { input: { providerToken: await stranger(email) } });
const account = (emailKey: string) => connection.collection('accounts').findOne({ emailKey });

describe('somebody with an address that the provider has verified', () => {
  it('does not get the account of one that only looks like it [J3]', async () => {
    const mine = { 'x@fass.de': ['x@faß.de', 'x@FAẞ.de', 'x@xn--fa-hia.de'], 'ian@github.com': ['ian@gıthub.com'] };
    for (const [owner, lookalikes] of Object.entries(mine)) {
      const { session } = await signUp(owner);
      expect((await account(owner))?.['emailVerifiedAt']).toEqual(service.clock.now());
      for (const email of lookalikes) expect(codesOf(await logIn(email))).toEqual(['UNAUTHENTICATED']);
      expect((await account(owner))?.['identities']).toHaveLength(1);
      // The owner, with another identity, does.
      const { logInWithProvider } = dataOf(await logIn(owner.toUpperCase()));
      expect(logInWithProvider.session.viewer.user.id).toBe(session.viewer.user.id);
    }
  });

  it('has an account of their own beside that of one that only looks like it', async () => {
    for (const email of ['y@strasse.de', 'y@straße.de', 'ines@example.net', 'ınes@example.net']) {
      expect(await signUp(email)).toMatchObject({
        __typename: 'SignUpPayload',
        session: { viewer: { account: { email } } },
      });
    }
    expect((await account('y@xn--strae-oqa.de'))?.['emailVerifiedAt']).toEqual(service.clock.now());
    expect(dataOf(await logIn('y@xn--strae-oqa.de')).logInWithProvider.session.viewer.account.email).toBe(
      'y@straße.de',
    );
  });

  it.each(['ſam@example.net', 'ｓam@example.net', 'sam@ｅxample.net'])(
    'that we take for another is not linked to that one’s account [J3]: %s',
    async (email) => {
      await signUp('sam@example.net');
      expect(codesOf(await logIn(email))).toEqual(['UNAUTHENTICATED']);
      expect((await account('sam@example.net'))?.['identities']).toHaveLength(1);
    },
  );

  it('that we take for another is asked for a code, which goes to that one, when they sign up', async () => {
    expect(await signUp('ſue@example.net')).toMatchObject({ __typename: 'SignUpPayload' });
    expect(await account('sue@example.net')).toMatchObject({ emailVerifiedAt: null, emailCheck: { version: 1 } });
  });

  it('that we take for another is asked for a code when they join by an invitation', async () => {
    const admin = await founderOf(service, 'Ada');
    const { token } = await invited(service, admin, { email: 'sid@example.net' });
    const input = { token, providerToken: await stranger('ſid@example.net'), name: 'Sid' };
    dataOf(await service.ask(ACCEPT_WITH_PROVIDER, { input }));
    expect(await account('sid@example.net')).toMatchObject({ emailVerifiedAt: null, emailCheck: { version: 1 } });
  });
});
