import { UnauthenticatedError } from '../domain/errors';
import type { Identity } from '../domain/user';
import type { Clock } from './clock';
import type { Logger } from './logger';
import { accessTokenIdentity, idTokenPerson, type ProviderPerson } from './oidc-claims';
import type { FetchLimits } from './oidc-fetch';
import { claimedIssuer, objectIn, verifiedContent } from './oidc-jws';
import { ProviderKeys } from './oidc-keys';
import type { OidcSettings } from './oidc-settings';

/** One answer for every fault of a token: why it was refused helps only whoever forges one. */
const NOT_THE_PROVIDERS = 'This is not a valid token of the sign-in provider: sign in there again.';

/**
 * Judges what an OpenID Connect provider has signed. Two kinds of token, never one for the other [J4]: an ID token, issued
 * to our client, tells who just signed in, and is exchanged for a session; an access token, issued for our audience, is
 * sent with requests. The `nonce` is the front end's to compare, which made it; a stolen ID token is of use for ten minutes
 * (`MAX_SIGN_IN_AGE_S`), a withdrawn key for as many (`FRESH_MS`), unless the provider is down (`KEPT_MS`).
 */
export abstract class ProviderTokens {
  /** @throws UnauthenticatedError */
  abstract personOf(idToken: string): Promise<ProviderPerson>;

  /** @returns null for a token that is not the provider's to judge. @throws UnauthenticatedError */
  abstract holderOf(accessToken: string): Promise<Identity | null>;
}

/** Where no provider is configured. */
export class NoProvider extends ProviderTokens {
  async personOf(): Promise<ProviderPerson> {
    throw new UnauthenticatedError('No sign-in provider is configured here (OIDC_ISSUER): use logIn and signUp.');
  }

  async holderOf(): Promise<Identity | null> {
    return null;
  }
}

/** The provider of the configuration, by keys that are read from it. */
export class OidcTokens extends ProviderTokens {
  readonly #keys: ProviderKeys;

  constructor(
    private readonly settings: OidcSettings,
    private readonly clock: Clock,
    logger: Logger,
    limits?: FetchLimits,
  ) {
    super();
    this.#keys = new ProviderKeys(settings, clock, logger, limits);
  }

  personOf(idToken: string): Promise<ProviderPerson> {
    return this.judge(idToken, (claims, type) => idTokenPerson(claims, type, this.expected()));
  }

  async holderOf(accessToken: string): Promise<Identity | null> {
    const { audience, issuer } = this.settings;
    if (audience === undefined || claimedIssuer(accessToken) !== issuer) return null;
    return this.judge(accessToken, (claims, type) =>
      accessTokenIdentity(claims, type, { ...this.expected(), audience }),
    );
  }

  private async judge<T>(
    token: string,
    read: (claims: ReturnType<typeof objectIn>, type: string | undefined) => T,
  ): Promise<T> {
    try {
      const keyOf = this.#keys.find.bind(this.#keys);
      const { payload, type } = await verifiedContent(token, this.settings.algorithms, keyOf);
      return read(objectIn(payload), type);
    } catch {
      throw new UnauthenticatedError(NOT_THE_PROVIDERS);
    }
  }

  private expected() {
    const { issuer, clientId } = this.settings;
    return { issuer, clientId, now: this.clock.now().getTime() / 1_000 };
  }
}
