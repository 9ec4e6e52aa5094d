import { compactVerify, type CryptoKey } from 'jose';
import type { WantedKey } from './oidc-key-set';
import type { OidcAlgorithm } from './oidc-settings';
import { parseUniqueJson } from './unique-json';

/** A request's headers carry 16 KB at most; real access tokens of large organizations have some 4. */
export const MAX_PROVIDER_TOKEN_LENGTH = 8_192;
const MAX_KID_LENGTH = 255;

/** Not a token of the provider's. The reason is for tests and never for whoever sent it. */
export class BadTokenError extends Error {
  constructor(readonly reason: string) {
    super(`the token was refused: ${reason}`);
    this.name = 'BadTokenError';
  }
}

export type Claims = Readonly<Record<string, unknown>>;

/** What the signature was found to cover. */
export interface SignedContent {
  /** `typ` of the header. */
  readonly type: string | undefined;
  readonly payload: Uint8Array;
}

interface Header extends WantedKey {
  readonly type: string | undefined;
}

/**
 * The content of a compact JWS, if a key of the provider's signed it. Of the header only `alg`, `kid` and `typ` count:
 * keys that it brings along or points to (jwk, jku, x5u, x5c) are ignored, extensions (crit, b64) are refused [J1, J2].
 *
 * @throws BadTokenError; what `keyOf` throws
 */
export async function verifiedContent(
  token: string,
  algorithms: readonly OidcAlgorithm[],
  keyOf: (wanted: WantedKey) => Promise<CryptoKey | Uint8Array>,
): Promise<SignedContent> {
  const { algorithm, kid, type } = headerOf(token, algorithms);
  const key = await keyOf({ algorithm, kid });
  try {
    const { payload } = await compactVerify(token, key, { algorithms: [algorithm] });
    return { type, payload };
  } catch {
    throw new BadTokenError('signature');
  }
}

function headerOf(token: string, algorithms: readonly OidcAlgorithm[]): Header {
  if (token.length > MAX_PROVIDER_TOKEN_LENGTH) throw new BadTokenError('too long');
  const parts = token.split('.');
  const [first = ''] = parts;
  if (parts.length !== 3 || !parts.every(isCanonical)) throw new BadTokenError('form');
  const { alg, kid, typ, ...rest } = objectIn(Buffer.from(first, 'base64url'));
  const algorithm = algorithms.find((one) => one === alg);
  if (algorithm === undefined) throw new BadTokenError('algorithm');
  if ('crit' in rest || 'b64' in rest) throw new BadTokenError('extension');
  if (kid !== undefined && (typeof kid !== 'string' || kid.length > MAX_KID_LENGTH)) throw new BadTokenError('kid');
  if (typ !== undefined && typeof typ !== 'string') throw new BadTokenError('typ');
  return { algorithm, kid, type: typ };
}

/** base64url in its one spelling: no padding, no stray bits [J8]. */
const isCanonical = (part: string): boolean => Buffer.from(part, 'base64url').toString('base64url') === part;

/** @throws BadTokenError when the bytes are not one JSON object, or it names a member twice */
export function objectIn(bytes: Uint8Array): Claims {
  try {
    const value = parseUniqueJson(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Claims;
  } catch {
    // Told below, like everything that is no object.
  }
  throw new BadTokenError('not an object');
}

/** The issuer that a token names, unverified: good for choosing who judges it, and for nothing else. */
export function claimedIssuer(token: string): unknown {
  const [, payload] = token.split('.');
  if (payload === undefined || token.length > MAX_PROVIDER_TOKEN_LENGTH) return undefined;
  try {
    return objectIn(Buffer.from(payload, 'base64url'))['iss'];
  } catch {
    return undefined;
  }
}
