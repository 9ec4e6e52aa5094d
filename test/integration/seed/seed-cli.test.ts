import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TokenEntry } from '../../../scripts/seed/tokens';
import { dataOf, post } from '../../support/client';
import { runChild, type Child } from '../../support/child';

const SCRIPTS = join(__dirname, '../../../scripts');
const HOOK = join(__dirname, '../../support/ts-hook.cjs');

interface Run {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** `npm run seed -- …`, without the build. */
async function runSeed(args: readonly string[], environment: NodeJS.ProcessEnv): Promise<Run> {
  const child = spawn(process.execPath, ['--require', HOOK, join(SCRIPTS, 'seed.ts'), ...args], { env: environment });
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number];
  return { code, out, err };
}

async function untilLine(child: Child, wanted: RegExp): Promise<RegExpExecArray> {
  for (;;) {
    const match = wanted.exec(await child.line());
    if (match) return match;
  }
}

describe('the seed command', () => {
  let dataDir: string;
  let environment: NodeJS.ProcessEnv;
  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'happening-seed-'));
    environment = { ...process.env, DATA_DIR: dataDir, PORT: '0', MONGODB_URI: '', NODE_ENV: 'test' };
  });
  afterEach(() => rm(dataDir, { recursive: true, force: true }));

  it.each([
    [['--scenario', 'party'], {}, /Allowed choices are demo, load, dst, conflicts/],
    [[], {}, /--scenario <name>/],
    [['--scenario', 'demo', '--reset'], {}, /--yes as well/],
    [['--scenario', 'demo', '--now', '2027-01-04'], {}, /an instant of this century/],
    [['--scenario', 'load', '--users', '-1'], {}, /a whole number from 3/],
    [['--scenario', 'demo', '--users', '9'], {}, /has one size/],
    [['--scenario', 'demo'], { NODE_ENV: 'production' }, /NODE_ENV is production/],
    [['--scenario', 'demo', '--allow-remote'], { NODE_ENV: 'production' }, /NODE_ENV is production/],
    [
      ['--scenario', 'demo'],
      { MONGODB_URI: 'mongodb://me:hunter2@db.example.com:27017,localhost/x' },
      /MONGODB_URI names db\.example\.com, .*--allow-remote/,
    ],
  ])('says what is wrong with %j %j, and does nothing', async (args, given, message) => {
    const { code, out, err } = await runSeed(args, { ...environment, ...given });
    expect(code).not.toBe(0);
    expect(err).toMatch(message);
    expect(out + err).not.toMatch(/hunter2| {4}at /);
  });

  it('says in words that the file for the tokens cannot be written', async () => {
    const file = join(dataDir, 'no-such-folder', 'tokens.json');
    const { code, err } = await runSeed(['--scenario', 'demo', '--tokens', file], environment);
    expect(code).toBe(1);
    expect(err).toContain(`ENOENT: no such file or directory, open '${file}'`);
    expect(err).not.toMatch(/ {4}at /);
  }, 60_000);

  it('fills the database that the running service works on, and its tokens are good there', async () => {
    const service = runChild(join(SCRIPTS, 'start.ts'), [], environment);
    try {
      const [, url = ''] = await untilLine(service, /GraphQL at (\S+)/);
      await untilLine(service, /TOKEN=\S+/);
      const file = join(dataDir, 'tokens.json');
      const { code, out } = await runSeed(['--scenario', 'conflicts', '--users', '4', '--tokens', file], environment);
      expect([code, out]).toEqual([0, expect.stringContaining('First queries')]);

      const entries = JSON.parse(await readFile(file, 'utf8')) as TokenEntry[];
      expect(entries.map(({ role }) => role)).toEqual(['ORG_ADMIN', 'ORGANIZER', 'USER', 'USER']);
      const query = '{ viewer { account { email } user { id role } organization { id name } } }';
      for (const { accessToken, email, userId, role, organizationId, organization } of entries) {
        expect(dataOf(await post(url, { query }, accessToken))).toEqual({
          viewer: {
            account: { email },
            user: { id: userId, role },
            organization: { id: organizationId, name: organization },
          },
        });
      }
    } finally {
      await service.end('SIGTERM');
    }
    expect(service.process.exitCode).toBe(0);
  }, 60_000);

  it('starts the database itself where no service runs, and leaves none behind', async () => {
    const first = await runSeed(['--scenario', 'demo'], environment);
    expect([first.code, first.out]).toEqual([0, expect.stringMatching(/^\d+ documents written/)]);
    const again = await runSeed(['--scenario', 'demo'], environment);
    expect([again.code, again.out]).toEqual([0, expect.stringMatching(/^Everything was there already/)]);
    await expect(readFile(join(dataDir, 'mongo.json'))).rejects.toThrow(/ENOENT/);
  }, 60_000);
});
