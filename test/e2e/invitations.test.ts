import { INVITATION_TTL_MS } from '../../src/domain/invitation';
import { codesOf, dataOf } from '../support/client';
import {
  type Accepted,
  acceptance,
  answerTo,
  CHANGE_ROLE,
  type InvitationOnWire,
  INVITATIONS,
  INVITE,
  type Invited,
  invited,
  newAddress,
  PASSWORD,
  REMOVE,
  type Result,
  result,
  REVOKE,
  USERS,
} from '../support/colleagues';
import { colleagueOf, founderOf, type SignedIn } from '../support/founder';
import { testService } from '../support/service';

jest.setTimeout(30_000);

const service = testService();
let admin: SignedIn;
beforeAll(async () => {
  admin = await founderOf(service, 'Ada');
});

const rows = (collection: string, filter: object = {}) =>
  service.connection.collection(collection).find(filter).toArray();
const accept = (token: string, given: object = {}) => result<Accepted>(service, acceptance(token, given));
const invite = (input: object, token = admin.token) => result<Invited>(service, [INVITE, input], token);
const revoke = ({ id: invitationId }: { id: string }, key?: string) =>
  result<{ invitation: InvitationOnWire }>(service, [REVOKE, { invitationId, idempotencyKey: key }], admin.token);
const VALID = { __typename: 'AcceptInvitationPayload' };
const INVALID = { __typename: 'InvitationInvalidError', code: 'INVITATION_INVALID' };

describe('somebody who is invited', () => {
  it('joins with a new account, in the role of the invitation, and is signed in', async () => {
    const { token, invitation } = await invited(service, admin, { email: ' Grace@Example.org ', role: 'ORGANIZER' });
    expect(invitation).toMatchObject({ email: 'Grace@Example.org', role: 'ORGANIZER', status: 'PENDING' });
    expect(Date.parse(invitation.expiresAt)).toBe(service.clock.now().getTime() + INVITATION_TTL_MS);
    const { session } = await accept(token, { name: 'Grace Hopper' });
    expect(session.viewer).toMatchObject({
      account: { email: 'Grace@Example.org', name: 'Grace Hopper' },
      user: { name: 'Grace Hopper', email: 'Grace@Example.org', role: 'ORGANIZER', status: 'ACTIVE' },
      organization: { id: admin.organizationId },
      organizations: [{ id: admin.organizationId }],
    });
    const { users } = dataOf(
      await service.ask<{ users: { edges: unknown[] } }>(USERS, { role: 'ORGANIZER' }, session.accessToken),
    );
    expect(users.edges).toMatchObject([{ node: { id: session.viewer.user.id } }]);
  });

  it('and has an account confirms with its password, and belongs to both organizations', async () => {
    const founder = await founderOf(service, 'Barbara');
    const { token } = await invited(service, admin, { email: 'BARBARA@example.org' });
    const { session } = await accept(token, { name: 'Barbara L.' });
    const { viewer } = session;
    expect(viewer.account).toMatchObject({ email: 'barbara@example.org', name: 'Barbara' });
    expect(viewer.user).toMatchObject({ name: 'Barbara L.', role: 'USER' });
    expect(viewer.organizations.map(({ id }) => id)).toEqual([founder.organizationId, admin.organizationId]);
    expect(await rows('accounts', { emailKey: 'barbara@example.org' })).toHaveLength(1);
  });

  it('and has an account is told that the password is another, and may try again', async () => {
    await founderOf(service, 'Hedy');
    const { token } = await invited(service, admin, { email: 'hedy@example.org' });
    const wrong = await answerTo(service, acceptance(token, { password: 'wrong horse battery' }));
    expect(codesOf(wrong)).toEqual(['UNAUTHENTICATED']);
    expect(await accept(token)).toMatchObject(VALID);
  });

  it('and was removed before comes back as the same user, in the new role', async () => {
    const email = newAddress();
    const first = (await accept((await invited(service, admin, { email })).token)).session.viewer.user;
    const REMOVE = 'mutation ($input: RemoveUserInput!) { removeUser(input: $input) { __typename } }';
    await result(service, [REMOVE, { userId: first.id }], admin.token);
    const { token } = await invited(service, admin, { email, role: 'ORGANIZER' });
    const { user } = (await accept(token, { name: 'Once again' })).session.viewer;
    expect(user).toEqual({ ...first, name: 'Once again', role: 'ORGANIZER' });
  });
});

describe('an invitation’s token [J11]', () => {
  it('is good for one user, whoever of fifty is first', async () => {
    const email = newAddress();
    const { token } = await invited(service, admin, { email, role: 'ORG_ADMIN' });
    const names = Array.from({ length: 50 }, (_, index) => `Grace ${index}`);
    const answers = await Promise.all(names.map((name) => accept(token, { name })));
    const kinds = answers.map(({ __typename }) => __typename);
    expect(kinds.filter((kind) => kind === 'AcceptInvitationPayload')).toHaveLength(1);
    expect(kinds.filter((kind) => kind === 'InvitationInvalidError')).toHaveLength(49);
    expect(await rows('users', { email })).toHaveLength(1);
    expect(await rows('accounts', { email })).toHaveLength(1);
    const [organization] = await rows('organizations', { name: 'Ada & Co' });
    const admins = await rows('users', { tenantId: organization?._id, role: 'ORG_ADMIN', status: 'ACTIVE' });
    expect(organization?.['adminCount']).toBe(admins.length);
  });

  it('is good for one user of an account that was there before, too', async () => {
    await founderOf(service, 'Karen');
    const { token } = await invited(service, admin, { email: 'karen@example.org' });
    const answers = await Promise.all(Array.from({ length: 10 }, () => accept(token)));
    expect(answers.filter(({ __typename }) => __typename === 'AcceptInvitationPayload')).toHaveLength(1);
    const [account] = await rows('accounts', { emailKey: 'karen@example.org' });
    expect(account?.['memberships']).toHaveLength(2);
  });

  it('that was guessed, used, revoked, replaced, expired, or is another organization’s is of no use, in the same words', async () => {
    const open = await invited(service, admin);
    const used = await invited(service, admin);
    await accept(used.token);
    const revoked = await invited(service, admin);
    await revoke(revoked.invitation);
    const replaced = await invited(service, admin);
    await invite({ email: replaced.invitation.email, role: 'USER' });
    const elsewhere = await founderOf(service, 'Mary');
    const foreign = await invited(service, elsewhere);
    const [tenant, secret] = open.token.split('.') as [string, string];
    const otherTenant = foreign.token.split('.')[0] ?? '';
    const users = (await rows('users')).length;
    const areOfNoUse = async (tokens: Readonly<Record<string, string>>): Promise<void> => {
      for (const [what, token] of Object.entries(tokens)) {
        const answer = await result<Result>(service, acceptance(token));
        expect({ what, ...answer }).toEqual({ what, ...INVALID, message: expect.any(String) as string });
      }
    };
    // Before any of them expires: each has one reason, and no other.
    await areOfNoUse({
      guessed: `${tenant}.${'A'.repeat(43)}`,
      used: used.token,
      revoked: revoked.token,
      replaced: replaced.token,
      'under another tenant': `${otherTenant}.${secret}`,
      'no token': 'junk',
      'without its tenant': `.${secret}`,
      'with an operator': '{"$ne":null}',
      'in capitals': open.token.toUpperCase(),
      'with a tail': `${open.token}A`,
    });
    service.clock.advance(INVITATION_TTL_MS);
    await areOfNoUse({ expired: open.token });
    const fresh = await invited(service, await freshAdmin());
    expect(await rows('users')).toHaveLength(users);
    expect(await accept(fresh.token)).toMatchObject(VALID);
  });

  it.each([
    ['removed', REMOVE, {}],
    ['demoted', CHANGE_ROLE, { role: 'ORGANIZER' }],
  ])('is of no use once whoever invited is %s: they do not come back by it', async (_, mutation, change) => {
    const founder = await freshAdmin();
    const inviter = await colleagueOf(service, founder, 'ORG_ADMIN');
    const sock = await invited(service, inviter, { role: 'ORG_ADMIN' });
    const { email } = await stranger();
    const known = await invited(service, inviter, { email });
    await answerTo(service, [mutation, { userId: inviter.userId, ...change }], founder.token);
    expect(await accept(sock.token)).toMatchObject(INVALID);
    // The same answer whatever the password: it does not tell that the token is good but for that.
    expect(await accept(known.token, { password: 'wrong horse battery' })).toMatchObject(INVALID);
    expect(await accept((await invited(service, founder)).token)).toMatchObject(VALID);
  });

  it('of an archived organization is of no use', async () => {
    const founder = await founderOf(service, 'Radia');
    const { token } = await invited(service, founder);
    await service.connection
      .collection('organizations')
      .updateOne({ name: 'Radia & Co' }, { $set: { status: 'ARCHIVED' } });
    expect(await accept(token)).toMatchObject(INVALID);
  });

  it('carries no role, no tenant and no address of the sender’s choice', async () => {
    const { token } = await invited(service, await freshAdmin());
    for (const extra of [{ role: 'ORG_ADMIN' }, { tenantId: admin.organizationId }, { email: 'eve@example.org' }]) {
      expect(codesOf(await answerTo(service, acceptance(token, extra)))).toEqual(['BAD_USER_INPUT']);
    }
    const { session } = await accept(token);
    expect(session.viewer.user.role).toBe('USER');
  });

  it('has 256 random bits, and stands nowhere: not in the database, not in the log', async () => {
    const { token } = await invited(service, await freshAdmin());
    const [, secret = ''] = token.split('.');
    expect(Buffer.from(secret, 'base64url')).toHaveLength(32);
    await accept(token);
    const names = (await service.connection.listCollections()).map(({ name }) => name);
    const dump = JSON.stringify(await Promise.all(names.map((name) => rows(name))));
    expect(dump).toContain('INVITATION_ACCEPTED');
    expect(dump).not.toContain(secret);
    expect(JSON.stringify(service.log)).not.toContain(secret);
  });

  it('is tried once in an operation', async () => {
    const field = 'acceptInvitation(input: { token: "x", name: "A", password: "12345678" }) { __typename }';
    expect(codesOf(await service.ask(`mutation { a: ${field} b: ${field} }`))).toEqual(['BAD_USER_INPUT']);
  });
});

describe('inviting', () => {
  it('an address again revokes the earlier invitation', async () => {
    const token = (await freshAdmin()).token;
    const email = newAddress();
    const first = await invite({ email, role: 'USER' }, token);
    const second = await invite({ email: email.toUpperCase(), role: 'ORGANIZER' }, token);
    expect(await statusOf(first, token)).toBe('REVOKED');
    expect(await accept(first.token ?? '')).toMatchObject(INVALID);
    expect((await accept(second.token ?? '')).session.viewer.user.role).toBe('ORGANIZER');
  });

  it('an address eight times at once leaves one open invitation, and the address is mailed five times a day', async () => {
    const { token } = await freshAdmin();
    const email = newAddress();
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => answerTo(service, [INVITE, { email, role: 'USER' }], token)),
    );
    expect(answers.flatMap(codesOf)).toEqual(Array<string>(3).fill('RATE_LIMITED'));
    const all = await rows('invitations', { emailKey: email });
    expect(all.map(({ status }) => status as string).sort()).toEqual(['PENDING', ...Array<string>(4).fill('REVOKED')]);
    expect(await invite({ email: newAddress(), role: 'USER' }, token)).toMatchObject({ invitation: {} });
  });

  it('again under the same key gives the same invitation, without its token', async () => {
    const { token } = await freshAdmin();
    const input = { email: newAddress(), role: 'USER', idempotencyKey: 'invite-once' };
    const first = await invite(input, token);
    const again = await invite(input, token);
    expect(again).toEqual({ ...first, token: null });
    expect(await accept(first.token ?? '')).toMatchObject(VALID);
    const other = await answerTo(service, [INVITE, { ...input, role: 'ORG_ADMIN' }], token);
    expect(codesOf(other)).toEqual(['IDEMPOTENCY_KEY_REUSED']);
  });

  it('somebody who belongs to the organization is refused, and says nothing of those who belong elsewhere', async () => {
    const { token } = await freshAdmin();
    expect(await invite({ email: 'ADA@example.org', role: 'USER' }, token)).toMatchObject({
      __typename: 'AlreadyMemberError',
      code: 'ALREADY_MEMBER',
    });
    await founderOf(service, 'Dorothy');
    expect(await invite({ email: 'dorothy@example.org', role: 'USER' }, token)).toMatchObject({ invitation: {} });
  });

  it('writes one row of the journal for each step, and none of them names the address', async () => {
    const founder = await founderOf(service, 'Joan');
    const [organization] = await rows('organizations', { name: 'Joan & Co' });
    const email = newAddress();
    await invited(service, founder, { email });
    const { token } = await invited(service, founder, { email });
    await accept(token);
    const journal = await rows('journal', { tenantId: organization?._id });
    const told = journal.map(({ type, version }) => `${type as string} ${version as number}`);
    expect(told.sort()).toEqual([
      'EMAIL_CODE_REQUESTED 1',
      'EMAIL_CODE_REQUESTED 1',
      'INVITATION_ACCEPTED 2',
      'INVITATION_REVOKED 2',
      'ORGANIZATION_FOUNDED 1',
      'USER_INVITED 1',
      'USER_INVITED 1',
      'USER_JOINED 1',
      'USER_JOINED 1',
    ]);
    expect(JSON.stringify(journal)).not.toContain(email);
  });
});

describe('the invitations of an organization', () => {
  it('are listed for its ORG_ADMIN, a page at a time, each as it stands', async () => {
    const founder = await founderOf(service, 'Lise');
    const made = [await invited(service, founder), await invited(service, founder), await invited(service, founder)];
    await accept(made[0]?.token ?? '');
    const page = async (after?: string) =>
      dataOf(await service.ask<{ invitations: Page }>(INVITATIONS, { first: 2, after }, founder.token)).invitations;
    const first = await page();
    const rest = await page(first.pageInfo.endCursor);
    expect([...first.edges, ...rest.edges].map(({ node }) => [node.id, node.status])).toEqual([
      [made[0]?.invitation.id, 'ACCEPTED'],
      [made[1]?.invitation.id, 'PENDING'],
      [made[2]?.invitation.id, 'PENDING'],
    ]);
    expect([first.pageInfo.hasNextPage, rest.pageInfo.hasNextPage]).toEqual([true, false]);
    const organizer = await colleagueOf(service, founder, 'ORGANIZER');
    expect(codesOf(await service.ask(INVITATIONS, {}, organizer.token))).toEqual(['FORBIDDEN']);
  });

  it('are nodes, for its ORG_ADMIN alone', async () => {
    const founder = await founderOf(service, 'Emmy');
    const { invitation } = await invited(service, founder);
    const organizer = await colleagueOf(service, founder, 'ORGANIZER');
    const NODE = 'query ($id: ID!) { node(id: $id) { id __typename } }';
    const seenBy = async ({ token }: SignedIn) => dataOf(await service.ask(NODE, { id: invitation.id }, token));
    expect(await seenBy(founder)).toEqual({ node: { id: invitation.id, __typename: 'Invitation' } });
    expect(await seenBy(organizer)).toEqual({ node: null });
    expect(await seenBy(await freshAdmin())).toEqual({ node: null });
  });

  it('expire as read, without anybody’s doing', async () => {
    const { token } = await freshAdmin();
    const { invitation } = await invited(service, { token });
    service.clock.advance(INVITATION_TTL_MS);
    expect(await statusOf({ invitation }, (await freshAdmin()).token)).toBe('EXPIRED');
  });

  it('are revoked once: again gives the same answer, and one that was accepted stays so', async () => {
    admin = await freshAdmin();
    const { invitation, token } = await invited(service, admin);
    expect(await revoke(invitation, 'off')).toMatchObject({ invitation: { status: 'REVOKED' } });
    expect(await revoke(invitation, 'off')).toMatchObject({ invitation: { status: 'REVOKED' } });
    expect(await revoke(invitation)).toMatchObject({ invitation: { status: 'REVOKED' } });
    expect(await accept(token)).toMatchObject(INVALID);
    const used = await invited(service, admin);
    await accept(used.token);
    expect(await revoke(used.invitation)).toMatchObject({ invitation: { status: 'ACCEPTED' } });
  });
});

interface Page {
  readonly edges: { readonly node: InvitationOnWire }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
}

async function statusOf({ invitation }: Pick<Invited, 'invitation'>, token: string): Promise<string | undefined> {
  const NODE = 'query ($id: ID!) { node(id: $id) { ... on Invitation { status } } }';
  return dataOf(await service.ask<{ node: { status: string } | null }>(NODE, { id: invitation.id }, token)).node
    ?.status;
}

/** Somebody who has an account, and does not belong to the organization. */
async function stranger(): Promise<{ readonly email: string }> {
  const name = `Stranger${(strangers += 1)}`;
  await founderOf(service, name);
  return { email: `${name.toLowerCase()}@example.org` };
}
let strangers = 0;

/** Tokens end after a quarter of an hour, and these tests move the clock by weeks. */
async function freshAdmin(): Promise<SignedIn> {
  const LOG_IN = 'mutation ($input: LogInInput!) { logIn(input: $input) { session { accessToken } } }';
  const input = { email: 'ada@example.org', password: PASSWORD, organizationId: admin.organizationId };
  const { session } = await result<{ session: { accessToken: string } }>(service, [LOG_IN, input]);
  return { ...admin, token: session.accessToken };
}
