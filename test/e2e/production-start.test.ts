import { execFileSync, spawn } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { constants, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { follow, type Followed } from '../support/follow';
import { testDatabase } from '../support/mongo';
import { until } from '../support/until';

const database = testDatabase();
const unmigrated = testDatabase();
const TSC = resolve('node_modules/typescript/bin/tsc');

/** Node's own permissions: it may read everything and write nothing, whoever runs the tests. */
const WRITES_NOTHING = [
  process.allowedNodeEnvironmentFlags.has('--permission') ? '--permission' : '--experimental-permission',
  '--allow-fs-read=*',
  '--allow-addons',
];

const pem = (): string => generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

const urlIn = (printed: string): string =>
  (JSON.parse(printed.split('\n').find((line) => line.includes('"listening"'))!) as { url: string }).url;

jest.setTimeout(120_000);

describe('the compiled service, as the image starts it', () => {
  let folder: string;
  let running: Followed | undefined;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'happening-image-'));
    // Types are another step's to check.
    const build = [
      '-p',
      'tsconfig.build.json',
      '--outDir',
      join(folder, 'dist'),
      '--incremental',
      'false',
      '--noCheck',
    ];
    execFileSync(process.execPath, [TSC, ...build, '--tsBuildInfoFile', 'null'], { stdio: 'pipe' });
    symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
  });
  afterEach(async () => {
    running?.process.kill('SIGKILL');
    await running?.ended();
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const production = (): NodeJS.ProcessEnv => ({
    PATH: process.env['PATH'],
    NODE_ENV: 'production',
    HOST: '127.0.0.1',
    PORT: '0',
    METRICS_PORT: '0',
    MONGODB_URI: database.uri,
    ACCESS_TOKEN_KEY: pem(),
    SECRETS_KEY: randomBytes(32).toString('base64'),
    SMTP_URL: 'smtp://127.0.0.1:1',
    MAIL_FROM: 'happening@example.org',
  });
  const start = (env: NodeJS.ProcessEnv): Followed =>
    (running = follow(spawn(process.execPath, [...WRITES_NOTHING, 'dist/main.js'], { cwd: folder, env })));

  /** As far as it gets while another process is at the migrations. */
  async function untilItStarts(env: NodeJS.ProcessEnv): Promise<void> {
    const { connection } = unmigrated;
    const lock = { _id: 'lock', owner: 'busy', until: new Date(Date.now() + 3_600_000) };
    await connection.collection<typeof lock>('migrationLocks').insertOne(lock);
    await connection.db!.command({ profile: 2 });
    const telemetry = ['--require', './dist/telemetry.js', 'dist/main.js'];
    running = follow(spawn(process.execPath, telemetry, { cwd: folder, env }));
    const asked = { ns: `${connection.name}.migrationLocks`, op: 'update' };
    const isAsked = async (): Promise<boolean> =>
      (await connection.collection('system.profile').countDocuments(asked)) > 0;
    await until(isAsked, 'the lock was asked for', { patienceMs: 60_000 });
  }

  it('serves, writes no file, and stops when it is told to', async () => {
    const service = start(production());
    const printed = await service.until(/"message":"listening".*\n/);
    const url = urlIn(printed);
    expect((await fetch(new URL('/health', url))).status).toBe(200);
    expect((await fetch(new URL('/ready', url))).status).toBe(200);
    service.process.kill('SIGTERM');
    expect(await service.ended()).toBe(0);
    expect(await service.until(/listening/)).not.toMatch(/EACCES|EROFS|has been restricted/);
  });

  it('stops in order from the moment that it listens, and although it is told to a second time', async () => {
    const service = start({ ...production(), SHUTDOWN_NOTICE_MS: '1000' });
    await service.until(/"message":"listening".*\n/);
    service.process.kill('SIGTERM');
    await service.until(/"message":"stopping".*\n/);
    service.process.kill('SIGTERM');
    expect(await service.ended()).toBe(0);
    expect(await service.until(/"message":"stopped"/)).not.toMatch(/"level":"(warn|error)"/);
  });

  it('can be stopped while it starts, with traces too', async () => {
    await untilItStarts({ ...production(), MONGODB_URI: unmigrated.uri });
    running?.process.kill('SIGTERM');
    expect(await running?.ended()).toBe(128 + constants.signals.SIGTERM);
  });

  it('tells a collector what it did, where somebody wants to know, and leaves out what people sent', async () => {
    const spans: string[] = [];
    const collector = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        spans.push(body);
        response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
      });
    });
    await once(collector.listen(0, '127.0.0.1'), 'listening');
    const { port } = collector.address() as AddressInfo;
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`, OTEL_BSP_SCHEDULE_DELAY: '50' };
    const telemetry = ['--require', './dist/telemetry.js', 'dist/main.js'];
    running = follow(spawn(process.execPath, telemetry, { cwd: folder, env: { ...production(), ...env } }));
    const url = urlIn(await running.until(/"message":"listening".*\n/));
    const who = '{ email: "canary-of-a-person@example.org", password: "canary-of-a-person" }';
    const query = `mutation { logIn(input: ${who}) { __typename } }`;
    const headers = { 'content-type': 'application/json' };
    await (await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query }) })).text();
    const told = (): string => spans.join();
    const isTold = (): boolean => [/"POST/, /graphql/, /mongodb/].every((span) => span.test(told()));
    await until(isTold, 'spans of HTTP, GraphQL and MongoDB were told', { patienceMs: 30_000 });
    expect(told()).toMatch(/"service.name","value":{"stringValue":"happening"}/);
    expect(told()).not.toContain('canary-of-a-person');
    collector.closeAllConnections();
    collector.close();
  });

  it('would be caught writing: outside production it keeps a key', async () => {
    const service = start({ ...production(), NODE_ENV: 'development', ACCESS_TOKEN_KEY: '' });
    expect(await service.ended()).toBe(1);
    expect(await service.until(/.*/)).toMatch(/Access to this API has been restricted/);
  });

  it('refuses to start without its secrets, and says which', async () => {
    const service = start({ ...production(), ACCESS_TOKEN_KEY: '', MONGODB_URI: '' });
    expect(await service.ended()).toBe(1);
    expect(await service.until(/.*/)).toMatch(/MONGODB_URI[\s\S]*ACCESS_TOKEN_KEY/);
  });
});
