import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  BadSecretsKeyError,
  developmentSecretsKeys,
  parseSecretsKeys,
  SecretBox,
  UnsealError,
} from '../../../src/platform/secret-box';

const newKey = () => randomBytes(32).toString('base64');
const boxOf = (...keys: string[]) => new SecretBox(parseSecretsKeys(keys.join()));

describe('a sealed secret', () => {
  it('is read back in its context, and looks different each time', () => {
    const box = boxOf(newKey());
    const [one, other] = [box.seal('123456 ✓', 'a'), box.seal('123456 ✓', 'a')];

    expect(box.open(one, 'a')).toBe('123456 ✓');
    expect(box.open(other, 'a')).toBe('123456 ✓');
    expect(one).not.toBe(other);
    expect(Buffer.from(one).includes('123456')).toBe(false);
  });

  it('is worth nothing in another context, under another key, changed by a bit, cut or moved', () => {
    const key = newKey();
    const box = boxOf(key);
    const sealed = box.seal('secret', 'a');
    const [id, nonce, rest] = sealed.split('.') as [string, string, string];
    const bytes = Buffer.from(rest, 'base64url');
    const spoilt = Array.from(bytes, (_, at) => {
      const copy = Buffer.from(bytes);
      copy[at]! ^= 1;
      return [id, nonce, copy.toString('base64url')].join('.');
    });

    expect(() => box.open(sealed, 'b')).toThrow(UnsealError);
    expect(() => boxOf(newKey()).open(sealed, 'a')).toThrow(UnsealError);
    for (const wrong of [...spoilt, '', 'x', `${id}.${nonce}`, `${id}..${rest}`, `${id}.${nonce}.`, `${id}.AA.AA`]) {
      expect(() => box.open(wrong, 'a')).toThrow(UnsealError);
    }
  });

  it('is read after a rotation, as long as the old key is in the list', () => {
    const [old, next] = [newKey(), newKey()];
    const sealed = boxOf(old).seal('secret', 'a');

    expect(boxOf(next, old).open(sealed, 'a')).toBe('secret');
    expect(() => boxOf(next).open(sealed, 'a')).toThrow(UnsealError);
    expect(boxOf(next).open(boxOf(next, old).seal('secret', 'a'), 'a')).toBe('secret');
  });
});

describe('a hash of a short secret', () => {
  it('is recognised in its context, with the key alone', () => {
    const [old, next] = [newKey(), newKey()];
    const hash = boxOf(old).hash('123456', 'a');

    expect(boxOf(old).isHash(hash, '123456', 'a')).toBe(true);
    expect(boxOf(next, old).isHash(hash, '123456', 'a')).toBe(true);
    expect(boxOf(next).isHash(hash, '123456', 'a')).toBe(false);
    for (const [code, context] of [
      ['123457', 'a'],
      ['123456', 'b'],
      ['', 'a'],
      ['|123456', 'a'],
    ] as const) {
      expect(boxOf(old).isHash(hash, code, context)).toBe(false);
    }
    expect(boxOf(old).isHash('', '123456', 'a')).toBe(false);
  });

  it('tells contexts and secrets apart where they meet', () => {
    const box = boxOf(newKey());

    expect(box.hash('b|c', 'a')).not.toBe(box.hash('c', 'a|b'));
  });
});

describe('the key', () => {
  it.each([
    ['nothing', ' , '],
    ['a password', 'hunter2-hunter2'],
    ['16 bytes', randomBytes(16).toString('base64')],
    ['33 bytes', randomBytes(33).toString('base64')],
    ['one good and one bad', `${newKey()},x`],
  ])('is refused when it is %s, without repeating the text', (_what, text) => {
    expect(() => parseSecretsKeys(text)).toThrow(BadSecretsKeyError);
    try {
      parseSecretsKeys(text);
    } catch (error) {
      expect(String(error)).not.toContain(text);
    }
  });

  it('of a data folder is made once, for its owner alone, also by many processes at once', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'happening-keys-'));
    try {
      const rings = await Promise.all(Array.from({ length: 20 }, () => developmentSecretsKeys(folder)));

      expect(new Set(rings.map(([{ id }]) => id)).size).toBe(1);
      expect(await readdir(folder)).toEqual(['secrets-key']);
      expect((await stat(join(folder, 'secrets-key'))).mode & 0o777).toBe(0o600);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
