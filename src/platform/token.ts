import { randomBytes } from 'node:crypto';
import { jwtVerify, SignJWT, type JWTPayload, type JWTVerifyGetKey } from 'jose';
import { UnauthenticatedError } from '../domain/errors';
import type { AccountId, SessionId, TenantId, UserId } from '../domain/ids';
import type { Clock } from './clock';
import { LruCache } from './lru-cache';
import type { KeyRing } from './signing-keys';
import { newTenantToken, tenantTokenHash } from './tenant-token';

/** Whom a token speaks for, and in which organization. */
export interface TokenSubject {
  readonly accountId: AccountId;
  readonly userId: UserId;
  readonly tenantId: TenantId;
  /** The session that the token ends with; left out for one that belongs to none (load tools, tests). */
  readonly sessionId?: SessionId;
}

export interface AccessToken {
  readonly token: string;
  readonly expiresAt: Date;
}

/** Issues and verifies access tokens. Who the person is now (role, still active) is the database's to say, not the token's. */
export abstract class AccessTokens {
  abstract issue(subject: TokenSubject): Promise<AccessToken>;

  /** @throws UnauthenticatedError */
  abstract verify(token: string): Promise<TokenSubject>;
}

export const ACCESS_TOKEN_MS = 15 * 60_000;
/** How far another process's clock may be ahead of ours. */
const SKEW_MS = 30_000;
/** Verifying a signature costs a quarter of a millisecond; an entry is a few hundred bytes. */
const REMEMBERED_TOKENS = 10_000;
const MAX_TOKEN_LENGTH = 2_048;

const ALGORITHM = 'EdDSA';
const TYPE = 'at+jwt';
const ISSUER = 'happening';
const AUDIENCE = 'happening/graphql';
const ID = /^[0-9a-f]{24}$/;

interface Verified {
  readonly subject: TokenSubject;
  readonly expiresAt: number;
}

/** Access tokens as RFC 9068 has them: signed with Ed25519, by a key of the ring that `kid` names. */
export class SignedAccessTokens extends AccessTokens {
  readonly #verified = new LruCache<string, Verified>(REMEMBERED_TOKENS);
  readonly #keyOf: JWTVerifyGetKey;

  constructor(
    private readonly keys: KeyRing,
    private readonly clock: Clock,
  ) {
    super();
    const publicKeys = new Map(keys.map((key) => [key.kid, key.publicKey]));
    // The header only chooses among our own keys: whatever else it offers (jwk, jku, x5u) is not looked at.
    this.#keyOf = ({ kid }) => {
      const key = publicKeys.get(kid ?? '');
      if (key === undefined) throw new UnauthenticatedError();
      return key;
    };
  }

  async issue({ accountId, userId, tenantId, sessionId }: TokenSubject): Promise<AccessToken> {
    const [{ kid, privateKey }] = this.keys;
    // A token's times are whole seconds.
    const issuedAt = Math.floor(this.clock.now().getTime() / 1_000);
    const expiresAt = issuedAt + ACCESS_TOKEN_MS / 1_000;
    const token = await new SignJWT({ uid: userId, tid: tenantId, ...(sessionId && { sid: sessionId }) })
      .setProtectedHeader({ alg: ALGORITHM, kid, typ: TYPE })
      .setIssuer(ISSUER)
      .setAudience(AUDIENCE)
      .setSubject(accountId)
      .setJti(randomBytes(16).toString('base64url'))
      .setIssuedAt(issuedAt)
      .setExpirationTime(expiresAt)
      .sign(privateKey);
    return { token, expiresAt: new Date(expiresAt * 1_000) };
  }

  async verify(token: string): Promise<TokenSubject> {
    const known = this.#verified.get(token);
    if (known !== undefined && this.clock.now().getTime() < known.expiresAt) return known.subject;
    this.#verified.delete(token);
    const verified = await this.check(token);
    this.#verified.set(token, verified);
    return verified.subject;
  }

  private async check(token: string): Promise<Verified> {
    if (token.length > MAX_TOKEN_LENGTH) throw new UnauthenticatedError();
    try {
      const { payload } = await jwtVerify(token, this.#keyOf, {
        algorithms: [ALGORITHM],
        typ: TYPE,
        issuer: ISSUER,
        audience: AUDIENCE,
        currentDate: this.clock.now(),
        requiredClaims: ['sub', 'uid', 'tid', 'iat', 'exp'],
      });
      return this.verifiedOf(payload);
    } catch {
      // Why a token was refused helps only whoever forges one.
      throw new UnauthenticatedError();
    }
  }

  private verifiedOf({ sub, uid, tid, sid, iat = Infinity, exp = Infinity }: JWTPayload): Verified {
    const sane = iat * 1_000 <= this.clock.now().getTime() + SKEW_MS && (exp - iat) * 1_000 <= ACCESS_TOKEN_MS;
    if (!sane || !isId<AccountId>(sub) || !isId<UserId>(uid) || !isId<TenantId>(tid)) throw new UnauthenticatedError();
    const subject = { accountId: sub, userId: uid, tenantId: tid };
    if (sid === undefined) return { subject, expiresAt: exp * 1_000 };
    if (!isId<SessionId>(sid)) throw new UnauthenticatedError();
    return { subject: { ...subject, sessionId: sid }, expiresAt: exp * 1_000 };
  }
}

const isId = <Id extends string>(value: unknown): value is Id => typeof value === 'string' && ID.test(value);

export const REFRESH_TOKEN_MS = 30 * 24 * 3_600_000;

/** Buys the next access token. */
export const newRefreshToken = newTenantToken;
export const refreshTokenHash = tenantTokenHash;
