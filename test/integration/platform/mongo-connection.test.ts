import mongoose, { Schema } from 'mongoose';
import {
  NoMongoServerError,
  NotAReplicaSetError,
  openConnection,
  UnusableMongoUriError,
  uriOfDatabase,
} from '../../../src/platform/mongo-connection';
import { serverUri, testDatabase } from '../../support/mongo';
import { startStandalone } from '../../support/standalone';

const settings = { maxPoolSize: 7, serverSelectionTimeoutMs: 5_000 };

describe('the connection to MongoDB', () => {
  const { uri, connection } = testDatabase();

  it('says in words that nothing answers', async () => {
    const refused = openConnection('mongodb://127.0.0.1:1/?replicaSet=rs0', {
      ...settings,
      serverSelectionTimeoutMs: 200,
    });
    await expect(refused).rejects.toThrow(NoMongoServerError);
    await expect(refused).rejects.toThrow(/No MongoDB answers at MONGODB_URI: .*127\.0\.0\.1:1/);
  });

  it.each([
    ['an option that does not exist', 'mongodb://me:hunter2@127.0.0.1:1/x?foo=hunter2', /option foo is not supported/],
    [
      'a password that is not escaped',
      'mongodb://me:hunter2/3@127.0.0.1:1/x',
      /Password contains unescaped characters/,
    ],
    ['a port that is none', 'mongodb://me:hunter2@127.0.0.1:port/x', /127\.0\.0\.1:port/],
  ])('says in words what is wrong with %s, and never the password', async (_what, broken, message) => {
    const refused = await openConnection(broken, settings).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(UnusableMongoUriError);
    expect(String(refused)).toMatch(/MONGODB_URI cannot be used: /);
    expect(String(refused)).toMatch(message);
    expect(String(refused)).not.toContain('hunter2');
  });

  it('refuses a standalone server and says what to do', async () => {
    const standalone = await startStandalone();
    try {
      const refused = openConnection(standalone.uri, settings);
      await expect(refused).rejects.toThrow(NotAReplicaSetError);
      await expect(refused).rejects.toThrow(/standalone server.*--replSet happening.*rs\.initiate\(\)/);
    } finally {
      await standalone.stop();
    }
  }, 30_000);

  it('reads from the primary and has writes on the disks of a majority, also when the URI asks for less', async () => {
    const open = await openConnection(`${uri}&w=0&readPreference=secondary&retryWrites=false`, settings);
    const { options } = open.getClient();

    expect(options.writeConcern).toMatchObject({ w: 'majority', journal: true });
    expect(options.readPreference.mode).toBe('primary');
    expect(options).toMatchObject({ retryWrites: true, maxPoolSize: 7, serverSelectionTimeoutMS: 5_000 });
    await open.close();
  });

  it('offers no compression, also when the URI asks for it [CVE-2025-14847]', async () => {
    for (const asking of [`${uri}&compressors=zlib`, uri.replace('?', '?Compressors=snappy,zlib&')]) {
      const open = await openConnection(asking, settings);
      expect(open.getClient().options.compressors).toEqual(['none']);
      await open.close();
    }
  });

  it('goes to the database "happening" when the URI names none, and to the named one otherwise', async () => {
    const unnamed = await openConnection(serverUri(), settings);
    const named = await openConnection(uri, settings);

    expect([unnamed.name, named.name]).toEqual(['happening', connection.name]);
    await Promise.all([unnamed.close(), named.close()]);
  });

  it('throws at a misspelt field of a filter, where Mongoose would drop it and match every row', async () => {
    const model = connection.model('Strict', new Schema({ tenantId: String }), 'strict');

    await expect(model.find({ tenant_id: 'a' } as object).exec()).rejects.toThrow(/tenant_id/);
  });

  it('compares an operator that came in as a value, and does not obey it', async () => {
    const model = connection.model('Sane', new Schema({ name: String }), 'sane');
    await connection.collection('sane').insertOne({ name: 'secret' });

    await expect(model.find({ name: { $ne: null } }).exec()).rejects.toThrow(mongoose.Error.CastError);
  });

  it('creates no collection and no index because a model is loaded', async () => {
    const model = connection.model('Lazy', new Schema({ name: { type: String, index: true } }), 'lazy');
    await model.init();

    expect(await connection.listCollections()).not.toContainEqual(expect.objectContaining({ name: 'lazy' }));
  });
});

describe('the URI of a database', () => {
  it.each([
    ['mongodb://a:1', 'mongodb://a:1/x'],
    ['mongodb://a:1/', 'mongodb://a:1/x'],
    ['mongodb://a:1/?replicaSet=r', 'mongodb://a:1/x?replicaSet=r'],
    ['mongodb://u:p@a:1,b:2/old?replicaSet=r', 'mongodb://u:p@a:1,b:2/x?replicaSet=r'],
    ['mongodb+srv://cluster.example.org/old', 'mongodb+srv://cluster.example.org/x'],
  ])('of %s is %s', (given, expected) => {
    expect(uriOfDatabase(given, 'x')).toBe(expected);
  });
});
