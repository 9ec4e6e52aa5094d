import type { Connection } from 'mongoose';
import { ASK_AGAIN_MS } from '../../src/platform/oidc-keys';
import { type Answer, codesOf, dataOf } from './client';
import type { ProviderGrant } from './code-flow';
import { founderOf } from './founder';
import {
  LINK_IDENTITY,
  type Linked,
  LOG_IN_WITH_PROVIDER,
  type LoggedInWithProvider,
  SIGN_UP_WITH_PROVIDER,
  type SignedUpWithProvider,
  VIEWER,
  type ViewerAnswer,
} from './provider-documents';
import type { TestClock } from './clock';
import type { TestService } from './service';

/** A provider that somebody else wrote. */
export interface RealProvider {
  /** People who can sign in there; their addresses are verified, and are `<name>@example.org`. */
  readonly people: readonly [string, string, string];
  /** Signs somebody in at the provider, in a browser. */
  signIn(person: string): Promise<ProviderGrant>;
  /** From now on it signs with other keys, and does not publish the ones of before. */
  rotate(): Promise<void>;
  stop(): Promise<void>;
}

/** What has to hold with every provider; the service stands at the provider's time, which the tests only move on. */
export function providerSuite(service: TestService, provider: RealProvider): void {
  const [first, second, third] = provider.people;
  const logIn = async (providerToken: string): Promise<Answer<LoggedInWithProvider>> =>
    service.ask(LOG_IN_WITH_PROVIDER, { input: { providerToken } });
  const viewer = (token: string): Promise<Answer<ViewerAnswer>> => service.ask(VIEWER, {}, token);

  it('signs somebody up who was never here, and in from then on', async () => {
    const { id_token: providerToken } = await provider.signIn(first);
    expect(codesOf(await logIn(providerToken))).toEqual(['UNAUTHENTICATED']);
    const input = { providerToken, organizationName: 'Provided', timezone: 'Europe/Berlin' };
    const { signUpWithProvider } = dataOf(await service.ask<SignedUpWithProvider>(SIGN_UP_WITH_PROVIDER, { input }));
    expect(signUpWithProvider).toMatchObject({ session: { viewer: { account: { email: `${first}@example.org` } } } });

    const again = dataOf(await logIn((await provider.signIn(first)).id_token)).logInWithProvider.session;
    expect(again.viewer).toEqual(signUpWithProvider.session.viewer);
    expect(dataOf(await viewer(again.accessToken)).viewer).toEqual(again.viewer);
  });

  it('signs somebody in who has linked the identity, and accepts the access token with requests', async () => {
    const founder = await founderOf(service, `Local ${second}`.replace(' ', '-'));
    const grant = await provider.signIn(second);
    expect(codesOf(await viewer(grant.access_token))).toEqual(['UNAUTHENTICATED']);
    const input = { providerToken: grant.id_token };
    const { linkIdentity } = dataOf(await service.ask<Linked>(LINK_IDENTITY, { input }, founder.token));
    expect(linkIdentity).toMatchObject({ __typename: 'LinkIdentityPayload' });
    service.clock.advance(2_000);

    expect(dataOf(await logIn(grant.id_token)).logInWithProvider.session.viewer.user.id).toBe(founder.userId);
    expect(dataOf(await viewer(grant.access_token)).viewer.user.id).toBe(founder.userId);
  });

  it('links an account by its address once that is verified on both sides', async () => {
    const founder = await founderOf(service, third);
    const { id_token: token } = await provider.signIn(third);
    expect(codesOf(await logIn(token))).toEqual(['UNAUTHENTICATED']);
    await setVerified(service.connection, `${third}@example.org`);
    expect(dataOf(await logIn(token)).logInWithProvider.session.viewer.user.id).toBe(founder.userId);
  });

  it('takes no token of the provider for one of another kind [J4]', async () => {
    const { id_token, access_token, refresh_token } = await provider.signIn(first);
    expect(refresh_token).toBeDefined();
    for (const token of [access_token, refresh_token ?? '', `${id_token}x`]) {
      expect(codesOf(await logIn(token))).toEqual(['UNAUTHENTICATED']);
    }
    for (const token of [id_token, refresh_token ?? '', `${access_token}x`]) {
      expect(codesOf(await viewer(token))).toEqual(['UNAUTHENTICATED']);
    }
    expect(codesOf(await viewer(access_token))).toEqual([]);
    expect(codesOf(await logIn(id_token))).toEqual([]);
  });

  it('follows when the provider changes its keys [J5]', async () => {
    const { id_token: old } = await provider.signIn(first);
    await provider.rotate();
    const { id_token: fresh } = await provider.signIn(first);
    service.clock.advance(ASK_AGAIN_MS);
    expect(codesOf(await logIn(fresh))).toEqual([]);
    expect(codesOf(await logIn(old))).toEqual(['UNAUTHENTICATED']);
  });

  it('goes on by the keys at hand when the provider is gone, and lets nobody in by another [F19]', async () => {
    const { id_token: known } = await provider.signIn(first);
    service.clock.advance(ASK_AGAIN_MS);
    expect(codesOf(await logIn(known))).toEqual([]);
    await provider.rotate();
    const { id_token: unknown } = await provider.signIn(first);
    await provider.stop();

    expect(codesOf(await logIn(unknown))).toEqual(['UNAUTHENTICATED']);
    expect(codesOf(await logIn(known))).toEqual([]);
    service.clock.advance(ASK_AGAIN_MS);
    expect(codesOf(await logIn(unknown))).toEqual(['UNAUTHENTICATED']);
    expect(codesOf(await logIn(known))).toEqual([]);
  });
}

const setVerified = (connection: Connection, email: string) =>
  connection.collection('accounts').updateOne({ email }, { $set: { emailVerifiedAt: new Date() } });

/** A provider that somebody else wrote lives in the real time. */
export const standAtRealTime = (clock: TestClock): void => clock.advance(Date.now() - clock.now().getTime());
