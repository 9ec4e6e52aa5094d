import type { ServerResponse } from 'node:http';
import { UnauthenticatedError } from '../../../src/domain/errors';
import { loadEnv, type Source } from '../../../src/platform/env';
import { OidcTokens } from '../../../src/platform/oidc';
import { ASK_AGAIN_MS, FRESH_MS, KEPT_MS } from '../../../src/platform/oidc-keys';
import { capturedLog } from '../../support/captured-log';
import { TestClock } from '../../support/clock';
import { TestIssuer } from '../../support/issuer';

let clock: TestClock;
let issuer: TestIssuer;
let log: ReturnType<typeof capturedLog>;

beforeEach(async () => {
  clock = new TestClock();
  log = capturedLog();
  issuer = new TestIssuer(clock);
  await issuer.start();
});
afterEach(() => issuer.stop());

/** Longer than a busy machine takes to answer itself; for a provider that does not answer, short. */
const trusting = (given: Source = {}, timeoutMs = 5_000): OidcTokens => {
  const { oidc } = loadEnv({ ...issuer.environment, ...given });
  if (oidc === undefined) throw new Error('no provider');
  return new OidcTokens(oidc, clock, log.logger, { timeoutMs, maxBytes: 10_000 });
};
const accepts = (tokens: OidcTokens, token: string): Promise<boolean> =>
  tokens.personOf(token).then(
    () => true,
    (error: unknown) => {
      expect(error).toBeInstanceOf(UnauthenticatedError);
      return false;
    },
  );
const withKid = (kid: string): Promise<string> => issuer.sign(issuer.idClaims('ada'), { kid });

describe('the keys of a provider', () => {
  it('are read once, by everybody who comes at the same time', async () => {
    const tokens = trusting();
    const token = await issuer.idToken('ada');
    const answers = await Promise.all(Array.from({ length: 50 }, () => accepts(tokens, token)));

    expect(new Set(answers)).toEqual(new Set([true]));
    expect(issuer.asked).toEqual(['/.well-known/openid-configuration', '/keys']);
  });

  it('are read where the configuration says, if it does', async () => {
    expect(await accepts(trusting({ OIDC_JWKS_URI: `${issuer.issuer}/keys` }), await issuer.idToken('ada'))).toBe(true);
    expect(issuer.asked).toEqual(['/keys']);
  });

  it('are asked for once in thirty seconds, however many unknown keys are named [J5]', async () => {
    const tokens = trusting();
    const flood = async () => {
      for (let nth = 0; nth < 100; nth += 1) expect(await accepts(tokens, await withKid(`unknown-${nth}`))).toBe(false);
    };

    await flood();
    expect(issuer.keysAsked).toBe(1);
    clock.advance(ASK_AGAIN_MS - 1);
    await flood();
    expect(issuer.keysAsked).toBe(1);
    clock.advance(1);
    await flood();
    expect(issuer.keysAsked).toBe(2);
    expect(await accepts(tokens, await issuer.idToken('ada'))).toBe(true);
  });

  it('are read anew when one is named that is not at hand: a rotation needs no restart [J5]', async () => {
    const tokens = trusting();
    const old = await issuer.idToken('ada');
    expect(await accepts(tokens, old)).toBe(true);
    await issuer.rotate();
    const fresh = await issuer.idToken('ada');

    expect(await accepts(tokens, fresh)).toBe(false);
    clock.advance(ASK_AGAIN_MS);
    expect(await accepts(tokens, fresh)).toBe(true);
    expect(await accepts(tokens, old)).toBe(false);
  });

  it('that the provider has withdrawn stop counting after ten minutes, without anybody waiting for it', async () => {
    const tokens = trusting();
    await accepts(tokens, await issuer.idToken('ada'));
    clock.advance(FRESH_MS);
    const old = await issuer.idToken('ada');
    await issuer.rotate();

    expect(await accepts(tokens, old)).toBe(true);
    // Whoever needs an unknown key waits for the reading that has begun, and so does this test.
    expect(await accepts(tokens, await withKid('unknown'))).toBe(false);
    expect(await accepts(tokens, old)).toBe(false);
    expect(issuer.keysAsked).toBe(2);
  });
});

describe('a provider that is down', () => {
  it('lets nobody in whose key is not at hand, and is asked again after thirty seconds [F19]', async () => {
    const tokens = trusting();
    const token = await issuer.idToken('ada');
    await issuer.stop();
    for (let nth = 0; nth < 5; nth += 1) expect(await accepts(tokens, token)).toBe(false);
    await issuer.comeBack();

    expect(await accepts(tokens, token)).toBe(false);
    clock.advance(ASK_AGAIN_MS);
    expect(await accepts(tokens, token)).toBe(true);
    expect(log.parsed()).toMatchObject([{ level: 'warn', message: 'the sign-in provider gave no keys' }]);
  });

  it('goes on letting people in by the keys at hand, for a day [F19]', async () => {
    const tokens = trusting();
    expect(await accepts(tokens, await issuer.idToken('ada'))).toBe(true);
    await issuer.stop();
    for (const later of [ASK_AGAIN_MS, FRESH_MS, KEPT_MS - ASK_AGAIN_MS - FRESH_MS - 1]) {
      clock.advance(later);
      expect(await accepts(tokens, await issuer.idToken('ada'))).toBe(true);
      expect(await accepts(tokens, await withKid('unknown'))).toBe(false);
    }
    clock.advance(1);
    expect(await accepts(tokens, await issuer.idToken('ada'))).toBe(false);
  });
});

describe('a provider that misbehaves lets nobody in, and harms nobody who is in', () => {
  const answers: Record<string, (response: ServerResponse) => void> = {
    'never answers': () => undefined,
    'stops in the middle': (response) => void response.write('{"keys":['),
    'hangs up': (response) => void response.destroy(),
    'answers without end': (response) => {
      const more = (): boolean => response.destroyed || (response.write('x'.repeat(1_000)) && more());
      response.on('drain', more);
      more();
    },
    'sends more than a provider has': (response) =>
      void response.end(JSON.stringify({ keys: [], x: 'x'.repeat(10_000) })),
    'names more keys than a provider has': (response) => void response.end(`{"keys":[${'{},'.repeat(100)}{}]}`),
    fails: (response) => void response.writeHead(500).end(JSON.stringify(issuer.jwks)),
    'sends one elsewhere': (response) =>
      void response.writeHead(302, { location: `${issuer.issuer}/moved-keys` }).end(),
    'answers no JSON': (response) => void response.end('<html>'),
    'answers another document': (response) => void response.end('[]'),
    'answers twice in one document': (response) =>
      void response.end(`{"keys":[],${JSON.stringify(issuer.jwks).slice(1)}`),
  };

  it.each(Object.entries(answers))('it %s [F19]', async (_what, answer) => {
    const [cold, warm] = [trusting({}, 1_000), trusting({}, 1_000)];
    expect(await accepts(warm, await issuer.idToken('ada'))).toBe(true);
    issuer.answerKeys = answer;
    clock.advance(FRESH_MS);
    const token = await issuer.idToken('ada');

    expect(await accepts(cold, token)).toBe(false);
    expect(await accepts(warm, token)).toBe(true);
    expect(await accepts(warm, await withKid('unknown'))).toBe(false);
    expect(await accepts(warm, token)).toBe(true);
    issuer.answerKeys = null;
    clock.advance(ASK_AGAIN_MS);
    expect(await accepts(cold, await issuer.idToken('ada'))).toBe(true);
  });

  it.each([
    ['is of another issuer', { issuer: 'https://evil.example.org' }],
    ['sends one for the keys over plain http', { jwks_uri: 'http://keys.example.org/' }],
    ['sends one to a file', { jwks_uri: 'file:///etc/passwd' }],
    ['names no place for keys', { jwks_uri: undefined }],
  ])('its discovery document %s [F19]', async (_what, change) => {
    issuer.discovery = change;
    const tokens = trusting();
    expect(await accepts(tokens, await issuer.idToken('ada'))).toBe(false);
    expect(issuer.keysAsked).toBe(0);
    issuer.discovery = {};
    clock.advance(ASK_AGAIN_MS);
    expect(await accepts(tokens, await issuer.idToken('ada'))).toBe(true);
  });
});
