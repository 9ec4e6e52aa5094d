import { createHmac, createPrivateKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { newId } from '../../src/platform/new-id';
import { parseKeyRing } from '../../src/platform/signing-keys';
import { databaseHash } from '../support/database-hash';
import { rawPost } from '../support/raw-post';
import { testService } from '../support/service';
import { furnished, type Furnished } from '../support/walk/mirrored';
import { plainId } from '../support/walk/organization';
import { operationNamed } from '../support/wire';

jest.setTimeout(30_000);

const newKey = (): string =>
  generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const pem = newKey();
const ours = createPrivateKey(pem);
const foreign = createPrivateKey(newKey());
const [{ kid, publicKey }] = parseKeyRing(pem);

const service = testService({ ACCESS_TOKEN_KEY: pem });
let world: Furnished;
let other: Furnished;
beforeAll(async () => {
  world = await furnished(service, 'A');
  other = await furnished(service, 'B');
});

type Json = Record<string, unknown>;
const base64url = (value: Json): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const nowSeconds = (): number => Math.floor(service.clock.now().getTime() / 1_000);
const header: Json = { alg: 'EdDSA', kid, typ: 'at+jwt' };

/** What a right token of A's admin says. */
const claims = (): Json => ({
  iss: 'happening',
  aud: 'happening/graphql',
  sub: plainId(world.organization.admin.accountId),
  uid: plainId(world.organization.admin.userId),
  tid: world.organization.tenantId,
  iat: nowSeconds(),
  exp: nowSeconds() + 600,
});

function token(changes: { header?: Json; claims?: Json; key?: KeyObject } = {}): string {
  const content = `${base64url({ ...header, ...changes.header })}.${base64url({ ...claims(), ...changes.claims })}`;
  return `${content}.${sign(null, Buffer.from(content), changes.key ?? ours).toString('base64url')}`;
}

/** Signed with HMAC, the public key for a secret. */
function confused(secret: string | Buffer): string {
  const content = `${base64url({ ...header, alg: 'HS256' })}.${base64url(claims())}`;
  return `${content}.${createHmac('sha256', secret).update(content).digest('base64url')}`;
}

const unsigned = (alg: string): string => `${base64url({ ...header, alg })}.${base64url(claims())}.`;
const spkiPem = (): string => publicKey.export({ type: 'spki', format: 'pem' }).toString();
const spkiDer = (): Buffer => publicKey.export({ type: 'spki', format: 'der' });

const BAD: readonly (readonly [string, () => string])[] = [
  ['junk', () => 'junk'],
  ['three times junk', () => 'a.b.c'],
  ['10,000 characters', () => 'n'.repeat(10_000)],
  ['expired', () => token({ claims: { iat: nowSeconds() - 1_000, exp: nowSeconds() - 1 } })],
  ['valid for ever', () => token({ claims: { exp: nowSeconds() + 10 * 365 * 86_400 } })],
  ['without an end', () => token({ claims: { exp: undefined } })],
  ['not valid yet', () => token({ claims: { nbf: nowSeconds() + 3_600 } })],
  ['issued tomorrow', () => token({ claims: { iat: nowSeconds() + 86_400, exp: nowSeconds() + 86_500 } })],
  ['of another issuer', () => token({ claims: { iss: 'somebody' } })],
  ['for another audience', () => token({ claims: { aud: 'somebody' } })],
  ['of another type', () => token({ header: { typ: 'JWT' } })],
  ['signed by a foreign key under our key’s name', () => token({ key: foreign })],
  ['signed by a foreign key under its own name', () => token({ key: foreign, header: { kid: 'mine' } })],
  ['signed by a key that it brings along', () => token({ key: foreign, header: { jwk: foreignJwk() } })],
  ['pointing at a key elsewhere', () => token({ key: foreign, header: { jku: 'http://127.0.0.1/keys' } })],
  ['naming a file as the key', () => token({ key: foreign, header: { kid: '../../dev/null' } })],
  ['with an unknown critical part', () => token({ header: { crit: ['b65'], b65: true } })],
  ...['none', 'None', 'nOnE', ''].map((alg) => [`alg "${alg}"`, () => unsigned(alg)] as const),
  ['HS256 with our public key as PEM', () => confused(spkiPem())],
  ['HS256 with our public key as PEM and a blank before it', () => confused(` ${spkiPem()}`)],
  ['HS256 with our public key as DER', () => confused(spkiDer())],
  ['with other claims under an old signature', () => tampered()],
  ['with half of its signature', () => token().slice(0, -40)],
  ['with a signature of zeros', () => token().replace(/[^.]+$/, Buffer.alloc(64).toString('base64url'))],
  ['of a user that never was', () => token({ claims: { uid: newId() } })],
  ['of another account’s user', () => token({ claims: { sub: plainId(other.organization.admin.accountId) } })],
  ['for an organization the user is not in', () => token({ claims: { tid: other.organization.tenantId } })],
  ['with an operator for a user', () => token({ claims: { uid: { $ne: null } } })],
  ['with a list for an organization', () => token({ claims: { tid: [other.organization.tenantId] } })],
];

const foreignJwk = (): Json => ({ ...(foreign.export({ format: 'jwk' }) as Json), d: undefined });

function tampered(): string {
  const [head, , signature] = token().split('.');
  return `${head}.${base64url({ ...claims(), uid: plainId(world.organization.members.USER.userId) })}.${signature}`;
}

const createEvent = () => ({
  query: operationNamed('createEvent').document,
  variables: {
    input: { name: 'Intruder', timezone: 'UTC', startsAtLocal: '2027-03-01T10:00', duration: 'PT1H' },
  },
});

describe('an access token', () => {
  it('that is right lets its owner in', async () => {
    const query = '{ viewer { user { id } organization { id } } }';
    const { body } = await rawPost(service.url, { query, variables: {}, token: token() });
    expect(body).toMatchObject({
      data: { viewer: { user: { id: world.organization.admin.userId }, organization: { id: world.organization.id } } },
    });
  });

  it.each(BAD)('lets nobody in, reading or writing [J1, J3]: %s', async (_what, bad) => {
    const untouched = await databaseHash(service.connection);
    for (const request of [{ query: operationNamed('viewer').document, variables: {} }, createEvent()]) {
      const { body, text, status } = await rawPost(service.url, { ...request, token: bad() });
      expect(status).toBeLessThan(500);
      expect(body.errors?.map(({ message, extensions: { code } }) => ({ code, message }))).toEqual([
        { code: 'UNAUTHENTICATED', message: 'Sign in first: the access token is missing, expired or not valid here.' },
      ]);
      expect(text).not.toMatch(/jose|JWS|JWT|signature|kid/i);
    }
    expect(await databaseHash(service.connection)).toBe(untouched);
  });

  it('is not what a refresh token counts as', async () => {
    const { organization } = world;
    const query = operationNamed('logIn').document;
    const input = { email: organization.admin.email, password: 'correct horse battery' };
    const { body } = await rawPost(service.url, { query, variables: { input } });
    const { refreshToken } = (body.data?.['logIn'] as { session: { refreshToken: string } }).session;
    const answer = await rawPost(service.url, { query: '{ organization { id } }', variables: {}, token: refreshToken });
    expect(answer.body.errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
  });

  it.each(['Basic YWRhOmFkYQ==', 'Bearer', 'Bearer  ', 'Token abc', 'Bearer a b'])(
    'comes as a bearer token, not as "%s"',
    async (authorization) => {
      const request = { query: '{ organization { id } }', variables: {}, headers: { authorization } };
      const { body } = await rawPost(service.url, request);
      expect(body.errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
    },
  );
});
