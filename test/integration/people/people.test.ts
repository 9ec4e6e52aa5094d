import { Types } from 'mongoose';
import { ForbiddenError, RefusedError, UnauthenticatedError } from '../../../src/domain/errors';
import type { TenantId } from '../../../src/domain/ids';
import { newId } from '../../../src/platform/new-id';
import { ACCESS_TOKEN_MS, REFRESH_TOKEN_MS, refreshTokenHash } from '../../../src/platform/token';
import { runMigrations } from '../../../src/store/migrations';
import { TRUST_MS } from '../../../src/use-cases/people/trusted-reads';
import type { Session } from '../../../src/use-cases/people/session';
import { TestClock } from '../../support/clock';
import { testDatabase } from '../../support/mongo';
import { makeSignUp, peopleOn } from '../../support/people';
import { profiled } from '../../support/profile';

const database = testDatabase();
const clock = new TestClock();
let people: ReturnType<typeof peopleOn>;

beforeAll(async () => {
  await runMigrations(database.connection);
  people = peopleOn(database.connection, clock);
});

const rowsOf = (collection: string) => database.connection.collection(collection);
const countAll = async (): Promise<number[]> =>
  Promise.all(
    ['organizations', 'accounts', 'users', 'refreshTokens', 'journal'].map((name) => rowsOf(name).countDocuments()),
  );
const setUser = ({ viewer }: Session, fields: object) =>
  rowsOf('users').updateOne({ _id: new Types.ObjectId(viewer.user.id) }, { $set: fields });
const archive = ({ viewer }: Session) =>
  rowsOf('organizations').updateOne(
    { _id: new Types.ObjectId(viewer.organization.id) },
    { $set: { status: 'ARCHIVED' } },
  );

describe('signing up', () => {
  it('founds an organization, with its first administrator signed in', async () => {
    const input = makeSignUp({ email: ' Ada@Example.COM ', organizationName: 'Café Zürich' });
    const session = await people.signUp.execute(input, 'r1');
    const { scope, account, user, organization } = session.viewer;

    expect(account).toMatchObject({ email: 'Ada@Example.COM', name: 'Ada Lovelace' });
    expect(account.memberships).toEqual([{ tenantId: organization.id, userId: user.id, role: 'ORG_ADMIN' }]);
    expect(organization).toMatchObject({
      name: 'Café Zürich',
      slug: 'cafe-zurich',
      timezone: 'Europe/London',
      status: 'ACTIVE',
    });
    expect(await people.store.users.findById(scope, user.id)).toEqual(user);
    expect(await people.store.organizations.find(scope)).toEqual(organization);
    expect(await people.store.accounts.findById(account.id)).toEqual(account);
    expect(await people.authenticator.authenticate(session.accessToken, 'r2')).toEqual({ ...scope, requestId: 'r2' });
    expect(session.expiresAt.getTime()).toBe(clock.now().getTime() + ACCESS_TOKEN_MS);
  });

  it('writes in the journal who founded what, once', async () => {
    const { viewer } = await people.signUp.execute(makeSignUp(), 'r3');
    const { scope, user, organization } = viewer;
    const [founded, ...more] = await people.store.journal.history(scope, `organization:${organization.id}`, 10);
    const [joined] = await people.store.journal.history(scope, `user:${user.id}`, 10);

    expect(more).toEqual([]);
    expect(founded).toMatchObject({ type: 'ORGANIZATION_FOUNDED', actor: `u:${user.id}`, requestId: 'r3', version: 1 });
    expect(joined).toMatchObject({ type: 'USER_JOINED', p: { role: 'ORG_ADMIN' } });
  });

  it('keeps neither the password nor the refresh token, only what recognises them', async () => {
    const input = makeSignUp({ password: 'hunter2 hunter2' });
    const session = await people.signUp.execute(input, 'r');
    const dump = JSON.stringify(
      await Promise.all(['accounts', 'refreshTokens', 'journal'].map((name) => rowsOf(name).find().toArray())),
    );
    const kept = await rowsOf('refreshTokens').findOne({ hash: refreshTokenHash(session.refreshToken) });

    expect(dump).not.toContain('hunter2');
    expect(dump).not.toContain(session.refreshToken.split('.')[1]);
    expect(session.refreshToken).toMatch(new RegExp(`^${session.viewer.organization.id}\\.`));
    expect(kept?.['expiresAt']).toEqual(new Date(clock.now().getTime() + REFRESH_TOKEN_MS));
  });

  it('is refused for an address that has an account, however it is typed, and leaves nothing behind', async () => {
    await people.signUp.execute(makeSignUp({ email: 'grace@münchen.de' }), 'r');
    const before = await countAll();

    for (const email of ['grace@münchen.de', 'GRACE@MÜNCHEN.DE', 'grace@xn--mnchen-3ya.de', 'ｇrace@münchen.de']) {
      await expect(people.signUp.execute(makeSignUp({ email }), 'r')).rejects.toMatchObject({ code: 'EMAIL_TAKEN' });
    }
    expect(await countAll()).toEqual(before);
  });

  it('gives one of twenty people with the same address an account when they press the button at once', async () => {
    const input = makeSignUp({ email: 'race@example.com' });
    const results = await Promise.allSettled(Array.from({ length: 20 }, () => people.signUp.execute(input, 'r')));
    const refused = results.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []));

    expect(refused).toHaveLength(19);
    expect(refused.every((error) => error instanceof RefusedError && error.code === 'EMAIL_TAKEN')).toBe(true);
    expect(await rowsOf('accounts').countDocuments({ emailKey: 'race@example.com' })).toBe(1);
  });

  it('finds every organization of the same name a slug of its own', async () => {
    const named = () => people.signUp.execute(makeSignUp({ organizationName: 'Same Name' }), 'r');
    const slugs = (await Promise.all([named(), named(), named()])).map(({ viewer }) => viewer.organization.slug);

    expect(new Set(slugs).size).toBe(3);
    expect(slugs).toContain('same-name');
    expect(slugs.every((slug) => /^same-name(-[0-9a-f]{8})?$/.test(slug))).toBe(true);
  });
});

describe('logging in', () => {
  it('opens a session of its own, whatever the case of the address', async () => {
    const input = makeSignUp({ email: 'Mixed@Example.com' });
    const founded = await people.signUp.execute(input, 'r');
    const session = await people.logIn.execute(
      { email: 'mixed@EXAMPLE.com', password: input.password, organizationId: null },
      'r4',
    );

    expect(session.viewer).toEqual({ ...founded.viewer, scope: { ...founded.viewer.scope, requestId: 'r4' } });
    expect(session.refreshToken).not.toBe(founded.refreshToken);
    expect(await people.authenticator.authenticate(session.accessToken, 'r')).toMatchObject({
      actor: { role: 'ORG_ADMIN' },
    });
  });

  it('answers a wrong password, an unknown address and a foreign organization with the same words', async () => {
    const input = makeSignUp();
    const foreign = await people.signUp.execute(makeSignUp(), 'r');
    await people.signUp.execute(input, 'r');
    const before = await countAll();
    const attempts = [
      { ...input, password: 'wrong', organizationId: null },
      { ...input, email: 'nobody@example.com', organizationId: null },
      { ...input, email: 'not an address', organizationId: null },
      { ...input, organizationId: foreign.viewer.organization.id },
      { ...input, organizationId: newId<TenantId>() },
    ];
    const answers = await Promise.all(
      attempts.map((one) => people.logIn.execute(one, 'r').catch((error: unknown) => error)),
    );

    expect(answers.every((error) => error instanceof UnauthenticatedError)).toBe(true);
    expect(new Set(answers.map((error) => (error as Error).message)).size).toBe(1);
    expect(await countAll()).toEqual(before);
  });

  it('is refused to a person who was removed, and to an organization that was archived', async () => {
    const [removed, archived] = [makeSignUp(), makeSignUp()];
    await setUser(await people.signUp.execute(removed, 'r'), { status: 'REMOVED' });
    await archive(await people.signUp.execute(archived, 'r'));

    for (const input of [removed, archived]) {
      await expect(people.logIn.execute({ ...input, organizationId: null }, 'r')).rejects.toThrow(UnauthenticatedError);
    }
  });
});

describe('a request', () => {
  it('without a token is nobody’s, and one with a bad token is refused', async () => {
    expect(await people.authenticator.authenticate(undefined, 'r')).toBeNull();
    await expect(people.authenticator.authenticate('', 'r')).rejects.toThrow(UnauthenticatedError);
    await expect(people.authenticator.authenticate('x.y.z', 'r')).rejects.toThrow(UnauthenticatedError);
  });

  it('acts in the role that the database says, within two seconds of a change', async () => {
    const session = await people.signUp.execute(makeSignUp(), 'r');
    const role = async () => (await people.authenticator.authenticate(session.accessToken, 'r'))?.actor.role;

    expect(await role()).toBe('ORG_ADMIN');
    await setUser(session, { role: 'USER' });
    clock.advance(TRUST_MS - 1);
    expect(await role()).toBe('ORG_ADMIN');
    clock.advance(1);
    expect(await role()).toBe('USER');
  });

  it('of a removed user is refused within two seconds, though the token has not expired', async () => {
    const session = await people.signUp.execute(makeSignUp(), 'r');
    await people.authenticator.authenticate(session.accessToken, 'r');
    await setUser(session, { status: 'REMOVED' });
    clock.advance(TRUST_MS);

    await expect(people.authenticator.authenticate(session.accessToken, 'r')).rejects.toThrow(UnauthenticatedError);
  });

  it('in an archived organization is forbidden within two seconds, and stays unauthenticated to who left it', async () => {
    const [kept, left] = [
      await people.signUp.execute(makeSignUp(), 'r'),
      await people.signUp.execute(makeSignUp(), 'r'),
    ];
    for (const session of [kept, left]) {
      await people.authenticator.authenticate(session.accessToken, 'r');
      await archive(session);
    }
    await setUser(left, { status: 'REMOVED' });
    clock.advance(TRUST_MS);

    await expect(people.authenticator.authenticate(kept.accessToken, 'r')).rejects.toThrow(ForbiddenError);
    await expect(people.authenticator.authenticate(left.accessToken, 'r')).rejects.toThrow(UnauthenticatedError);
  });

  it('whose token names a user of another organization is refused', async () => {
    const [one, other] = [
      await people.signUp.execute(makeSignUp(), 'r'),
      await people.signUp.execute(makeSignUp(), 'r'),
    ];
    const { userId, accountId } = one.viewer.scope.actor;
    const { token } = await people.tokens.issue({ userId, accountId, tenantId: other.viewer.scope.tenantId });

    await expect(people.authenticator.authenticate(token, 'r')).rejects.toThrow(UnauthenticatedError);
  });

  it('shares its look at the database with those that arrive together', async () => {
    const { accessToken } = await people.signUp.execute(makeSignUp(), 'r');
    const fresh = peopleOn(database.connection, clock);
    const storm = () =>
      Promise.all(Array.from({ length: 50 }, () => fresh.authenticator.authenticate(accessToken, 'r')));

    expect(await profiled(database.connection, 'users', storm)).toHaveLength(1);
    expect(await profiled(database.connection, 'users', storm)).toHaveLength(0);
    expect(await profiled(database.connection, 'organizations', storm)).toHaveLength(0);
  });
});
