import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign as signBytes } from 'node:crypto';
import { base64url, decodeJwt, decodeProtectedHeader, type JWTPayload, SignJWT } from 'jose';
import { UnauthenticatedError } from '../../../src/domain/errors';
import type { AccountId, SessionId, TenantId, UserId } from '../../../src/domain/ids';
import { newId } from '../../../src/platform/new-id';
import { parseKeyRing } from '../../../src/platform/signing-keys';
import {
  ACCESS_TOKEN_MS,
  newRefreshToken,
  refreshTokenHash,
  SignedAccessTokens,
  type TokenSubject,
} from '../../../src/platform/token';
import { TestClock } from '../../support/clock';

const pem = (): string => generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const text = pem();
const [key] = parseKeyRing(text);
const subject: TokenSubject = {
  accountId: newId<AccountId>(),
  userId: newId<UserId>(),
  tenantId: newId<TenantId>(),
};

function setUp() {
  const clock = new TestClock();
  return { clock, tokens: new SignedAccessTokens([key], clock) };
}

describe('an access token', () => {
  it('names account, user and organization, for fifteen minutes', async () => {
    const { clock, tokens } = setUp();
    const { token, expiresAt } = await tokens.issue(subject);

    expect(await tokens.verify(token)).toEqual(subject);
    expect(expiresAt.getTime() - clock.now().getTime()).toBe(ACCESS_TOKEN_MS);
    clock.advance(ACCESS_TOKEN_MS - 1);
    expect(await tokens.verify(token)).toEqual(subject);
    clock.advance(1);
    await expect(tokens.verify(token)).rejects.toThrow(UnauthenticatedError);
  });

  it('is accepted by another process with the same key, and not with another one', async () => {
    const { clock, tokens } = setUp();
    const { token } = await tokens.issue(subject);

    expect(await new SignedAccessTokens(parseKeyRing(text), clock).verify(token)).toEqual(subject);
    await expect(new SignedAccessTokens(parseKeyRing(pem()), clock).verify(token)).rejects.toThrow(
      UnauthenticatedError,
    );
  });

  it('outlives a rotation: the old key still verifies, the new one signs', async () => {
    const { clock, tokens } = setUp();
    const { token } = await tokens.issue(subject);
    const rotated = new SignedAccessTokens(parseKeyRing(`${pem()},${text}`), clock);

    expect(await rotated.verify(token)).toEqual(subject);
    expect(decodeProtectedHeader((await rotated.issue(subject)).token).kid).not.toBe(key.kid);
  });

  it('names the session that it ends with, if it belongs to one', async () => {
    const { tokens } = setUp();
    const ofSession = { ...subject, sessionId: newId<SessionId>() };
    const { token } = await tokens.issue(ofSession);

    expect(decodeJwt(token)['sid']).toBe(ofSession.sessionId);
    expect(await tokens.verify(token)).toEqual(ofSession);
  });

  it('carries no role: the database says what its user may do', async () => {
    const { tokens } = setUp();
    const { token } = await tokens.issue(subject);

    expect(Object.keys(decodeJwt(token)).sort()).toEqual(['aud', 'exp', 'iat', 'iss', 'jti', 'sub', 'tid', 'uid']);
  });

  it('is not remembered beyond its text: an altered one is judged anew [J8]', async () => {
    const { tokens } = setUp();
    const { token } = await tokens.issue(subject);
    await tokens.verify(token);
    const [header, , signature] = token.split('.');
    const other = base64url.encode(JSON.stringify({ ...decodeJwt(token), tid: newId() }));

    await expect(tokens.verify(`${header}.${other}.${signature}`)).rejects.toThrow(UnauthenticatedError);
  });
});

describe('a token that is refused [J1, J3, J4]', () => {
  const now = Math.floor(new TestClock().now().getTime() / 1_000);
  const good: JWTPayload = {
    iss: 'happening',
    aud: 'happening/graphql',
    sub: subject.accountId,
    uid: subject.userId,
    tid: subject.tenantId,
    iat: now,
    exp: now + 900,
  };
  const goodHeader = { alg: 'EdDSA', kid: key.kid, typ: 'at+jwt' };
  const sign = (payload: JWTPayload, header: object = {}, by: KeyObject | Uint8Array = key.privateKey) =>
    new SignJWT(payload).setProtectedHeader({ ...goodHeader, ...header }).sign(by);
  const encode = (part: object) => base64url.encode(JSON.stringify(part));
  const signRaw = (header: object) => {
    const signed = `${encode(header)}.${encode(good)}`;
    return `${signed}.${signBytes(null, Buffer.from(signed), key.privateKey).toString('base64url')}`;
  };
  const unsigned = (alg: string) => `${encode({ ...goodHeader, alg })}.${encode(good)}.`;
  const publicPem = createPublicKey(createPrivateKey(text)).export({ type: 'spki', format: 'pem' });
  const stranger = generateKeyPairSync('ed25519');

  it('differs from this one, which is accepted', async () => {
    expect(await setUp().tokens.verify(await sign(good))).toEqual(subject);
    expect(await setUp().tokens.verify(signRaw(goodHeader))).toEqual(subject);
  });

  it.each<[string, () => string | Promise<string>]>([
    ['is empty', () => ''],
    ['is not a token', () => 'Bearer'],
    ['is huge', () => 'a'.repeat(1_000_000)],
    ['is a refresh token', () => newRefreshToken(subject.tenantId).token],
    ['names no session that could be one', () => sign({ ...good, sid: '1' })],
    ['has something else for a session', () => sign({ ...good, sid: { $ne: null } })],
    ['is unsigned: none', () => unsigned('none')],
    ['is unsigned: None', () => unsigned('None')],
    ['is signed with the public key as a secret', () => sign(good, { alg: 'HS256' }, Buffer.from(publicPem))],
    ['is signed by somebody else under our kid', () => sign(good, {}, stranger.privateKey)],
    [
      'brings its own key',
      () => sign(good, { jwk: stranger.publicKey.export({ format: 'jwk' }) }, stranger.privateKey),
    ],
    ['names a file as its key', () => sign(good, { kid: '../../etc/passwd' })],
    ['names no key', () => sign(good, { kid: undefined })],
    ['demands an extension', () => signRaw({ ...goodHeader, crit: ['must'], must: true })],
    ['is of another type', () => sign(good, { typ: 'JWT' })],
    ['has no type', () => sign(good, { typ: undefined })],
    ['comes from elsewhere', () => sign({ ...good, iss: 'elsewhere' })],
    ['is for elsewhere', () => sign({ ...good, aud: 'elsewhere' })],
    ['never ends', () => sign({ ...good, exp: undefined })],
    ['ends in a year', () => sign({ ...good, exp: now + 31_536_000 })],
    ['has ended', () => sign({ ...good, iat: now - 901, exp: now - 1 })],
    ['is from the future', () => sign({ ...good, iat: now + 60 })],
    ['is not valid yet', () => sign({ ...good, nbf: now + 60 })],
    ['names nobody', () => sign({ ...good, sub: undefined })],
    ['names no user', () => sign({ ...good, uid: undefined })],
    ['names an operator for the organization', () => sign({ ...good, tid: { $ne: null } })],
    ['names an organization that cannot be', () => sign({ ...good, tid: 'f'.repeat(23) })],
  ])('%s', async (_what, make) => {
    await expect(setUp().tokens.verify(await make())).rejects.toThrow(UnauthenticatedError);
  });
});

describe('a refresh token', () => {
  it('starts with its organization, holds 256 random bits, and is stored as a hash only', () => {
    const { token, hash } = newRefreshToken(subject.tenantId);
    const [tenant, secret = ''] = token.split('.');

    expect(tenant).toBe(subject.tenantId);
    expect(Buffer.from(secret, 'base64url')).toHaveLength(32);
    expect(hash).toBe(refreshTokenHash(token));
    expect(hash).not.toContain(secret);
    expect(newRefreshToken(subject.tenantId).token).not.toBe(token);
  });
});
