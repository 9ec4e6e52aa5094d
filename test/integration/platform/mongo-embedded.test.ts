import { createServer } from 'node:net';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mongo } from 'mongoose';
import { SystemClock } from '../../../src/platform/clock';
import { mongoBinarySettings } from '../../../src/platform/env';
import { resolveMongoBinary } from '../../../src/platform/mongo-binary';
import { openEmbeddedDatabase } from '../../../src/platform/mongo-embedded';
import { runChild, type Child } from '../../support/child';

const CHILD = join(__dirname, '../../support/open-embedded.ts');
const binary = () => resolveMongoBinary(mongoBinarySettings(), new SystemClock());

async function withRows<T>(uri: string, use: (rows: mongo.Collection) => Promise<T>): Promise<T> {
  const client = new mongo.MongoClient(uri, { serverSelectionTimeoutMS: 5_000 });
  try {
    return await use(client.db('kept').collection('rows'));
  } finally {
    await client.close();
  }
}

const write = (uri: string, n: number) =>
  withRows(uri, (rows) => rows.insertOne({ n }, { writeConcern: { w: 'majority', journal: true } }));
const read = (uri: string) =>
  withRows(uri, async (rows) => (await rows.find().toArray()).map((row) => row['n'] as number));
const answer = async (child: Child) => JSON.parse(await child.line()) as { uri: string; started: boolean };

interface RunningFile {
  port: number;
  pid: number;
  ownerPid: number;
}

describe('the database that the service starts itself', () => {
  let dataDir: string;
  const runningFile = async () => JSON.parse(await readFile(join(dataDir, 'mongo.json'), 'utf8')) as RunningFile;
  const children: Child[] = [];
  const child = () => {
    const one = runChild(CHILD, [dataDir]);
    children.push(one);
    return one;
  };

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'happening-embedded-'));
  });
  afterEach(async () => {
    await Promise.all(children.splice(0).map((one) => one.end('SIGTERM')));
    await rm(dataDir, { recursive: true, force: true });
  });

  it('keeps its data over a stop and a start, also when the port is another one', async () => {
    const first = await openEmbeddedDatabase(dataDir, binary);
    const { port } = await runningFile();
    await write(first.uri, 1);
    await first.stop();
    const squatter = createServer((socket) => socket.destroy());
    await new Promise<void>((listening) => squatter.listen(port, '127.0.0.1', listening));

    const second = await openEmbeddedDatabase(dataDir, binary);
    await write(second.uri, 2);

    expect((await runningFile()).port).not.toBe(port);
    expect(await read(second.uri)).toEqual([1, 2]);
    await second.stop();
    await expect(runningFile()).rejects.toThrow(/ENOENT/);
    await new Promise((closed) => squatter.close(closed));
  }, 60_000);

  it('is shared by a second process, which does not stop it', async () => {
    const first = await openEmbeddedDatabase(dataDir, binary);
    await write(first.uri, 1);

    const second = child();
    expect(await answer(second)).toEqual({ uri: first.uri, started: false });
    await second.end('SIGTERM');

    expect(await read(first.uri)).toEqual([1]);
    await first.stop();
  }, 60_000);

  it('is started once by two processes that start at the same time', async () => {
    const both = await Promise.all([answer(child()), answer(child())]);

    expect(both.filter(({ started }) => started)).toHaveLength(1);
    expect(both[0].uri).toBe(both[1].uri);
  }, 60_000);

  it('has lost nothing after kill -9 of the process that started it', async () => {
    const killed = child();
    const { uri } = await answer(killed);
    await write(uri, 1);
    const orphan = await runningFile();
    await killed.end('SIGKILL');

    const next = await openEmbeddedDatabase(dataDir, binary);

    expect(next.started).toBe(true);
    expect((await runningFile()).pid).not.toBe(orphan.pid);
    expect(() => process.kill(orphan.pid, 0)).toThrow(/ESRCH/);
    expect(await read(next.uri)).toEqual([1]);
    await next.stop();
  }, 60_000);

  it('has lost nothing after kill -9 of the server and of the process that started it', async () => {
    const killed = child();
    const { uri } = await answer(killed);
    await write(uri, 1);
    process.kill((await runningFile()).pid, 'SIGKILL');
    await killed.end('SIGKILL');

    const next = await openEmbeddedDatabase(dataDir, binary);

    expect(await read(next.uri)).toEqual([1]);
    await next.stop();
  }, 60_000);

  it.each([
    [
      'names processes that are gone',
      { uri: 'mongodb://127.0.0.1:1/', port: 1, pid: 2 ** 22 + 1, ownerPid: 2 ** 22 + 1 },
    ],
    [
      'names a living process that is no mongod',
      { uri: 'mongodb://127.0.0.1:1/', port: 1, pid: process.pid, ownerPid: process.pid },
    ],
    ['is not what we write', { hello: 'world' }],
  ])(
    'is started although a file from earlier %s',
    async (_, stale) => {
      await writeFile(join(dataDir, 'mongo.json'), JSON.stringify(stale));

      const database = await openEmbeddedDatabase(dataDir, binary);

      expect(database.started).toBe(true);
      await database.stop();
    },
    60_000,
  );
});
