import { createPublicKey, createHmac, type KeyObject, type JsonWebKey } from 'node:crypto';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { UnauthenticatedError } from '../../../src/domain/errors';
import { NoProvider, OidcTokens } from '../../../src/platform/oidc';
import { MAX_PROVIDER_TOKEN_LENGTH } from '../../../src/platform/oidc-jws';
import { loadEnv, type Source } from '../../../src/platform/env';
import { TestClock } from '../../support/clock';
import { AUDIENCE, CLIENT_ID, TestIssuer } from '../../support/issuer';
import { capturedLog } from '../../support/captured-log';

const clock = new TestClock();
const issuer = new TestIssuer(clock);
let tokens: OidcTokens;

const trusting = (given: Source = {}): OidcTokens => {
  const { oidc } = loadEnv({ ...issuer.environment, ...given });
  if (oidc === undefined) throw new Error('no provider');
  return new OidcTokens(oidc, clock, capturedLog().logger);
};

beforeAll(() => issuer.start());
afterAll(() => issuer.stop());
beforeEach(() => {
  tokens = trusting();
});

const part = (value: unknown): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
const now = (): number => clock.now().getTime() / 1_000;

const refused = async (token: string): Promise<void> => {
  const error: unknown = await tokens.personOf(token).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(UnauthenticatedError);
  expect((error as Error).message).toBe('This is not a valid token of the sign-in provider: sign in there again.');
};
const refusedAsAccess = (token: string): Promise<void> =>
  expect(tokens.holderOf(token)).rejects.toThrow(UnauthenticatedError);

describe('a token of the provider', () => {
  it('tells who signed in', async () => {
    const token = await issuer.idToken('ada', { email: 'Ada@Example.org', email_verified: true, name: 'Ada' });
    expect(await tokens.personOf(token)).toEqual({
      identity: { issuer: issuer.issuer, subject: 'ada' },
      email: 'Ada@Example.org',
      emailVerified: true,
      name: 'Ada',
    });
  });

  it('counts an address as verified only when the provider says so in so many words', async () => {
    for (const email_verified of ['true', 1, null, undefined, false]) {
      const token = await issuer.idToken('ada', { email: 'a@example.org', email_verified });
      expect(await tokens.personOf(token)).toMatchObject({ emailVerified: false });
    }
  });

  it('tells for whom it gives access', async () => {
    const identity = { issuer: issuer.issuer, subject: 'ada' };
    expect(await tokens.holderOf(await issuer.accessToken('ada'))).toEqual(identity);
    const keycloaks = await issuer.sign(issuer.accessClaims('ada', { typ: 'Bearer', azp: CLIENT_ID }), { typ: 'JWT' });
    expect(await tokens.holderOf(keycloaks)).toEqual(identity);
    expect(await trusting({ OIDC_AUDIENCE: '' }).holderOf(keycloaks)).toBeNull();
  });

  it('is nobody’s where no provider is configured', async () => {
    const token = await issuer.idToken('ada');
    await expect(new NoProvider().personOf()).rejects.toThrow(/No sign-in provider is configured/);
    expect(await new NoProvider().holderOf()).toBeNull();
    expect(await tokens.holderOf(await issuer.accessToken('ada', { iss: 'https://other.example.org' }))).toBeNull();
    expect(await tokens.holderOf('not.a-token.at all')).toBeNull();
    expect(await tokens.personOf(token)).toMatchObject({ identity: { subject: 'ada' } });
  });
});

describe('a forged token is refused', () => {
  const publicKey = (): KeyObject => {
    const [jwk] = issuer.jwks.keys;
    return createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' });
  };

  it.each(['none', 'None', 'nOnE', 'NONE', '', null, undefined, 'HS256', 'HS512', 'RS256', 'ES384', 'Ed25519', 7, []])(
    'whose algorithm is %p [J1]',
    async (alg) => {
      const [, payload = '', signature = ''] = (await issuer.idToken('ada')).split('.');
      for (const end of ['', signature]) await refused(`${part({ alg, kid: issuer.kid })}.${payload}.${end}`);
    },
  );

  it('that is signed with the public key as if it were a shared secret, in every spelling of it [J1]', async () => {
    const pem = publicKey().export({ type: 'spki', format: 'pem' }).toString();
    const der = publicKey().export({ type: 'spki', format: 'der' });
    const jwk = JSON.stringify(issuer.jwks.keys[0]);
    for (const secret of [pem, pem.trim(), ` ${pem}`, `\n${pem}`, der, jwk]) {
      for (const [alg, hash] of [
        ['HS256', 'sha256'],
        ['ES256', 'sha256'],
        ['HS512', 'sha512'],
      ] as const) {
        const signed = `${part({ alg, kid: issuer.kid })}.${part(issuer.idClaims('ada'))}`;
        await refused(`${signed}.${createHmac(hash, secret).update(signed).digest('base64url')}`);
      }
    }
  });

  it('with an ECDSA signature of zeros, or of another form [J1]', async () => {
    const [header, payload] = (await issuer.idToken('ada')).split('.');
    for (const bytes of [Buffer.alloc(64), Buffer.alloc(63), Buffer.alloc(0), Buffer.from([48, 6, 2, 1, 0, 2, 1, 0])]) {
      await refused(`${header}.${payload}.${bytes.toString('base64url')}`);
    }
  });

  it('that asks for an extension, whether or not somebody knows it [J1]', async () => {
    // As an attacker could not sign these, the issuer does: they have to be refused all the same.
    const claims = issuer.idClaims('ada');
    const signed = async (protectedHeader: object) => {
      const header = part({ alg: 'ES256', kid: issuer.kid, ...protectedHeader });
      return `${header}.${part(claims)}.${(await issuer.idToken('ada')).split('.')[2]}`;
    };
    await refused(await issuer.sign(claims, { b64: true, crit: ['b64'] }));
    for (const crit of [['exp'], ['x'], [], 'x', null]) await refused(await signed({ crit, x: 1 }));
  });

  it('that brings its own key along, or says where one is [J2]', async () => {
    const { privateKey, publicKey: own } = await generateKeyPair('ES256', { extractable: true });
    const jwk = await exportJWK(own);
    const before = issuer.asked.length;
    for (const offer of [
      { jwk },
      { jku: `${issuer.issuer}/theirs` },
      { x5u: `${issuer.issuer}/theirs` },
      { x5c: ['MII'] },
    ]) {
      for (const kid of [issuer.kid, 'mine', undefined]) {
        const header = { alg: 'ES256', ...(kid === undefined ? {} : { kid }), ...offer };
        await refused(await new SignJWT(issuer.idClaims('ada')).setProtectedHeader(header).sign(privateKey));
      }
    }
    expect(issuer.asked.slice(before).filter((path) => path.includes('theirs'))).toEqual([]);
  });

  it('whose key id is a path, a query, or endless [J2]', async () => {
    const kids = [
      '../../../dev/null',
      "' OR 1=1 --",
      '__proto__',
      'constructor',
      'k'.repeat(1_000_000),
      '',
      7,
      {},
      null,
    ];
    const [, payload, signature] = (await issuer.idToken('ada')).split('.');
    for (const kid of kids) await refused(`${part({ alg: 'ES256', kid })}.${payload}.${signature}`);
  });

  it('that is too long, of another form, or spelt in another way [J8]', async () => {
    const token = await issuer.idToken('ada');
    const [header = '', payload = '', signature = ''] = token.split('.');
    const long = await issuer.idToken('ada', { filler: 'x'.repeat(MAX_PROVIDER_TOKEN_LENGTH) });
    const strays = [
      '',
      'x',
      'a.b',
      `${token}.`,
      `.${token}`,
      ` ${token}`,
      `${token}=`,
      `${token}\n`,
      `${header}.${payload}`,
    ];
    // The last character carries bits that no byte needs.
    const malleable = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_']
      .map((last) => `${header}.${payload}.${signature.slice(0, -1)}${last}`)
      .filter((one) => one !== token);
    for (const one of [long, ...strays, ...malleable]) await refused(one);
    expect(await tokens.personOf(token)).toBeDefined();
  });
});

describe('a signed token is refused', () => {
  const wrong: Record<string, object> = {
    'from another issuer': { iss: 'https://evil.example.org' },
    'whose issuer only begins alike': { iss: 'http://127.0.0.1' },
    'whose issuer is a list': { iss: ['http://127.0.0.1'] },
    'for another client': { aud: 'other' },
    'for the audience of access tokens': { aud: AUDIENCE },
    'for nobody': { aud: undefined },
    'for an empty list': { aud: [] },
    'for several, without saying to whom it was issued': { aud: [CLIENT_ID, 'other'] },
    'that was issued to another party': { azp: 'other' },
    'without a subject': { sub: undefined },
    'with an empty subject': { sub: '' },
    'whose subject is a number': { sub: 7 },
    'with an endless subject': { sub: 's'.repeat(256) },
    'that never ends': { exp: undefined },
    'whose end is a text': { exp: '9999999999' },
    'without its time of issue': { iat: undefined },
  };

  it.each(Object.entries(wrong))('%s [J3]', async (_what, claims) => {
    await refused(await issuer.idToken('ada', claims));
  });

  it('before its time and after it, by thirty seconds more than clocks differ [J3]', async () => {
    const at = now();
    const accepted = [{ exp: at - 29 }, { nbf: at + 30 }, { iat: at + 30 }, { iat: at - 629, exp: at + 60 }];
    const late = [{ exp: at - 30 }, { nbf: at + 31 }, { iat: at + 31 }, { iat: at - 631 }, { nbf: 'now' }];
    const absurd = [{ exp: at + 24 * 3_600 + 1 }, { exp: at, iat: at }, { exp: null }, { iat: at + 20, exp: at + 10 }];
    for (const claims of accepted) {
      expect(await tokens.personOf(await issuer.idToken('ada', { iat: at - 60, ...claims }))).toBeDefined();
    }
    for (const claims of [...late, ...absurd]) await refused(await issuer.idToken('ada', { iat: at - 60, ...claims }));
  });

  it('that names a claim twice, however it is spelt [J3]', async () => {
    const { privateKey, publicKey: own } = await generateKeyPair('ES256', { extractable: true });
    issuer.jwks.keys.push({ ...(await exportJWK(own)), kid: 'second', alg: 'ES256' });
    tokens = trusting();
    const text = JSON.stringify(issuer.idClaims('ada'));
    const { CompactSign } = await import('jose');
    const signed = (payload: string) =>
      new CompactSign(Buffer.from(payload)).setProtectedHeader({ alg: 'ES256', kid: 'second' }).sign(privateKey);

    expect(await tokens.personOf(await signed(text))).toBeDefined();
    for (const name of ['sub', 's\\u0075b', '\\u0073ub']) {
      await refused(await signed(text.replace('{', `{"${name}":"eve",`)));
      await refused(await signed(text.replace('{', `{"a":[{"x":1,"x":2}],`)));
    }
    for (const payload of ['[]', 'null', '"text"', '', '{', `${text},`]) await refused(await signed(payload));
    issuer.jwks.keys.pop();
  });

  it('when it is of another kind: never one for the other [J4]', async () => {
    const [id, access] = [issuer.idClaims('ada'), issuer.accessClaims('ada')];
    const notToSignInWith = [
      [id, { typ: 'at+jwt' }],
      [id, { typ: 'application/AT+JWT' }],
      [id, { typ: 'logout+jwt' }],
      [{ ...id, typ: 'Bearer' }, {}],
      [{ ...id, typ: 'Refresh' }, {}],
      [{ ...id, scope: 'openid' }, {}],
      [{ ...id, events: {} }, {}],
      [access, { typ: 'at+jwt' }],
      [{ ...access, aud: CLIENT_ID }, { typ: 'at+jwt' }],
    ] as const;
    const noAccess = [
      [access, {}],
      [access, { typ: 'JWT' }],
      [id, { typ: 'JWT' }],
      [{ ...id, aud: AUDIENCE }, { typ: 'JWT' }],
      [{ ...access, typ: 'ID' }, { typ: 'JWT' }],
      [{ ...access, typ: 'Refresh' }, { typ: 'JWT' }],
      [{ ...access, typ: 'Bearer' }, { typ: 'logout+jwt' }],
      [{ ...access, aud: CLIENT_ID }, { typ: 'at+jwt' }],
      [{ ...access, client_id: 'other' }, { typ: 'at+jwt' }],
      [{ ...access, azp: 'other' }, { typ: 'at+jwt' }],
      [{ ...access, cnf: { jkt: 'k' } }, { typ: 'at+jwt' }],
    ] as const;
    for (const [claims, header] of notToSignInWith) await refused(await issuer.sign(claims, header));
    for (const [claims, header] of noAccess) await refusedAsAccess(await issuer.sign(claims, header));
  });
});

describe('a key of the provider', () => {
  const idClaims = () => issuer.idClaims('ada');
  const publish = async (alg: string, change: (jwk: Record<string, unknown>) => object) => {
    const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true, modulusLength: 2048 });
    issuer.jwks = { keys: [change({ ...(await exportJWK(publicKey)), kid: 'k' })] as never };
    tokens = trusting({ OIDC_ALGORITHMS: 'RS256,PS256,ES256,EdDSA' });
    return (used = alg) => new SignJWT(idClaims()).setProtectedHeader({ alg: used, kid: 'k' }).sign(privateKey);
  };
  afterAll(() => issuer.rotate());

  it('without an algorithm is for the first allowed one of its type, whatever the token says [J2]', async () => {
    const rsa = await publish('RS256', (jwk) => jwk);
    expect(await tokens.personOf(await rsa())).toBeDefined();
    const pss = await publish('PS256', (jwk) => jwk);
    await refused(await pss());
  });

  it.each([
    ['is for encryption', { use: 'enc' }],
    ['does not verify', { key_ops: ['encrypt'] }],
    ['is for another algorithm', { alg: 'RS512' }],
    ['was published with its private part', { d: 'AQ' }],
    ['has a name that is none', { kid: 7 }],
  ])('that %s is not used [J5]', async (_what, change) => {
    const sign = await publish('RS256', (jwk) => ({ ...jwk, ...change }));
    await refused(await sign());
  });

  it('is not used when another one goes by the same name [J5]', async () => {
    const sign = await publish('EdDSA', (jwk) => jwk);
    expect(await tokens.personOf(await sign())).toBeDefined();
    const { publicKey } = await generateKeyPair('EdDSA', { extractable: true });
    issuer.jwks.keys.push({ ...(await exportJWK(publicKey)), kid: 'k' });
    tokens = trusting();
    await refused(await sign());
  });

  it('is found among keys of every kind, broken ones too [J5]', async () => {
    const sign = await publish('ES256', (jwk) => jwk);
    const strays = [
      null,
      7,
      {},
      { kty: 'oct', k: 'AAAA', kid: 'k', alg: 'HS256' },
      { kty: 'EC', crv: 'P-256', kid: 'k' },
    ];
    issuer.jwks.keys.push(...(strays as never[]), { kty: 'RSA', n: 'AQ', e: 'AQAB', kid: 'k' });
    tokens = trusting();
    expect(await tokens.personOf(await sign())).toBeDefined();
  });
});
