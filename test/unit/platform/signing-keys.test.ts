import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BadSigningKeyError, developmentKeyRing, parseKeyRing } from '../../../src/platform/signing-keys';

const pem = (): string => generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

describe('signing keys from the configuration', () => {
  it('come as PEM, as PEM on one line, or as its base64 alone, and are the same key', () => {
    const text = pem();
    const base64 = text.split('\n')[1] ?? '';
    const kids = [text, text.replaceAll('\n', '\\n'), base64].map((form) => parseKeyRing(form)[0].kid);

    expect(new Set(kids).size).toBe(1);
  });

  it('are a ring: the first signs', () => {
    const [one, two] = [pem(), pem()];
    const ring = parseKeyRing(`${one},${two}`);

    expect(ring.map((key) => key.kid)).toEqual([parseKeyRing(one)[0].kid, parseKeyRing(two)[0].kid]);
  });

  it.each([
    ['nothing', ' , '],
    ['a password', 'hunter2-hunter2'],
    [
      'an RSA key',
      generateKeyPairSync('rsa', { modulusLength: 2048 })
        .privateKey.export({ type: 'pkcs8', format: 'pem' })
        .toString(),
    ],
    ['a public key', generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' }).toString()],
  ])('are refused when they are %s, without repeating the text', (_what, text) => {
    expect(() => parseKeyRing(text)).toThrow(BadSigningKeyError);
    expect(() => parseKeyRing(text)).not.toThrow(/hunter2|MII/);
  });
});

describe('the development key', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'happening-key-'));
  });
  afterEach(() => rm(directory, { recursive: true }));

  it('is made once, kept for the next start, and readable by its owner alone', async () => {
    const folder = join(directory, 'data');
    const first = await developmentKeyRing(folder);
    const second = await developmentKeyRing(folder);
    const [file, ...others] = await readdir(folder);

    expect(second[0].kid).toBe(first[0].kid);
    expect(others).toEqual([]);
    expect((await stat(join(folder, file ?? ''))).mode & 0o777).toBe(0o600);
  });

  it('is one and the same for processes that start at once', async () => {
    const rings = await Promise.all(Array.from({ length: 20 }, () => developmentKeyRing(directory)));

    expect(new Set(rings.map(([key]) => key.kid)).size).toBe(1);
    expect(await readdir(directory)).toHaveLength(1);
  });
});
