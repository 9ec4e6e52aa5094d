import { TRUST_MS } from '../../src/use-cases/people/trusted-reads';
import { codesOf, dataOf } from '../support/client';
import {
  type Accepted,
  acceptance,
  answerTo,
  CHANGE_ROLE,
  invited,
  PASSWORD,
  REMOVE,
  type Result,
  result,
  TRANSFER,
  type UserOnWire,
  type UserResult,
  USERS,
} from '../support/colleagues';
import { colleagueOf, founderOf, type SignedIn } from '../support/founder';
import { testService } from '../support/service';

jest.setTimeout(30_000);

const service = testService();

let founders = 0;
const founder = (): Promise<SignedIn> => founderOf(service, `Founder${(founders += 1)}`);
const changeRole = ({ token }: SignedIn, { userId }: SignedIn, role: string, idempotencyKey?: string) =>
  result<UserResult>(service, [CHANGE_ROLE, { userId, role, idempotencyKey }], token);
const remove = ({ token }: SignedIn, { userId }: SignedIn) => result<UserResult>(service, [REMOVE, { userId }], token);
const transfer = ({ token }: SignedIn, { userId }: SignedIn, idempotencyKey?: string) =>
  result<UserResult>(service, [TRANSFER, { userId, idempotencyKey }], token);
const VIEWER = '{ viewer { account { id } } }';
const kindsOf = (results: readonly Result[]): string[] => results.map(({ __typename }) => __typename).sort();
const rows = (collection: string, filter: object = {}) =>
  service.connection.collection(collection).find(filter).toArray();

async function people({ token }: SignedIn, variables: object = {}): Promise<UserOnWire[]> {
  const { users } = dataOf(await service.ask<{ users: { edges: { node: UserOnWire }[] } }>(USERS, variables, token));
  return users.edges.map(({ node }) => node);
}
const may = async ({ token }: SignedIn): Promise<string> => codesOf(await service.ask(USERS, {}, token))[0] ?? 'yes';

/** Everybody's role is fresh in the service's mind: within two seconds, with the clock standing still, nobody is asked again. */
const trusted = (...all: readonly SignedIn[]): Promise<unknown> => Promise.all(all.map(may));

describe('changing a role', () => {
  it('gives a colleague what the role allows, and takes it away, within two seconds', async () => {
    const admin = await founder();
    const colleague = await colleagueOf(service, admin, 'USER');
    expect(await may(colleague)).toBe('FORBIDDEN');
    expect(await changeRole(admin, colleague, 'ORGANIZER')).toMatchObject({ user: { role: 'ORGANIZER' } });
    service.clock.advance(TRUST_MS);
    expect(await may(colleague)).toBe('yes');
    await changeRole(admin, colleague, 'USER');
    service.clock.advance(TRUST_MS - 1);
    expect(await may(colleague)).toBe('yes');
    service.clock.advance(1);
    expect(await may(colleague)).toBe('FORBIDDEN');
  });

  it('never takes the last ORG_ADMIN away, and does once there is another', async () => {
    const admin = await founder();
    const colleague = await colleagueOf(service, admin, 'ORGANIZER');
    const refusal = { __typename: 'LastAdminError', code: 'LAST_ADMIN' };
    expect(await changeRole(admin, admin, 'USER')).toMatchObject(refusal);
    await changeRole(admin, colleague, 'ORG_ADMIN');
    expect(await changeRole(admin, admin, 'USER')).toMatchObject({ user: { role: 'USER' } });
    service.clock.advance(TRUST_MS);
    expect(await changeRole(colleague, colleague, 'ORGANIZER')).toMatchObject(refusal);
  });

  it.each([1, 2, 3, 4, 5])('by two who demote each other at the same moment leaves one of them: round %i', async () => {
    const one = await founder();
    const other = await colleagueOf(service, one, 'ORG_ADMIN');
    await trusted(one, other);
    const results = await Promise.all([changeRole(one, other, 'USER'), changeRole(other, one, 'USER')]);
    expect(kindsOf(results)).toEqual(['ChangeRolePayload', 'LastAdminError']);
    const left = [...(await people(one)), ...(await people(other))].filter(({ role }) => role === 'ORG_ADMIN');
    expect(new Set(left.map(({ id }) => id)).size).toBe(1);
  });

  it('at the same moment by many leaves as many as the organization says', async () => {
    const admin = await founder();
    const others: SignedIn[] = [];
    for (let count = 0; count < 5; count += 1) others.push(await colleagueOf(service, admin, 'ORG_ADMIN'));
    const all = [admin, ...others];
    await trusted(...all);
    const results = await Promise.all(all.map((one, at) => changeRole(one, all[(at + 1) % all.length] ?? one, 'USER')));
    expect(kindsOf(results)).toEqual([...Array<string>(5).fill('ChangeRolePayload'), 'LastAdminError']);
    const [organization] = await rows('organizations', { name: `Founder${founders} & Co` });
    const filter = { tenantId: organization?._id, role: 'ORG_ADMIN' };
    expect([organization?.['adminCount'], (await rows('users', filter)).length]).toEqual([1, 1]);
  });

  it('to the same role, or again under the same key, happens once', async () => {
    const admin = await founder();
    const colleague = await colleagueOf(service, admin, 'USER');
    const first = await changeRole(admin, colleague, 'ORGANIZER', 'promote');
    await changeRole(admin, colleague, 'USER');
    expect(await changeRole(admin, colleague, 'ORGANIZER', 'promote')).toMatchObject({ user: { id: first.user.id } });
    await changeRole(admin, colleague, 'USER');
    const journal = await rows('journal', { type: 'USER_ROLE_CHANGED', version: { $gt: 1 } });
    const told = journal.slice(-2).map(({ version, p }) => ({ version: version as number, p: p as unknown }));
    expect(told).toEqual([
      { version: 2, p: { role: 'ORGANIZER', before: { role: 'USER' } } },
      { version: 3, p: { role: 'USER', before: { role: 'ORGANIZER' } } },
    ]);
  });

  it('is not for organizers, and not for people of another organization', async () => {
    const admin = await founder();
    const organizer = await colleagueOf(service, admin, 'ORGANIZER');
    const input = { userId: organizer.userId, role: 'ORG_ADMIN' };
    expect(codesOf(await answerTo(service, [CHANGE_ROLE, input], organizer.token))).toEqual(['FORBIDDEN']);
    expect(codesOf(await answerTo(service, [CHANGE_ROLE, input], (await founder()).token))).toEqual(['NOT_FOUND']);
  });

  it('follows the person to the next log-in', async () => {
    const admin = await founder();
    const { token, invitation } = await invited(service, admin);
    const { session } = await result<Accepted>(service, acceptance(token));
    await changeRole(admin, { ...admin, userId: session.viewer.user.id }, 'ORGANIZER');
    const [account] = await rows('accounts', { email: invitation.email });
    expect(account?.['memberships']).toMatchObject([{ role: 'ORGANIZER' }]);
    expect(await logIn(invitation.email)).toMatchObject({ viewer: { user: { role: 'ORGANIZER' } } });
  });
});

describe('removing somebody', () => {
  it('ends access within two seconds, sessions at once, and the account forgets the organization [J7]', async () => {
    const admin = await founder();
    const { token, invitation } = await invited(service, admin);
    const { session } = await result<Accepted>(service, acceptance(token));
    const colleague = { ...admin, token: session.accessToken, userId: session.viewer.user.id };
    expect(codesOf(await service.ask(VIEWER, {}, colleague.token))).toEqual([]);
    const gone = await remove(admin, colleague);
    expect(gone).toMatchObject({ __typename: 'RemoveUserPayload', user: { status: 'REMOVED' } });
    service.clock.advance(TRUST_MS);
    expect(codesOf(await service.ask(VIEWER, {}, colleague.token))).toEqual(['UNAUTHENTICATED']);
    const REFRESH =
      'mutation ($input: RefreshSessionInput!) { refreshSession(input: $input) { session { expiresAt } } }';
    const refreshed = await service.ask(REFRESH, { input: { refreshToken: session.refreshToken } });
    expect(codesOf(refreshed)).toEqual(['UNAUTHENTICATED']);
    const [account] = await rows('accounts', { email: invitation.email });
    expect(account?.['memberships']).toEqual([]);
    await expect(logIn(invitation.email)).rejects.toThrow('UNAUTHENTICATED');
  });

  it('does not shut them out once they are let in again: the first request is answered, whatever was asked before', async () => {
    const admin = await founder();
    const { gone, email } = await removedColleague(admin);
    // A tab that was left open goes on asking.
    expect(codesOf(await service.ask(USERS, {}, gone.token))).toEqual(['UNAUTHENTICATED']);
    const { token } = await invited(service, admin, { email, role: 'ORGANIZER' });
    const { session } = await result<Accepted>(service, acceptance(token));
    expect(session.viewer.user.id).toBe(gone.userId);
    expect(codesOf(await service.ask(USERS, {}, session.accessToken))).toEqual([]);
  });

  it('ends what was begun at that very moment at the latest when they are let in again', async () => {
    const admin = await founder();
    const { gone, email, userId, leftOver } = await removedColleague(admin);
    await leftOver();
    const { token } = await invited(service, admin, { email });
    const { session } = await result<Accepted>(service, acceptance(token));
    expect(await rows('sessions', { userId })).toHaveLength(1);
    expect(await rows('calendarFeeds', { userId, status: 'ACTIVE' })).toEqual([]);
    expect(codesOf(await service.ask(VIEWER, {}, gone.token))).toEqual(['UNAUTHENTICATED']);
    expect(codesOf(await service.ask(VIEWER, {}, session.accessToken))).toEqual([]);
  });

  it('leaves them out of the list of people, unless one asks for them', async () => {
    const admin = await founder();
    const colleague = await colleagueOf(service, admin, 'USER');
    await remove(admin, colleague);
    expect((await people(admin)).map(({ id }) => id)).toEqual([admin.userId]);
    expect((await people(admin, { status: 'REMOVED' })).map(({ id }) => id)).toEqual([colleague.userId]);
    expect((await people(admin, { status: null })).map(({ id }) => id)).toEqual([admin.userId, colleague.userId]);
    expect(await people(admin, { status: 'REMOVED', role: 'ORGANIZER' })).toEqual([]);
  });

  it('twice gives the same answer, and one row of the journal', async () => {
    const admin = await founder();
    const colleague = await colleagueOf(service, admin, 'ORGANIZER');
    expect(await remove(admin, colleague)).toEqual(await remove(admin, colleague));
    const journal = await rows('journal', { type: 'USER_REMOVED' });
    expect(journal.at(-1)).toMatchObject({
      version: 2,
      p: { status: 'REMOVED', before: { status: 'ACTIVE', role: 'ORGANIZER' } },
    });
    expect(
      await answerTo(service, [CHANGE_ROLE, { userId: colleague.userId, role: 'USER' }], admin.token),
    ).toMatchObject({
      errors: [{ extensions: { code: 'NOT_FOUND' } }],
    });
  });

  it('is refused for the last ORG_ADMIN, and for the owner until somebody else is', async () => {
    const admin = await founder();
    expect(await remove(admin, admin)).toMatchObject({ __typename: 'LastAdminError' });
    const colleague = await colleagueOf(service, admin, 'ORG_ADMIN');
    const refusal = { __typename: 'UserIsOwnerError', code: 'USER_IS_OWNER' };
    expect(await remove(colleague, admin)).toMatchObject(refusal);
    expect(await remove(admin, admin)).toMatchObject(refusal);
    expect(await may(admin)).toBe('yes');
    await transfer(admin, colleague);
    expect(await remove(colleague, admin)).toMatchObject({ user: { status: 'REMOVED' } });
  });

  it('by two who remove each other at the same moment leaves one of them', async () => {
    const owner = await founder();
    const [one, other] = [
      await colleagueOf(service, owner, 'ORG_ADMIN'),
      await colleagueOf(service, owner, 'ORG_ADMIN'),
    ];
    await changeRole(owner, owner, 'USER');
    await trusted(one, other);
    const results = await Promise.all([remove(one, other), remove(other, one)]);
    expect(kindsOf(results)).toEqual(['LastAdminError', 'RemoveUserPayload']);
  });
});

describe('the ownership of an organization', () => {
  it('is given to a colleague, who becomes an ORG_ADMIN, by the owner alone', async () => {
    const owner = await founder();
    const [admin, user] = [await colleagueOf(service, owner, 'ORG_ADMIN'), await colleagueOf(service, owner, 'USER')];
    const byAdmin = await answerTo(service, [TRANSFER, { userId: admin.userId }], admin.token);
    expect(codesOf(byAdmin)).toEqual(['FORBIDDEN']);
    const answer = await transfer(owner, user, 'hand-over');
    expect(answer).toMatchObject({
      __typename: 'TransferOwnershipPayload',
      user: { id: user.userId, role: 'ORG_ADMIN' },
    });
    expect(await transfer(owner, user, 'hand-over')).toEqual(answer);
    expect(codesOf(await answerTo(service, [TRANSFER, { userId: admin.userId }], owner.token))).toEqual(['FORBIDDEN']);
    service.clock.advance(TRUST_MS);
    expect(await transfer(user, admin)).toMatchObject({ user: { id: admin.userId } });
    const [organization] = await rows('organizations', { name: `Founder${founders} & Co` });
    expect(organization).toMatchObject({ adminCount: 3, version: 3 });
    const journal = await rows('journal', { tenantId: organization?._id, type: /OWNERSHIP|ROLE/ });
    expect(journal.map(({ type, version }) => [type as string, version as number]).sort()).toEqual([
      ['OWNERSHIP_TRANSFERRED', 2],
      ['OWNERSHIP_TRANSFERRED', 3],
      ['USER_ROLE_CHANGED', 2],
    ]);
  });

  it('is refused to whoever owns another one', async () => {
    const owner = await founder();
    await founderOf(service, 'Owning');
    const { token } = await invited(service, owner, { email: 'owning@example.org' });
    const { user } = (await result<Accepted>(service, acceptance(token))).session.viewer;
    expect(await transfer(owner, { ...owner, userId: user.id })).toMatchObject({
      __typename: 'OrganizationAlreadyOwnedError',
      code: 'ORGANIZATION_ALREADY_OWNED',
    });
    expect(await people(owner, { role: 'ORG_ADMIN' })).toHaveLength(1);
  });

  it('does not go to somebody who is removed at the same moment', async () => {
    for (const role of ['USER', 'ORG_ADMIN'] as const) {
      const owner = await founder();
      const colleague = await colleagueOf(service, owner, role);
      const [given, removed] = await Promise.all([
        answerTo(service, [TRANSFER, { userId: colleague.userId }], owner.token),
        remove(owner, colleague),
      ]);
      const [organization] = await rows('organizations', { name: `Founder${founders} & Co` });
      const accountId = organization?.['ownerAccountId'] as unknown;
      const [heir] = await rows('users', { tenantId: organization?._id, accountId });
      expect(heir?.['status']).toBe('ACTIVE');
      expect([codesOf(given)[0] ?? 'given', removed.__typename]).toEqual(
        heir?.['role'] === 'ORG_ADMIN' && codesOf(given).length === 0
          ? ['given', 'UserIsOwnerError']
          : ['NOT_FOUND', 'RemoveUserPayload'],
      );
    }
  });
});

/** Somebody who is removed, and whose tokens are of no use any more. */
async function removedColleague(admin: SignedIn) {
  const { token, invitation } = await invited(service, admin);
  const { email } = invitation;
  const { session } = await result<Accepted>(service, acceptance(token));
  const gone = { ...admin, token: session.accessToken, userId: session.viewer.user.id };
  const FEED = 'mutation { createCalendarFeed(input: { kind: MINE }) { __typename } }';
  dataOf(await service.ask(FEED, {}, gone.token));
  const userId = await storedIdOf(email);
  const [sessions, feeds] = [await rows('sessions', { userId }), await rows('calendarFeeds', { userId })];
  await remove(admin, gone);
  service.clock.advance(TRUST_MS);
  return {
    ...{ gone, email, userId },
    /** As a log-in and a new feed leave it whose transactions met nothing that the removal wrote. */
    leftOver: async () => {
      const { connection } = service;
      await connection.collection('sessions').insertMany(sessions);
      // Under a version of its own: the journal tells already how the first one ended.
      for (const { _id, ...feed } of feeds)
        await connection.collection('calendarFeeds').replaceOne({ _id }, { ...feed, version: 2 });
      expect([sessions.length, feeds.length]).toEqual([1, 1]);
    },
  };
}

const storedIdOf = async (email: string): Promise<unknown> => (await rows('users', { email }))[0]?._id;

async function logIn(email: string): Promise<unknown> {
  const LOG_IN = 'mutation ($input: LogInInput!) { logIn(input: $input) { session { viewer { user { role } } } } }';
  const answer = await service.ask<{ logIn: { session: unknown } }>(LOG_IN, { input: { email, password: PASSWORD } });
  return dataOf(answer).logIn.session;
}
