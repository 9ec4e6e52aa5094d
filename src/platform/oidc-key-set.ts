import { type CryptoKey, importJWK, type JWK } from 'jose';
import type { OidcAlgorithm } from './oidc-settings';
import { isUnfitRsa } from './unfit-rsa';

/** A set larger than this is no provider's. */
const MAX_KEYS = 100;

/** What a token's header may say about the key it was signed with. */
export interface WantedKey {
  readonly algorithm: OidcAlgorithm;
  readonly kid: string | undefined;
}

interface ProviderKey extends WantedKey {
  readonly jwk: JWK;
  imported?: Promise<CryptoKey | Uint8Array>;
}

/**
 * A provider's public keys, each for one algorithm: that of its `alg`, else the first of the allow-list that fits its
 * type. The token's `alg` never chooses what a key is for (CVE-2026-44699) [J2]. Left out: shared secrets, private keys,
 * keys for encryption, algorithms that are not allowed, RSA keys unfit for use.
 */
export class KeySet {
  private constructor(private readonly keys: readonly ProviderKey[]) {}

  /** @throws TypeError when it is no JWK set */
  static from(document: unknown, algorithms: readonly OidcAlgorithm[]): KeySet {
    const keys: unknown = isRecord(document) ? document['keys'] : undefined;
    if (!Array.isArray(keys) || keys.length > MAX_KEYS) throw new TypeError('not a JWK set');
    return new KeySet(keys.filter(isRecord).flatMap((jwk) => providerKeys(jwk, algorithms)));
  }

  /**
   * The one key that is meant; null where none is, or more than one could be: `kid` is a name, not proof.
   *
   * @throws when the key itself is malformed
   */
  find({ algorithm, kid }: WantedKey): Promise<CryptoKey | Uint8Array> | null {
    const [key, ...more] = this.keys.filter(
      (one) => one.algorithm === algorithm && (kid === undefined || one.kid === kid),
    );
    if (key === undefined || more.length > 0) return null;
    return (key.imported ??= importJWK(key.jwk, key.algorithm));
  }
}

type Members = Readonly<Record<string, unknown>>;

const isRecord = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function providerKeys(jwk: Members, algorithms: readonly OidcAlgorithm[]): ProviderKey[] {
  const { alg, kid, use, key_ops: operations } = jwk;
  const algorithm = algorithms.find((one) => (alg === undefined || alg === one) && fits(jwk, one));
  const verifies = operations === undefined || (Array.isArray(operations) && operations.includes('verify'));
  if (algorithm === undefined || 'd' in jwk || (use !== undefined && use !== 'sig') || !verifies) return [];
  if (kid !== undefined && typeof kid !== 'string') return [];
  return [{ algorithm, kid, jwk: publicPart(jwk) }];
}

const CURVES: Partial<Record<OidcAlgorithm, string>> = { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521' };

function fits({ kty, crv, n, e, x, y }: Members, algorithm: OidcAlgorithm): boolean {
  const isText = (...members: unknown[]): boolean => members.every((one) => typeof one === 'string');
  if (algorithm === 'EdDSA') return kty === 'OKP' && crv === 'Ed25519' && isText(x);
  const curve = CURVES[algorithm];
  if (curve !== undefined) return kty === 'EC' && crv === curve && isText(x, y);
  return kty === 'RSA' && typeof n === 'string' && typeof e === 'string' && !isUnfitRsa({ n, e });
}

/** The numbers alone: certificates and addresses of certificates (x5c, x5u) that come along are not looked at. */
const publicPart = ({ kty, crv, n, e, x, y }: Members): JWK =>
  Object.fromEntries(Object.entries({ kty, crv, n, e, x, y }).filter(([, value]) => value !== undefined));
