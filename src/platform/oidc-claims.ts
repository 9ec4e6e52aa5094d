import type { Identity } from '../domain/user';
import { isPlainAddress } from './email-key';
import { BadTokenError, type Claims } from './oidc-jws';

/** How far the provider's clock may be from ours, seconds. */
const SKEW_S = 30;
/** A token that is to live longer than this was not made by a provider in its right mind, seconds. */
const MAX_LIFETIME_S = 24 * 3_600;
/** How old an ID token may be when somebody signs in with it, seconds: it tells of a sign-in that just happened. */
export const MAX_SIGN_IN_AGE_S = 10 * 60;
const MAX_SUBJECT_LENGTH = 255;

/** Whom a token has to come from and be meant for. */
export interface Expected {
  readonly issuer: string;
  readonly clientId: string;
  /** Now, in seconds since 1970. */
  readonly now: number;
}

/** A person as the provider knows them. */
export interface ProviderPerson {
  readonly identity: Identity;
  readonly email: string | null;
  /** Whether the provider says that the address was shown to be theirs, and says it of the very address that we know it by. */
  readonly emailVerified: boolean;
  readonly name: string | null;
}

/** The claims of an ID token: it tells the client who signed in. Access, refresh and log-out tokens are not that [J4]. */
export function idTokenPerson(claims: Claims, type: string | undefined, expected: Expected): ProviderPerson {
  const { clientId, now } = expected;
  const identity = identityIn(claims, clientId, expected);
  if (type !== undefined && mediaType(type) !== 'jwt') throw new BadTokenError('typ');
  if (claims['typ'] !== undefined && claims['typ'] !== 'ID') throw new BadTokenError('typ');
  if ('scope' in claims || 'scp' in claims || 'events' in claims) throw new BadTokenError('not an ID token');
  // OpenID Connect Core 1.0, 3.1.3.7: of several audiences one is the party it was issued to.
  if (Array.isArray(claims['aud']) && claims['aud'].length > 1 && claims['azp'] === undefined) {
    throw new BadTokenError('azp');
  }
  if (now - secondsIn(claims, 'iat') > MAX_SIGN_IN_AGE_S + SKEW_S) throw new BadTokenError('old');
  const email = textIn(claims, 'email');
  return {
    identity,
    email,
    // Of one that normalising makes another's, nobody has shown that other to be theirs.
    emailVerified: claims['email_verified'] === true && isPlainAddress(email ?? ''),
    name: textIn(claims, 'name'),
  };
}

/**
 * The claims of an access token. It has to say that it is one: `typ: at+jwt` in the header (RFC 9068), or Keycloak's
 * `typ: Bearer` among the claims; an ID token does neither.
 */
export function accessTokenIdentity(
  claims: Claims,
  type: string | undefined,
  expected: Expected & { readonly audience: string },
): Identity {
  const identity = identityIn(claims, expected.audience, expected);
  const isAccess =
    mediaType(type ?? '') === 'at+jwt' || (mediaType(type ?? 'jwt') === 'jwt' && claims['typ'] === 'Bearer');
  if (!isAccess) throw new BadTokenError('typ');
  // Bound to a key that the sender has to show (DPoP, mTLS): on its own it proves nothing.
  if ('cnf' in claims) throw new BadTokenError('cnf');
  if (claims['client_id'] !== undefined && claims['client_id'] !== expected.clientId) throw new BadTokenError('client');
  return identity;
}

/** What every token has to say [J3]. */
function identityIn(claims: Claims, audience: string, { issuer, clientId, now }: Expected): Identity {
  const { iss, aud, azp, sub } = claims;
  if (iss !== issuer) throw new BadTokenError('iss');
  if (aud !== audience && !(Array.isArray(aud) && aud.includes(audience))) throw new BadTokenError('aud');
  if (azp !== undefined && azp !== clientId) throw new BadTokenError('azp');
  const [iat, exp] = [secondsIn(claims, 'iat'), secondsIn(claims, 'exp')];
  if (now >= exp + SKEW_S) throw new BadTokenError('exp');
  if (exp <= iat || exp - now > MAX_LIFETIME_S) throw new BadTokenError('lifetime');
  if (iat > now + SKEW_S) throw new BadTokenError('iat');
  if (claims['nbf'] !== undefined && secondsIn(claims, 'nbf') > now + SKEW_S) throw new BadTokenError('nbf');
  if (typeof sub !== 'string' || sub === '' || sub.length > MAX_SUBJECT_LENGTH) throw new BadTokenError('sub');
  return { issuer, subject: sub };
}

function secondsIn(claims: Claims, name: string): number {
  const value = claims[name];
  if (typeof value !== 'number' || !Number.isFinite(value)) throw new BadTokenError(name);
  return value;
}

const textIn = (claims: Claims, name: string): string | null => {
  const value = claims[name];
  return typeof value === 'string' && value.trim() !== '' ? value : null;
};

/** RFC 7515, 4.1.9: without regard to case; `application/` may be left out. */
const mediaType = (type: string): string => type.toLowerCase().replace(/^application\//, '');
