import { Types, type Connection } from 'mongoose';
import { ForbiddenError, NotFoundError, UnauthenticatedError } from '../../../src/domain/errors';
import { newTenantToken } from '../../../src/platform/tenant-token';
import { REFRESH_TOKEN_MS, refreshTokenHash } from '../../../src/platform/token';
import { runMigrations } from '../../../src/store/migrations';
import { TRUST_MS } from '../../../src/use-cases/people/trusted-reads';
import type { Session } from '../../../src/use-cases/people/session';
import { TestClock } from '../../support/clock';
import { openMonitored } from '../../support/command-monitor';
import { whileHeld } from '../../support/held-document';
import { testDatabase } from '../../support/mongo';
import { makeSignUp, peopleOn } from '../../support/people';
import { profiled } from '../../support/profile';
import { until } from '../../support/until';

jest.setTimeout(30_000);

const database = testDatabase();
const clock = new TestClock();
let people: ReturnType<typeof peopleOn>;
/** Another process: it shares the database and the signing key, and remembers nothing of what happens here. */
let elsewhere: ReturnType<typeof peopleOn>;

beforeAll(async () => {
  await runMigrations(database.connection);
  people = peopleOn(database.connection, clock);
  elsewhere = peopleOn(database.connection, clock);
});

const rows = (collection: string) => database.connection.collection(collection);
const signUp = (): Promise<Session> => people.signUp.execute(makeSignUp(), 'r');
/** One more session of the same viewer, without the work of a password. */
async function another({ viewer }: Session): Promise<Session> {
  const { session, store } = await people.sessions.prepare(viewer);
  await people.store.unitOfWork.run(viewer.scope, store);
  return session;
}
const refresh = ({ refreshToken }: Pick<Session, 'refreshToken'>): Promise<Session> =>
  people.refresh.execute(refreshToken, 'r');
const works = async ({ accessToken }: Session): Promise<boolean> =>
  (await people.authenticator.authenticate(accessToken, 'r')) !== null;
const tokensOf = ({ viewer }: Session) => rows('refreshTokens').find({ userId: new Types.ObjectId(viewer.user.id) });
const sessionsOf = ({ viewer }: Session) =>
  rows('sessions').countDocuments({ userId: new Types.ObjectId(viewer.user.id) });
const reusesOf = ({ viewer }: Session) =>
  rows('journal')
    .find({ tenantId: new Types.ObjectId(viewer.organization.id), type: 'REFRESH_TOKEN_REUSED' })
    .toArray();
const setUser = ({ viewer }: Session, fields: object) =>
  rows('users').updateOne({ _id: new Types.ObjectId(viewer.user.id) }, { $set: fields });

const outcomesOf = async (attempts: readonly Promise<Session>[]) => {
  const settled = await Promise.allSettled(attempts);
  return {
    pairs: settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : [])),
    refusals: settled.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : [])),
  };
};

/** How many of a connection's looks at refresh tokens have been answered. */
function countLooks(connection: Connection): () => number {
  let looks = 0;
  connection.getClient().on('commandSucceeded', ({ commandName, reply }) => {
    const { cursor } = reply as { cursor?: { ns: string } };
    if (commandName === 'find' && cursor?.ns.endsWith('.refreshTokens')) looks += 1;
  });
  return () => looks;
}

describe('a refresh', () => {
  it('gives the next pair of tokens for the same session, and keeps of the new one only what recognises it', async () => {
    const first = await signUp();
    clock.advance(60_000);
    const second = await refresh(first);

    expect(second.viewer).toEqual(first.viewer);
    expect(second.expiresAt.getTime() - first.expiresAt.getTime()).toBe(60_000);
    expect(await works(second)).toBe(true);
    expect(await works(first)).toBe(true);
    const [used, next, ...more] = await tokensOf(first).toArray();
    expect(more).toEqual([]);
    expect(used).toMatchObject({ hash: refreshTokenHash(first.refreshToken), usedAt: clock.now() });
    expect(next).toMatchObject({ hash: refreshTokenHash(second.refreshToken), usedAt: null });
    expect(JSON.stringify([used, next])).not.toContain(second.refreshToken.split('.')[1]);
    expect(next?.['expiresAt']).toEqual(new Date(clock.now().getTime() + REFRESH_TOKEN_MS));
  });

  it('keeps a session going for as long as it is used, and for thirty days after that', async () => {
    let session = await signUp();
    for (let week = 0; week < 8; week += 1) {
      clock.advance(REFRESH_TOKEN_MS / 2);
      session = await refresh(session);
    }
    clock.advance(REFRESH_TOKEN_MS - 1);
    session = await refresh(session);
    clock.advance(REFRESH_TOKEN_MS);
    await expect(refresh(session)).rejects.toThrow(UnauthenticatedError);
  });

  it('takes nothing but a refresh token, under the organization that it was given out for', async () => {
    const [mine, other] = [await signUp(), await signUp()];
    const { tenantId } = other.viewer.scope;
    const secret = mine.refreshToken.split('.')[1] ?? '';
    const forged = [
      mine.accessToken,
      `${tenantId}.${secret}`,
      secret,
      `${mine.refreshToken}=`,
      mine.refreshToken.toUpperCase(),
      newTenantToken(tenantId).token,
      `${tenantId}.`,
      '',
    ];
    for (const refreshToken of forged) await expect(refresh({ refreshToken })).rejects.toThrow(UnauthenticatedError);
    await expect(people.authenticator.authenticate(mine.refreshToken, 'r')).rejects.toThrow(UnauthenticatedError);
    expect(await works(await refresh(mine))).toBe(true);
  });

  it('is for active users alone, and FORBIDDEN in an archived organization', async () => {
    const [removed, archived] = [await signUp(), await signUp()];
    await setUser(removed, { status: 'REMOVED' });
    await rows('organizations').updateOne(
      { _id: new Types.ObjectId(archived.viewer.organization.id) },
      { $set: { status: 'ARCHIVED' } },
    );

    await expect(refresh(removed)).rejects.toThrow(UnauthenticatedError);
    await expect(refresh(archived)).rejects.toThrow(ForbiddenError);
  });

  it('tells of the role that the database knows now', async () => {
    const session = await signUp();
    await setUser(session, { role: 'USER' });

    expect((await refresh(session)).viewer.scope.actor.role).toBe('USER');
  });
});

describe('a used refresh token [J6]', () => {
  it('ends the session for whoever has its tokens, and the journal tells of it without any secret', async () => {
    const first = await signUp();
    const second = await refresh(first);

    await expect(refresh(first)).rejects.toThrow(UnauthenticatedError);
    await expect(refresh(second)).rejects.toThrow(UnauthenticatedError);
    for (const dead of [first, second]) await expect(works(dead)).rejects.toThrow(UnauthenticatedError);
    const [told, ...more] = await reusesOf(first);
    expect(more).toEqual([]);
    expect(told).toMatchObject({ actor: 's:refresh-session', version: 3, p: { userId: first.viewer.user.id } });
    for (const { refreshToken } of [first, second]) {
      expect(JSON.stringify(told)).not.toContain(refreshToken.split('.')[1]);
      expect(JSON.stringify(told)).not.toContain(refreshTokenHash(refreshToken));
    }
  });

  it('is told of once, though it comes fifty times, also at once', async () => {
    const first = await signUp();
    const second = await refresh(first);
    const { refusals } = await outcomesOf(Array.from({ length: 50 }, () => refresh(first)));

    expect(refusals.filter((error) => error instanceof UnauthenticatedError)).toHaveLength(50);
    expect(await reusesOf(first)).toHaveLength(1);
    await expect(refresh(second)).rejects.toThrow(UnauthenticatedError);
  });

  it('leaves other sessions of the same person alone', async () => {
    const input = makeSignUp();
    const phone = await people.signUp.execute(input, 'r');
    const laptop = await people.logIn.execute({ ...input, organizationId: null }, 'r');
    await refresh(phone);
    await expect(refresh(phone)).rejects.toThrow(UnauthenticatedError);

    expect(await works(await refresh(laptop))).toBe(true);
  });
});

describe('two refreshes at once with one token [J6]', () => {
  it('are a race: of fifty who all find it unused one gets the pair, the others nothing, and the session lives', async () => {
    const { connection } = await openMonitored(database.uri);
    const looks = countLooks(connection);
    const racing = peopleOn(connection, clock);
    const first = await signUp();
    const held = { collection: 'refreshTokens', filter: { hash: refreshTokenHash(first.refreshToken) } };
    // Nobody can take the token while another transaction holds it; it is let go when all have had their look.
    const { race } = await whileHeld(database.connection, held, async () => {
      const race = outcomesOf(Array.from({ length: 50 }, () => racing.refresh.execute(first.refreshToken, 'r')));
      await until(() => looks() >= 50, 'all fifty have looked for the token');
      return { race };
    });
    const { pairs, refusals } = await race;
    await connection.close();

    expect(pairs).toHaveLength(1);
    expect(refusals.filter((error) => error instanceof UnauthenticatedError)).toHaveLength(49);
    expect(await tokensOf(first).toArray()).toHaveLength(2);
    expect(await reusesOf(first)).toEqual([]);
    for (const pair of pairs) {
      expect(await works(pair)).toBe(true);
      expect(await works(await refresh(pair))).toBe(true);
    }
  });

  it('never give two pairs, whenever they arrive', async () => {
    const first = await signUp();
    const { pairs } = await outcomesOf(Array.from({ length: 50 }, () => refresh(first)));

    expect(pairs).toHaveLength(1);
    expect(await tokensOf(first).toArray()).toHaveLength(2);
  });
});

describe('logging out', () => {
  it('ends the session with any of its tokens: here at once, in another process within two seconds', async () => {
    for (const which of ['used', 'newest'] as const) {
      const used = await signUp();
      const newest = await refresh(used);
      await elsewhere.authenticator.authenticate(newest.accessToken, 'r');
      await people.logOut.execute({ used, newest }[which].refreshToken, 'r');

      await expect(works(newest)).rejects.toThrow(UnauthenticatedError);
      await expect(refresh(newest)).rejects.toThrow(UnauthenticatedError);
      clock.advance(TRUST_MS - 1);
      expect(await elsewhere.authenticator.authenticate(newest.accessToken, 'r')).not.toBeNull();
      clock.advance(1);
      await expect(elsewhere.authenticator.authenticate(newest.accessToken, 'r')).rejects.toThrow(UnauthenticatedError);
      expect(await reusesOf(used)).toEqual([]);
    }
  });

  it('is done once it is done, and says the same of what never was', async () => {
    const session = await signUp();
    const { refreshToken, accessToken } = session;
    const junk = [refreshToken, refreshToken, accessToken, newTenantToken(session.viewer.scope.tenantId).token, 'junk'];
    for (const token of junk) expect(await people.logOut.execute(token, 'r')).toBeUndefined();
    expect(await sessionsOf(session)).toBe(0);
  });

  it('wins against a refresh at the same moment: nothing that comes out of that lives', async () => {
    const founder = await signUp();
    await people.logOut.execute(founder.refreshToken, 'r');
    for (let round = 0; round < 20; round += 1) {
      const session = await another(founder);
      const [{ pairs }] = await Promise.all([
        outcomesOf([refresh(session)]),
        people.logOut.execute(session.refreshToken, 'r'),
      ]);

      expect(await sessionsOf(session)).toBe(0);
      for (const pair of pairs) {
        await expect(refresh(pair)).rejects.toThrow(UnauthenticatedError);
        await expect(elsewhere.authenticator.authenticate(pair.accessToken, 'r')).rejects.toThrow(UnauthenticatedError);
      }
    }
  });

  it('of all of a user’s sessions comes with the transaction that takes their rights away', async () => {
    const input = makeSignUp();
    const [phone, bystander] = [await people.signUp.execute(input, 'r'), await signUp()];
    const laptop = await people.logIn.execute({ ...input, organizationId: null }, 'r');
    const { scope, user } = phone.viewer;
    const ended = await people.store.unitOfWork.run(scope, (tx) => people.sessions.revokeAllOf(tx, user.id));

    expect(ended).toBe(2);
    for (const dead of [phone, laptop]) await expect(refresh(dead)).rejects.toThrow(UnauthenticatedError);
    expect(await works(await refresh(bystander))).toBe(true);
  });
});

describe('a request of a session', () => {
  it('shares its look at it with those that arrive together', async () => {
    const { accessToken } = await signUp();
    const fresh = peopleOn(database.connection, clock);
    const storm = () =>
      Promise.all(Array.from({ length: 50 }, () => fresh.authenticator.authenticate(accessToken, 'r')));

    const looks = await profiled(database.connection, 'sessions', storm);
    expect(looks).toHaveLength(1);
    expect(looks[0]?.docsExamined).toBe(1);
    expect(await profiled(database.connection, 'sessions', storm)).toHaveLength(0);
  });

  it('is refused where its session is another user’s', async () => {
    const [mine, other] = [await signUp(), await signUp()];
    const stolen = await rows('sessions').findOne({ userId: new Types.ObjectId(other.viewer.user.id) });
    await rows('sessions').updateOne(
      { _id: stolen?._id },
      { $set: { tenantId: new Types.ObjectId(mine.viewer.organization.id) } },
    );
    const { tenantId, actor } = mine.viewer.scope;
    const sessionId = String(stolen?._id) as never;
    const { token } = await people.tokens.issue({ ...actor, tenantId, sessionId });

    await expect(people.authenticator.authenticate(token, 'r')).rejects.toThrow(UnauthenticatedError);
  });

  it('whose token names no session lives until it expires', async () => {
    const { viewer } = await signUp();
    const { token } = await people.tokens.issue({ ...viewer.scope.actor, tenantId: viewer.scope.tenantId });

    expect(await people.authenticator.authenticate(token, 'r')).not.toBeNull();
  });
});

describe('switching the organization', () => {
  it('is to those that the account is an active user of, and open; all others are not there', async () => {
    const [mine, other] = [await signUp(), await signUp()];
    const { scope } = mine.viewer;
    const here = await people.switching.execute(scope, scope.tenantId);

    expect(await works(here)).toBe(true);
    expect(await works(mine)).toBe(true);
    expect(await sessionsOf(mine)).toBe(2);
    await expect(people.switching.execute(scope, other.viewer.scope.tenantId)).rejects.toThrow(NotFoundError);
    await setUser(mine, { status: 'REMOVED' });
    await expect(people.switching.execute(scope, scope.tenantId)).rejects.toThrow(NotFoundError);
  });
});
