import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Connection } from 'mongoose';
import { loadEnv, type Source } from '../../src/platform/env';
import type { Logger } from '../../src/platform/logger';
import { type Service, startService } from '../../src/service';
import { type Answer, post } from './client';
import { TestClock } from './clock';
import { TestIssuer } from './issuer';
import { testDatabase } from './mongo';

export interface LogLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly message: string;
  readonly fields: Record<string, unknown>;
}

export interface TestService {
  readonly url: string;
  readonly clock: TestClock;
  /** The database below, for what only it can tell. */
  readonly connection: Connection;
  /** What was logged, before redaction. */
  readonly log: LogLine[];
  readonly running: Service;
  /** The sign-in provider that it trusts, outside production. */
  readonly issuer: TestIssuer;
  /** Where its mails are written. */
  readonly mailDir: string;
  /** Sends a document, as whoever the token says. */
  ask<Data = Record<string, never>>(query: string, variables?: object, token?: string): Promise<Answer<Data>>;
}

const recorder = (lines: LogLine[]): Logger => {
  const at = (level: LogLine['level']) => (fields: object, message: string) =>
    void lines.push({ level, message, fields: fields as Record<string, unknown> });
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
};

/** All tests of a file ask from one address, as fast as they can. */
const UNLIMITED: Source = {
  RATE_LIMIT_ADDRESS: '0',
  RATE_LIMIT_USER: '0',
  RATE_LIMIT_TENANT: '0',
  RATE_LIMIT_SENSITIVE: '0',
  RATE_LIMIT_LOG_IN: '0',
};

/**
 * The whole service on a free port and a database of its own, with a clock that stands still: call it at the top of a
 * test file, outside hooks and tests.
 *
 * @param given a logger in place of the one that fills `log`
 */
export function testService(environment: Source = {}, given: { readonly logger?: Logger } = {}): TestService {
  const database = testDatabase();
  const clock = new TestClock();
  const issuer = new TestIssuer(clock);
  const log: LogLine[] = [];
  let running: Service | undefined;
  let dataDir: string | undefined;
  const started = (): Service => {
    if (running === undefined) throw new Error('the service runs from beforeAll to afterAll');
    return running;
  };
  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'happening-test-'));
    await issuer.start();
    const env = {
      ...UNLIMITED,
      NODE_ENV: 'test',
      PORT: '0',
      MONGODB_URI: database.uri,
      DATA_DIR: dataDir,
      // Production has no defaults for these.
      SECRETS_KEY: randomBytes(32).toString('base64'),
      MAIL_DIR: join(dataDir, 'mail'),
      ...(environment['NODE_ENV'] === 'production' ? {} : issuer.environment),
      ...environment,
    };
    running = await startService(loadEnv(env), { clock, logger: given.logger ?? recorder(log) });
  });
  afterAll(async () => {
    await running?.stop();
    await issuer.stop();
    if (dataDir !== undefined) await rm(dataDir, { recursive: true, force: true });
  });
  return {
    clock,
    log,
    issuer,
    connection: database.connection,
    get running() {
      return started();
    },
    get url() {
      return started().url;
    },
    get mailDir() {
      return join(dataDir ?? '', 'mail');
    },
    ask: (query, variables = {}, token) => post(started().url, { query, variables }, token),
  };
}
