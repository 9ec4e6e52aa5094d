import { z } from 'zod';

/** What may sign: public-key algorithms only. With a shared secret (HS…) whoever verifies could sign as well. */
export const OIDC_ALGORITHMS = [
  ...(['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'] as const),
  ...(['ES256', 'ES384', 'ES512', 'EdDSA'] as const),
] as const;
export type OidcAlgorithm = (typeof OIDC_ALGORITHMS)[number];

/** The one sign-in provider that is trusted [T11]. */
export interface OidcSettings {
  /** Exactly as the tokens' `iss` has it. */
  readonly issuer: string;
  /** Whose ID tokens sign somebody in: the client that the front end is registered as. */
  readonly clientId: string;
  /** Whose access tokens are accepted as `Authorization: Bearer`; undefined: nobody's. */
  readonly audience: string | undefined;
  /** The first that fits its type is that of a key without `alg`. */
  readonly algorithms: readonly OidcAlgorithm[];
  /** Where the keys are; undefined: where the issuer's discovery document says. */
  readonly jwksUri: string | undefined;
  /** Whether keys may come over plain http from this machine. Never so in production. */
  readonly loopbackHttp: boolean;
}

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** Whether keys may be read from there: what is read in the clear, somebody on the way can replace. */
export function isProviderUrl(text: string, loopbackHttp: boolean): boolean {
  if (!URL.canParse(text) || text.includes('#')) return false;
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') return false;
  return url.protocol === 'https:' || (loopbackHttp && url.protocol === 'http:' && LOOPBACK.test(url.hostname));
}

const isAlgorithm = (name: string): name is OidcAlgorithm => OIDC_ALGORITHMS.some((known) => known === name);

const algorithms = z
  .string()
  .transform((text) => text.split(',').map((name) => name.trim()))
  .refine(
    (names): names is OidcAlgorithm[] => names.every(isAlgorithm),
    `must be some of ${OIDC_ALGORITHMS.join(', ')}, separated by commas`,
  );

const visible = z.string().regex(/^[\x21-\x7e]{1,255}$/, 'must have 1 to 255 visible ASCII characters');

/** The environment's keys of the provider. */
export const oidcShape = (loopbackHttp: boolean) => {
  const where = loopbackHttp ? 'an https URL, or http to this machine' : 'an https URL';
  const url = z.string().refine((text) => isProviderUrl(text, loopbackHttp), `must be ${where}, without credentials`);
  return {
    OIDC_ISSUER: url.refine((text) => !text.includes('?'), 'must have no query').optional(),
    OIDC_CLIENT_ID: visible.optional(),
    OIDC_AUDIENCE: visible.optional(),
    OIDC_ALGORITHMS: algorithms.default(['RS256', 'ES256', 'EdDSA']),
    OIDC_JWKS_URI: url.optional(),
  };
};

type OidcValues = z.output<z.ZodObject<ReturnType<typeof oidcShape>>>;

/** An issuer without a client would sign nobody in. */
export const namesItsClient = (values: OidcValues): boolean =>
  values.OIDC_ISSUER === undefined || values.OIDC_CLIENT_ID !== undefined;
export const CLIENT_IS_MISSING = { path: ['OIDC_CLIENT_ID'], message: 'is required with OIDC_ISSUER' };

export function oidcSettingsOf(values: OidcValues, loopbackHttp: boolean): OidcSettings | undefined {
  const { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId } = values;
  if (issuer === undefined || clientId === undefined) return undefined;
  return Object.freeze({
    issuer,
    clientId,
    audience: values.OIDC_AUDIENCE,
    algorithms: values.OIDC_ALGORITHMS,
    jwksUri: values.OIDC_JWKS_URI,
    loopbackHttp,
  });
}
