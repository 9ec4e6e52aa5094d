import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { keptSecret } from './kept-secret';

export interface SigningKey {
  /** RFC 7638 thumbprint of the public key: the token's `kid`. */
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

/**
 * The first key signs; tokens of every key are accepted. To rotate, put the new key first, and drop the old one once its
 * last token has expired.
 */
export type KeyRing = readonly [SigningKey, ...SigningKey[]];

export class BadSigningKeyError extends Error {
  constructor(why: string) {
    super(
      `ACCESS_TOKEN_KEY ${why}. It takes Ed25519 private keys in PKCS #8, as PEM or its base64 alone, several separated ` +
        'by commas, the signing one first: openssl genpkey -algorithm ed25519',
    );
    this.name = 'BadSigningKeyError';
  }
}

/** @throws BadSigningKeyError, which never repeats the text */
export function parseKeyRing(text: string): KeyRing {
  const [first, ...others] = text
    .split(',')
    .map((one) => one.replaceAll(/-----(BEGIN|END) PRIVATE KEY-----|\\n|\s/g, ''))
    .filter((one) => one !== '')
    .map(signingKey);
  if (first === undefined) throw new BadSigningKeyError('is empty');
  return [first, ...others];
}

function signingKey(base64: string): SigningKey {
  const privateKey = readKey(base64);
  if (privateKey?.asymmetricKeyType !== 'ed25519') throw new BadSigningKeyError('is not an Ed25519 private key');
  const publicKey = createPublicKey(privateKey);
  const { crv, kty, x } = publicKey.export({ format: 'jwk' });
  const kid = createHash('sha256').update(JSON.stringify({ crv, kty, x })).digest('base64url');
  return { kid, privateKey, publicKey };
}

function readKey(base64: string): KeyObject | null {
  try {
    return createPrivateKey({ key: Buffer.from(base64, 'base64'), format: 'der', type: 'pkcs8' });
  } catch {
    return null;
  }
}

/** The development key of a data folder, made when there is none yet: tokens outlive a restart. */
export const developmentKeyRing = async (dataDir: string): Promise<KeyRing> =>
  parseKeyRing(await keptSecret(dataDir, 'access-token-key.pem', newDevelopmentKey));

const newDevelopmentKey = (): string =>
  generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
