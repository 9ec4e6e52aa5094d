import { mkdtempSync, readFileSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { backUp } from '../../../scripts/backup/backup';
import { restore } from '../../../scripts/backup/restore';
import { DEMO, seedDatabase } from '../../../scripts/seed/seed-database';
import { runMigrations } from '../../../src/store/migrations';
import { TestClock } from '../../support/clock';
import { databaseHash } from '../../support/database-hash';
import { brokenInvariants } from '../../support/invariants';
import { testDatabase } from '../../support/mongo';

const clock = new TestClock();
const source = testDatabase();
const target = testDatabase();

describe('a backup', () => {
  const folder = mkdtempSync(join(tmpdir(), 'happening-backup-'));
  const file = join(folder, 'all.bson.gz');
  const spoiled = join(folder, 'spoiled.bson.gz');
  beforeAll(async () => {
    await seedDatabase(source.connection, DEMO, { clock, progress: () => undefined });
    await backUp(source.connection, file, { clock });
  });
  afterEach(() => target.drop());
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('brings back every document, with the validators and indexes, and every promise holds', async () => {
    const restored = await restore(target.connection, file);
    expect(restored.get('registrations')).toBeGreaterThan(10);
    expect(await databaseHash(target.connection)).toBe(await databaseHash(source.connection));
    expect(await brokenInvariants(target.connection)).toEqual([]);
    const indexes = async (of: typeof source) => of.connection.collection('occurrences').indexes();
    expect(await indexes(target)).toEqual(await indexes(source));
  });

  it('is as of one moment: what goes or comes meanwhile is in it, or not, in all collections alike', async () => {
    const later = join(folder, 'later.bson.gz');
    const registrations = source.connection.collection('registrations');
    const there = await registrations.countDocuments();
    const onCollection = async (name: string): Promise<void> => {
      // The moment is that of the first read.
      if (name === 'registrations') await registrations.deleteMany({});
    };
    const footers = await backUp(source.connection, later, { clock, onCollection });
    expect(await registrations.countDocuments()).toBe(0);
    expect(footers.find(({ collection }) => collection === 'registrations')?.count).toBe(there);
    await restore(target.connection, later);
    expect(await brokenInvariants(target.connection)).toEqual([]);
    await registrations.insertMany(await target.connection.collection('registrations').find().toArray());
  });

  it('is whole although another one is written to the same file at the same moment', async () => {
    const twice = join(folder, 'twice.bson.gz');
    const onCollection = async (name: string): Promise<void> => {
      if (name === 'registrations') await backUp(source.connection, twice, { clock });
    };
    await backUp(source.connection, twice, { clock, onCollection });
    await restore(target.connection, twice);
    expect(await databaseHash(target.connection)).toBe(await databaseHash(source.connection));
  });

  it('removes what a killed one has left of it a day ago, and no other file', async () => {
    const [old, young, foreign] = ['all.bson.gz.1.part', 'all.bson.gz.2.part', 'other.bson.gz.1.part'] as const;
    for (const name of [old, young, foreign]) writeFileSync(join(folder, name), 'half');
    const dayAgo = new Date(Date.now() - 25 * 3_600_000);
    for (const name of [old, foreign]) utimesSync(join(folder, name), dayAgo, dayAgo);
    await backUp(source.connection, file, { clock });
    expect(readdirSync(folder).filter((name) => name.endsWith('.part'))).toEqual([young, foreign]);
    for (const name of [young, foreign]) rmSync(join(folder, name));
  });

  it('is never restored over something', async () => {
    await runMigrations(target.connection);
    await expect(restore(target.connection, file)).rejects.toThrow(/is not empty/);
  });

  it.each([
    ['that broke off', (bytes: Buffer) => gzipSync(gunzipSync(bytes).subarray(0, -200)), /too early|not those/],
    ['that is cut short', (bytes: Buffer) => bytes.subarray(0, bytes.length - 500), /cannot be restored/],
    ['in which a byte has changed', flipped, /not those that were written|cannot be restored/],
    ['of something else', () => gzipSync('hello, hello, hello'), /cannot be restored|not a backup/],
    ['whose first document says that it has 2 GB', sized(0, 0x7fff_ffff), /a document of 2147483647 bytes/],
    ['whose first document says that it has a byte', sized(0, 1), /a document of 1 bytes/],
    ['that is no archive', () => Buffer.from('hello'), /cannot be restored/],
  ])('%s is refused, and nothing of it is written', async (_, spoil, why) => {
    writeFileSync(spoiled, spoil(readFileSync(file)));
    await expect(restore(target.connection, spoiled)).rejects.toThrow(why);
    expect(await target.connection.db!.listCollections().toArray()).toEqual([]);
  });

  it('that cannot be finished leaves no file that looks like one', async () => {
    const nowhere = join(folder, 'missing', 'x.gz');
    await expect(backUp(source.connection, nowhere, { clock })).rejects.toThrow();
    expect(readdirSync(folder).filter((name) => name.endsWith('.part'))).toEqual([]);
  });
});

/** A letter of somebody's name is another one. */
function flipped(bytes: Buffer): Buffer {
  const plain = gunzipSync(bytes);
  const at = plain.indexOf('name', Math.floor(plain.length / 2)) + 12;
  plain[at] = plain[at]! ^ 1;
  return gzipSync(plain);
}

/** Another length where the document at `at` says its own. */
function sized(at: number, size: number): (bytes: Buffer) => Buffer {
  return (bytes) => {
    const plain = gunzipSync(bytes);
    plain.writeInt32LE(size, at);
    return gzipSync(plain);
  };
}
