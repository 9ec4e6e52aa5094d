import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type GenerateKeyPairResult, type JWK, SignJWT } from 'jose';
import type { Clock } from '../../src/platform/clock';

export const CLIENT_ID = 'web';
export const AUDIENCE = 'https://api.example.org';

type KeysAnswer = (response: ServerResponse) => void;

/**
 * The part of a sign-in provider that the service sees: a discovery document and keys over HTTP, and tokens that they
 * verify. Real providers are in `oidc-provider.test.ts` and `test/keycloak`; this one can be made to misbehave.
 */
export class TestIssuer {
  /** The paths that were asked for, in order. */
  readonly asked: string[] = [];
  /** How the keys are answered instead. */
  answerKeys: KeysAnswer | null = null;
  /** What the discovery document says otherwise. */
  discovery: object = {};
  issuer = '';
  jwks: { keys: JWK[] } = { keys: [] };
  #server: Server | null = null;
  #signing: GenerateKeyPairResult | null = null;
  #generation = 0;

  constructor(readonly clock: Clock) {}

  get environment() {
    return { OIDC_ISSUER: this.issuer, OIDC_CLIENT_ID: CLIENT_ID, OIDC_AUDIENCE: AUDIENCE };
  }

  /** How often the keys themselves were asked for. */
  get keysAsked(): number {
    return this.asked.filter((path) => path === '/keys').length;
  }

  get kid(): string {
    return `key-${this.#generation}`;
  }

  async start(): Promise<void> {
    await this.rotate();
    await this.listen(0);
  }

  /** New keys; those of before are gone from the set. */
  async rotate(): Promise<void> {
    this.#signing = await generateKeyPair('ES256', { extractable: true });
    this.#generation += 1;
    this.jwks = { keys: [{ ...(await exportJWK(this.#signing.publicKey)), kid: this.kid, alg: 'ES256', use: 'sig' }] };
  }

  /** Goes on at the same address as before. */
  comeBack(): Promise<void> {
    return this.listen(Number(new URL(this.issuer).port));
  }

  async stop(): Promise<void> {
    if (this.#server === null) return;
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
    this.#server = null;
  }

  /** What an ID token says when `subject` has just signed in; claims that are given as undefined are left out. */
  idClaims(subject: string, given: object = {}): Record<string, unknown> {
    const now = Math.floor(this.clock.now().getTime() / 1_000);
    return { iss: this.issuer, aud: CLIENT_ID, sub: subject, iat: now, exp: now + 300, nonce: 'n', ...given };
  }

  accessClaims(subject: string, given: object = {}): Record<string, unknown> {
    const access = { aud: AUDIENCE, client_id: CLIENT_ID, scope: 'openid', jti: 'j' };
    return this.idClaims(subject, { nonce: undefined, ...access, ...given });
  }

  idToken(subject: string, given: object = {}): Promise<string> {
    return this.sign(this.idClaims(subject, given), { typ: 'JWT' });
  }

  accessToken(subject: string, given: object = {}): Promise<string> {
    return this.sign(this.accessClaims(subject, given), { typ: 'at+jwt' });
  }

  sign(claims: object, header: object = {}): Promise<string> {
    if (this.#signing === null) throw new Error('the issuer has not been started');
    const kept = JSON.parse(JSON.stringify(claims)) as Record<string, unknown>;
    return new SignJWT(kept)
      .setProtectedHeader({ alg: 'ES256', kid: this.kid, ...header })
      .sign(this.#signing.privateKey);
  }

  private async listen(port: number): Promise<void> {
    this.#server = createServer((request, response) => this.answer(request, response)).listen(port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.issuer = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  private answer({ url = '' }: IncomingMessage, response: ServerResponse): void {
    this.asked.push(url);
    if (url === '/keys') {
      if (this.answerKeys === null) response.end(JSON.stringify(this.jwks));
      else this.answerKeys(response);
    } else if (url === '/moved-keys') {
      response.end(JSON.stringify(this.jwks));
    } else if (url === '/.well-known/openid-configuration') {
      response.end(JSON.stringify({ issuer: this.issuer, jwks_uri: `${this.issuer}/keys`, ...this.discovery }));
    } else {
      response.writeHead(404).end();
    }
  }
}
