import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dataOf, post } from '../../support/client';
import { follow, type Followed } from '../../support/follow';
import { testDatabase } from '../../support/mongo';

const HOOK = join(__dirname, '../../support/ts-hook.cjs');
const START = join(__dirname, '../../../scripts/start.ts');

const external = testDatabase();

describe('the start command', () => {
  let dataDir: string;
  let environment: NodeJS.ProcessEnv;
  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'happening-start-'));
    environment = { ...process.env, DATA_DIR: dataDir, PORT: '0', MONGODB_URI: '', NODE_ENV: 'test' };
    delete environment['npm_lifecycle_event'];
  });
  let running: Followed | undefined;
  afterEach(async () => {
    running?.process.kill('SIGTERM');
    await running?.ended();
    await rm(dataDir, { recursive: true, force: true });
  });
  const start = (given: NodeJS.ProcessEnv = {}): Followed =>
    (running = follow(spawn(process.execPath, ['--require', HOOK, START], { env: { ...environment, ...given } })));
  const LAST_LINE = /OverlappingRegistrationError\)\n.*\n.*\n/;

  it('seeds an empty database of its own once, and shows a token that is good', async () => {
    for (const turn of ['first', 'second']) {
      const service = start();
      const out = await service.until(LAST_LINE);
      const [, url = ''] = /GraphQL at (\S+)/.exec(out) ?? [];
      const [, token] = /TOKEN=(\S+)/.exec(out) ?? [];
      const answer = await post(url, { query: '{ viewer { account { email } } }' }, token);
      expect(dataOf(answer)).toEqual({ viewer: { account: { email: 'uma@harbour.example' } } });
      expect(out.match(/^curl -sS /gm)).toHaveLength(4);
      expect([turn, out.includes('First start')]).toEqual([turn, turn === 'first']);
      service.process.kill('SIGTERM');
      expect(await service.ended()).toBe(0);
    }
  }, 60_000);

  it('puts nothing into a database that it was given', async () => {
    const service = start({ MONGODB_URI: external.uri });
    await service.until(/Ctrl\+C stops it/);
    service.process.kill('SIGINT');
    expect(await service.ended()).toBe(0);
    expect(await external.connection.collection('organizations').countDocuments()).toBe(0);
  }, 60_000);

  it('says by which key its port can be changed when it is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const service = start({ MONGODB_URI: external.uri, PORT: String(port) });
    expect(await service.ended()).toBe(1);
    const out = await service.until(/./);
    expect(out).toContain(`Port ${port} of 127.0.0.1 is taken: end what listens there, or set PORT to another.`);
    expect(out).not.toMatch(/^ {4}at /m);
    other.close();
  }, 60_000);

  it('stops in order when the shell is ended that npm has put in between', async () => {
    const command = `"${process.execPath}" --require "${HOOK}" "${START}"; true`;
    const shell = follow(spawn('sh', ['-c', command], { env: { ...environment, npm_lifecycle_event: 'start' } }));
    await shell.until(LAST_LINE);
    shell.process.kill('SIGTERM');
    await shell.ended();
    await expect(readFile(join(dataDir, 'mongo.json'))).rejects.toThrow(/ENOENT/);
  }, 60_000);
});
