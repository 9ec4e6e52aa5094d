import { createCipheriv, createDecipheriv, createHash, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { timingSafeEqual } from 'node:crypto';
import { keptSecret } from './kept-secret';

/** One key for two purposes that must not meet: what is derived for one tells nothing of the other. */
interface SecretsKey {
  /** Which key it is: the beginning of its SHA-256. */
  readonly id: string;
  readonly sealing: Buffer;
  readonly hashing: Buffer;
}

/** The first key is used; what an earlier one sealed or hashed is still recognised. */
export type SecretsKeys = readonly [SecretsKey, ...SecretsKey[]];

export class BadSecretsKeyError extends Error {
  constructor(why: string) {
    super(`SECRETS_KEY ${why}. It takes 32 bytes in base64, several separated by commas: openssl rand -base64 32`);
    this.name = 'BadSecretsKeyError';
  }
}

/** A sealed secret that cannot be opened: another key, another context, or not what was sealed. */
export class UnsealError extends Error {
  constructor() {
    super('a sealed secret cannot be opened with the keys at hand');
    this.name = 'UnsealError';
  }
}

const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const ID_LENGTH = 8;

/** @throws BadSecretsKeyError, which never repeats the text */
export function parseSecretsKeys(text: string): SecretsKeys {
  const [first, ...others] = text
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '')
    .map(secretsKey);
  if (first === undefined) throw new BadSecretsKeyError('is empty');
  return [first, ...others];
}

function secretsKey(base64: string): SecretsKey {
  const key = Buffer.from(base64, 'base64');
  if (!/^[\w+/-]+={0,2}$/.test(base64) || key.length !== KEY_BYTES) throw new BadSecretsKeyError('does not fit');
  const derived = (purpose: string): Buffer => Buffer.from(hkdfSync('sha256', key, '', purpose, KEY_BYTES));
  const id = createHash('sha256').update(key).digest('hex').slice(0, ID_LENGTH);
  return { id, sealing: derived('happening/sealing'), hashing: derived('happening/hashing') };
}

/** The development key of a data folder, made when there is none yet: what waits sealed outlives a restart. */
export const developmentSecretsKeys = async (dataDir: string): Promise<SecretsKeys> =>
  parseSecretsKeys(await keptSecret(dataDir, 'secrets-key', () => randomBytes(KEY_BYTES).toString('base64')));

/**
 * Keeps secrets that have to be shown again (sealed: AES-256-GCM, a random nonce each), and recognises those that have
 * too few possible values for a plain hash (hashed: HMAC-SHA-256, of no use without the key). Both are bound to a
 * context, e.g. the document they stand in, and are worth nothing in another one.
 */
export class SecretBox {
  constructor(private readonly keys: SecretsKeys) {}

  /** @returns `<key id>.<nonce>.<tag and ciphertext>` */
  seal(secret: string, context: string): string {
    const [{ id, sealing }] = this.keys;
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', sealing, nonce, { authTagLength: TAG_BYTES });
    cipher.setAAD(Buffer.from(context));
    const sealed = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
    return [id, nonce.toString('base64url'), Buffer.concat([cipher.getAuthTag(), sealed]).toString('base64url')].join(
      '.',
    );
  }

  /** @throws UnsealError */
  open(text: string, context: string): string {
    const [id, nonce, sealed] = text.split('.');
    const key = this.keys.find((one) => one.id === id);
    if (key === undefined || nonce === undefined || sealed === undefined) throw new UnsealError();
    const bytes = Buffer.from(sealed, 'base64url');
    try {
      const options = { authTagLength: TAG_BYTES };
      const decipher = createDecipheriv('aes-256-gcm', key.sealing, Buffer.from(nonce, 'base64url'), options);
      decipher.setAAD(Buffer.from(context)).setAuthTag(bytes.subarray(0, TAG_BYTES));
      return Buffer.concat([decipher.update(bytes.subarray(TAG_BYTES)), decipher.final()]).toString('utf8');
    } catch {
      throw new UnsealError();
    }
  }

  /** @returns `<key id>.<hash>`; the same for the same secret and context, as long as the key is the first */
  hash(secret: string, context: string): string {
    return hashed(this.keys[0], secret, context);
  }

  /** Whether this is the hash of that secret. Takes as long for a wrong one. */
  isHash(hash: string, secret: string, context: string): boolean {
    const key = this.keys.find(({ id }) => hash.startsWith(`${id}.`));
    if (key === undefined) return false;
    const [given, right] = [Buffer.from(hash), Buffer.from(hashed(key, secret, context))];
    return given.length === right.length && timingSafeEqual(given, right);
  }
}

const hashed = ({ id, hashing }: SecretsKey, secret: string, context: string): string =>
  `${id}.${createHmac('sha256', hashing).update(`${context.length}|${context}|${secret}`).digest('base64url')}`;
