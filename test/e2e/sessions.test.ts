import { codesOf, dataOf } from '../support/client';
import { REMOVE } from '../support/colleagues';
import { colleagueOf, founderOf } from '../support/founder';
import { testService } from '../support/service';
import {
  founderIn,
  logIn,
  LOG_OUT,
  refresh,
  refreshed,
  refusalOfToken,
  type SessionOnWire,
  SWITCH,
  VIEWER,
} from '../support/sessions';

jest.setTimeout(30_000);

const service = testService();

let people = 0;
/** Somebody who founded an organization and signs in once more. */
async function signedIn(): Promise<SessionOnWire & { readonly name: string }> {
  const name = `Person${(people += 1)}`;
  await founderOf(service, name);
  return { name, ...(await logIn(service, name)) };
}

const switchTo = (organizationId: string, token: string) =>
  service.ask<{ switchOrganization: { session: SessionOnWire } }>(SWITCH, { input: { organizationId } }, token);
const logOut = async (refreshToken: string): Promise<unknown> =>
  dataOf(await service.ask(LOG_OUT, { input: { refreshToken } }));
const sessionsStored = () => service.connection.collection('sessions').countDocuments();

describe('a session', () => {
  it('goes on with each refresh token once, and ends for everybody when a used one comes again [J6]', async () => {
    const first = await signedIn();
    const second = await refreshed(service, first);
    const third = await refreshed(service, second);
    expect(third.viewer).toEqual(first.viewer);
    for (const { accessToken } of [first, second, third])
      expect(await refusalOfToken(service, accessToken)).toEqual([]);

    expect(codesOf(await refresh(service, first.refreshToken))).toEqual(['UNAUTHENTICATED']);
    for (const { accessToken, refreshToken } of [first, second, third]) {
      expect(await refusalOfToken(service, accessToken)).toEqual(['UNAUTHENTICATED']);
      expect(codesOf(await refresh(service, refreshToken))).toEqual(['UNAUTHENTICATED']);
    }
  });

  it('has one next pair, though fifty requests ask for it at once', async () => {
    const { refreshToken } = await signedIn();
    const answers = await Promise.all(Array.from({ length: 50 }, () => refresh(service, refreshToken)));

    expect(answers.filter(({ data }) => data !== null && data !== undefined)).toHaveLength(1);
    expect(answers.flatMap(codesOf)).toEqual(Array.from({ length: 49 }, () => 'UNAUTHENTICATED'));
  });

  it('has two kinds of tokens, and takes none for the other [J4]', async () => {
    const { accessToken, refreshToken } = await signedIn();

    expect(codesOf(await refresh(service, accessToken))).toEqual(['UNAUTHENTICATED']);
    expect(await refusalOfToken(service, refreshToken)).toEqual(['UNAUTHENTICATED']);
    expect(await logOut(accessToken)).toEqual({ logOut: { loggedOut: true } });
    expect(await refusalOfToken(service, accessToken)).toEqual([]);
  });

  it('tries one refresh token in an operation', async () => {
    const { refreshToken } = await signedIn();
    const one = `refreshSession(input: { refreshToken: "${refreshToken}" }) { session { expiresAt } }`;
    const logInToo = 'logIn(input: { email: "a@example.org", password: "p" }) { session { expiresAt } }';
    for (const document of [`mutation { a: ${one} b: ${one} }`, `mutation { ${one} ${logInToo} }`]) {
      expect(codesOf(await service.ask(document))).toEqual(['BAD_USER_INPUT']);
    }
    expect(codesOf(await refresh(service, refreshToken))).toEqual([]);
  });

  it('says the same of a token that is unknown, cut, another organization’s or of another kind', async () => {
    const [mine, other] = [await signedIn(), await signedIn()];
    const [tenant = ''] = other.refreshToken.split('.');
    const [, secret = ''] = mine.refreshToken.split('.');
    const forged = [`${tenant}.${secret}`, mine.refreshToken.slice(0, -1), secret, tenant, mine.accessToken, 'junk'];
    const answers = await Promise.all(forged.map((token) => refresh(service, token)));

    expect(answers.map(codesOf)).toEqual(forged.map(() => ['UNAUTHENTICATED']));
    expect(new Set(answers.map(({ errors }) => errors?.[0]?.message)).size).toBe(1);
    expect(codesOf(await refresh(service, mine.refreshToken))).toEqual([]);
  });
});

describe('logging out', () => {
  it('ends the session and no other, as often as one likes', async () => {
    const session = await signedIn();
    const other = await logIn(service, session.name);
    for (let time = 0; time < 3; time += 1) {
      expect(await logOut(session.refreshToken)).toEqual({ logOut: { loggedOut: true } });
    }
    expect(await refusalOfToken(service, session.accessToken)).toEqual(['UNAUTHENTICATED']);
    expect(codesOf(await refresh(service, session.refreshToken))).toEqual(['UNAUTHENTICATED']);
    expect(await refusalOfToken(service, other.accessToken)).toEqual([]);
  });

  it('does not tell whether there was such a session', async () => {
    const before = await sessionsStored();
    for (const token of ['junk', `${'0'.repeat(24)}.${'A'.repeat(43)}`]) {
      expect(await logOut(token)).toEqual({ logOut: { loggedOut: true } });
    }
    expect(await sessionsStored()).toBe(before);
  });
});

describe('switching the organization', () => {
  it('opens a session in another one of the same account, and leaves the first one as it is', async () => {
    const host = await founderOf(service, 'Host');
    const { own } = await founderIn(service, 'Guest', host);
    const { session } = dataOf(await switchTo(host.organizationId, own.token)).switchOrganization;

    expect(session.viewer).toMatchObject({ user: { role: 'USER' }, organization: { id: host.organizationId } });
    expect(session.viewer.organizations.map(({ id }) => id)).toEqual([own.organizationId, host.organizationId]);
    const [here, there] = await Promise.all(
      [own.token, session.accessToken].map(async (token) =>
        dataOf(await service.ask<Pick<SessionOnWire, 'viewer'>>(VIEWER, {}, token)),
      ),
    );
    expect(here?.viewer).toEqual({ user: { id: own.userId }, organization: { id: own.organizationId } });
    expect(there?.viewer).toEqual({
      user: { id: session.viewer.user.id },
      organization: { id: host.organizationId },
    });
    expect((await refreshed(service, session)).viewer.organization.id).toBe(host.organizationId);
  });

  it('finds no organization that the account does not belong to, or not any more', async () => {
    const [mine, other] = [await founderOf(service, 'Mine'), await founderOf(service, 'Other')];
    const { own, there } = await founderIn(service, 'Leaver', other);
    const refusal = async (id: string, token: string): Promise<unknown> => {
      const { errors } = await switchTo(id, token);
      return errors?.map(({ message, extensions: { code } }) => ({ message, code }));
    };
    const unknown = [{ message: 'There is no such organization.', code: 'NOT_FOUND' }];
    for (const id of [other.organizationId, mine.userId, 'junk'])
      expect(await refusal(id, mine.token)).toEqual(unknown);
    expect(await refusal(other.organizationId, own.token)).toBeUndefined();
    dataOf(await service.ask(REMOVE, { input: { userId: there.viewer.user.id } }, other.token));
    expect(await refusal(other.organizationId, own.token)).toEqual(unknown);
  });

  it('needs somebody signed in', async () => {
    const { organizationId } = await founderOf(service, 'Somebody');
    expect(codesOf(await switchTo(organizationId, 'junk'))).toEqual(['UNAUTHENTICATED']);
    expect(codesOf(await service.ask(SWITCH, { input: { organizationId } }))).toEqual(['UNAUTHENTICATED']);
  });
});

describe('somebody who is removed', () => {
  it('has no session any more: neither of their tokens is good for anything', async () => {
    const founder = await founderOf(service, 'Founder');
    const colleague = await colleagueOf(service, founder, 'ORGANIZER');
    const { own, there } = await founderIn(service, 'Member', founder);
    dataOf(await service.ask(REMOVE, { input: { userId: there.viewer.user.id } }, founder.token));
    service.clock.advance(2_000);

    expect(await refusalOfToken(service, there.accessToken)).toEqual(['UNAUTHENTICATED']);
    expect(codesOf(await refresh(service, there.refreshToken))).toEqual(['UNAUTHENTICATED']);
    for (const { token } of [own, colleague]) expect(await refusalOfToken(service, token)).toEqual([]);
  });
});
