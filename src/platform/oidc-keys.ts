import type { CryptoKey } from 'jose';
import { type Clock, isWithin } from './clock';
import type { Logger } from './logger';
import { type FetchLimits, fetchJson } from './oidc-fetch';
import { BadTokenError } from './oidc-jws';
import { KeySet, type WantedKey } from './oidc-key-set';
import { isProviderUrl, type OidcSettings } from './oidc-settings';

/** Whatever is asked for, and whatever comes of it: the provider is asked at most once in this time, milliseconds [J5]. */
export const ASK_AGAIN_MS = 30_000;
/** After this the keys are read anew, while the ones at hand go on counting, milliseconds. */
export const FRESH_MS = 10 * 60_000;
/** For how long keys count that the provider could not be asked about, milliseconds. */
export const KEPT_MS = 24 * 3_600_000;
/** Three seconds is what somebody waits for; the largest sets in use have some 30 KB. */
const KEY_LIMITS: FetchLimits = { timeoutMs: 3_000, maxBytes: 262_144 };

/**
 * The provider's keys, read when one is wanted that is not at hand. Nothing waits for a provider whose key is known; with
 * none at hand and no provider in reach, nobody gets in [F19].
 */
export class ProviderKeys {
  #set: KeySet | null = null;
  #readAt = -Infinity;
  #askedAt = -Infinity;
  #reading: Promise<void> | null = null;
  #jwksUri: string | undefined;

  constructor(
    private readonly settings: OidcSettings,
    private readonly clock: Clock,
    private readonly logger: Logger,
    private readonly limits: FetchLimits = KEY_LIMITS,
  ) {
    this.#jwksUri = settings.jwksUri;
  }

  /** @throws BadTokenError when the provider has no such key, or cannot be asked */
  async find(wanted: WantedKey): Promise<CryptoKey | Uint8Array> {
    const atHand = this.lookUp(wanted);
    if (atHand !== null) {
      if (!isWithin(this.now(), this.#readAt, FRESH_MS)) void this.read();
      return atHand;
    }
    await this.read();
    const found = this.lookUp(wanted);
    if (found === null) throw new BadTokenError('unknown key');
    return found;
  }

  private lookUp(wanted: WantedKey): Promise<CryptoKey | Uint8Array> | null {
    return isWithin(this.now(), this.#readAt, KEPT_MS) ? (this.#set?.find(wanted) ?? null) : null;
  }

  /** Reads the keys, unless that was tried a moment ago; those who come together share one attempt. Never rejects. */
  private read(): Promise<void> {
    if (this.#reading !== null) return this.#reading;
    const now = this.now();
    if (isWithin(now, this.#askedAt, ASK_AGAIN_MS)) return Promise.resolve();
    this.#askedAt = now;
    this.#reading = this.ask()
      .then((set) => {
        this.#set = set;
        this.#readAt = now;
      })
      .catch((error: unknown) => {
        // The provider may have moved its keys.
        this.#jwksUri = this.settings.jwksUri;
        this.logger.warn({ issuer: this.settings.issuer, err: error }, 'the sign-in provider gave no keys');
      })
      .finally(() => {
        this.#reading = null;
      });
    return this.#reading;
  }

  private async ask(): Promise<KeySet> {
    this.#jwksUri ??= await this.discover();
    return KeySet.from(await fetchJson(this.#jwksUri, this.limits), this.settings.algorithms);
  }

  /** OpenID Connect Discovery 1.0, 4: the document has to name the issuer that it was asked for. */
  private async discover(): Promise<string> {
    const { issuer, loopbackHttp } = this.settings;
    const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
    const document = (await fetchJson(url, this.limits)) as { issuer?: unknown; jwks_uri?: unknown } | null;
    const jwksUri = document?.jwks_uri;
    if (document?.issuer !== issuer) throw new Error('the discovery document is of another issuer');
    if (typeof jwksUri !== 'string' || !isProviderUrl(jwksUri, loopbackHttp)) {
      throw new Error('the discovery document names no place for keys that may be used');
    }
    return jwksUri;
  }

  private now(): number {
    return this.clock.now().getTime();
  }
}
