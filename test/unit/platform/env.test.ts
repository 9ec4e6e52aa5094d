import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { BadEnvironmentError, environmentShape, loadEnv, mongoBinarySettings } from '../../../src/platform/env';

const keyPem = () => generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const production = () => ({
  NODE_ENV: 'production',
  MONGODB_URI: 'mongodb://db:27017/?replicaSet=rs0',
  ACCESS_TOKEN_KEY: keyPem(),
  SECRETS_KEY: randomBytes(32).toString('base64'),
  MAIL_DIR: '/var/mail/happening',
});

const faultsOf = (source: Record<string, string>) => {
  try {
    loadEnv(source);
  } catch (error) {
    if (error instanceof BadEnvironmentError) return error;
    throw error;
  }
  throw new Error('the environment was accepted');
};

describe('the environment', () => {
  it('needs nothing for a first start, and then is reachable from this machine only', () => {
    expect(loadEnv({})).toEqual({
      production: false,
      host: '127.0.0.1',
      port: 3000,
      logLevel: 'info',
      dataDir: resolve('.data'),
      mongodbUri: undefined,
      mongodb: { maxPoolSize: 50, serverSelectionTimeoutMs: 5_000 },
      redisUrl: undefined,
      cache: { memoryMs: 2_000 },
      accessTokenKeys: undefined,
      secretsKeys: undefined,
      mail: { from: { name: 'Happening', address: 'no-reply@happening.example' }, to: resolve('.data', 'mail') },
      oidc: undefined,
      live: { maxConnections: 2_000, maxConnectionsPerAddress: 200 },
      journalRetentionDays: 400,
      metricsPort: 9_464,
      edge: {
        trustProxy: false,
        corsOrigins: ['https://studio.apollographql.com'],
        budgets: {
          address: { points: 6_000, seconds: 60 },
          user: { points: 1_200, seconds: 60 },
          tenant: { points: 60_000, seconds: 60 },
          sensitive: { points: 60, seconds: 60 },
          logIn: { points: 10, seconds: 900 },
        },
        persistedOperations: undefined,
      },
      shutdownTimeoutMs: 10_000,
      shutdownNoticeMs: 0,
    });
  });

  it('keeps the journal for as long as it is told, and never for less than 90 days [N8]', () => {
    expect(loadEnv({ JOURNAL_RETENTION_DAYS: '90' }).journalRetentionDays).toBe(90);
    for (const JOURNAL_RETENTION_DAYS of ['89', '0', '-400', '400.5', 'for ever']) {
      expect(faultsOf({ JOURNAL_RETENTION_DAYS }).faults.map(({ key }) => key)).toEqual(['JOURNAL_RETENTION_DAYS']);
    }
  });

  it('names who may ask from a browser: in development the Sandbox, else nobody unless told', () => {
    expect(loadEnv({ NODE_ENV: 'test' }).edge.corsOrigins).toEqual([]);
    expect(loadEnv(production()).edge.corsOrigins).toEqual([]);
    const given = { ...production(), CORS_ORIGINS: 'https://a.example.org, http://localhost:5173' };
    expect(loadEnv(given).edge.corsOrigins).toEqual(['https://a.example.org', 'http://localhost:5173']);
  });

  it('believes proxies that are counted or named, and never everybody [J12]', () => {
    const trusted = (TRUST_PROXY: string) => loadEnv({ TRUST_PROXY }).edge.trustProxy;
    expect([trusted('1'), trusted('loopback, 10.0.0.0/8')]).toEqual([1, ['loopback', '10.0.0.0/8']]);
    for (const TRUST_PROXY of ['true', '0', '10', 'proxy.example.org', ',']) {
      expect(faultsOf({ TRUST_PROXY }).faults.map(({ key }) => key)).toEqual(['TRUST_PROXY']);
    }
    for (const CORS_ORIGINS of ['*', 'example.org', 'https://a.example.org/']) {
      expect(faultsOf({ CORS_ORIGINS }).faults.map(({ key }) => key)).toEqual(['CORS_ORIGINS']);
    }
  });

  it('cannot be changed once it is read', () => {
    const env = loadEnv({});

    expect(() => Object.assign(env, { port: 1 })).toThrow(TypeError);
    expect(() => Object.assign(env.mongodb, { maxPoolSize: 1 })).toThrow(TypeError);
  });

  it('takes what is set to nothing as not set, as in a copied .env.example', () => {
    expect(loadEnv({ MONGODB_URI: '', HOST: ' ', PORT: '' })).toEqual(loadEnv({}));
  });

  it('listens on every address in production, with the given database and key', () => {
    const env = loadEnv(production());

    expect(env).toMatchObject({ production: true, host: '0.0.0.0', mongodbUri: 'mongodb://db:27017/?replicaSet=rs0' });
    expect(env.accessTokenKeys).toHaveLength(1);
  });

  it('trusts a sign-in provider over https alone, but for one on this machine outside production', () => {
    const provider = { OIDC_ISSUER: 'http://127.0.0.1:8080/realms/a', OIDC_CLIENT_ID: 'web' };

    expect(loadEnv(provider).oidc).toMatchObject({
      ...{ issuer: 'http://127.0.0.1:8080/realms/a', clientId: 'web', audience: undefined },
      algorithms: ['RS256', 'ES256', 'EdDSA'],
    });
    expect(loadEnv({ ...production(), ...provider, OIDC_ISSUER: 'https://id.example.org' }).oidc).toBeDefined();
    expect(faultsOf({ ...production(), ...provider }).faults).toMatchObject([{ key: 'OIDC_ISSUER' }]);
    for (const OIDC_ISSUER of ['http://id.example.org', 'http://127.0.0.1.example.org', 'https://a:b@c.org', 'x']) {
      expect(faultsOf({ ...provider, OIDC_ISSUER }).faults).toMatchObject([{ key: 'OIDC_ISSUER' }]);
    }
  });

  it('accepts no provider without a client, and no algorithm whose key is shared, or none at all', () => {
    const OIDC_ISSUER = 'https://id.example.org';

    expect(faultsOf({ OIDC_ISSUER }).faults).toEqual([
      { key: 'OIDC_CLIENT_ID', message: 'is required with OIDC_ISSUER' },
    ]);
    for (const OIDC_ALGORITHMS of ['HS256', 'RS256,none', 'RS256,HS512', 'rs256', 'RS256,']) {
      expect(faultsOf({ OIDC_ISSUER, OIDC_CLIENT_ID: 'web', OIDC_ALGORITHMS }).faults).toMatchObject([
        { key: 'OIDC_ALGORITHMS' },
      ]);
    }
  });

  it('does not start in production without a database and the keys', () => {
    expect(faultsOf({ NODE_ENV: 'production' }).faults).toEqual([
      { key: 'MONGODB_URI', message: 'is required in production' },
      { key: 'ACCESS_TOKEN_KEY', message: 'is required in production' },
      { key: 'SECRETS_KEY', message: 'is required in production' },
    ]);
  });

  it('sends mails one way, which production has to name', () => {
    const smtp = { SMTP_URL: 'smtp://mail.example.org', MAIL_FROM: 'Club <club@example.org>' };

    expect(loadEnv(smtp).mail).toEqual({
      from: { name: 'Club', address: 'club@example.org' },
      to: { host: 'mail.example.org', port: 587, tls: 'starttls', login: null },
    });
    expect(loadEnv(production()).mail.to).toBe('/var/mail/happening');
    expect(faultsOf({ ...production(), MAIL_DIR: '' }).faults).toMatchObject([{ key: 'SMTP_URL' }]);
    expect(faultsOf({ ...smtp, MAIL_DIR: 'mail' }).faults).toMatchObject([{ key: 'MAIL_DIR' }]);
    expect(faultsOf({ ...smtp, MAIL_FROM: '' }).faults).toMatchObject([{ key: 'MAIL_FROM' }]);
    expect(faultsOf({ SECRETS_KEY: 'hunter2', SMTP_URL: 'smtp://a:hunter2@b?tls=off' }).message).not.toContain(
      'hunter2',
    );
  });

  it.each([
    ['a word', 'changeme'],
    [
      'an RSA key',
      generateKeyPairSync('rsa', { modulusLength: 1024 })
        .privateKey.export({ type: 'pkcs8', format: 'pem' })
        .toString(),
    ],
  ])('refuses %s as the key that signs', (_, key) => {
    const error = faultsOf({ ...production(), ACCESS_TOKEN_KEY: key });

    expect(error.faults.map((fault) => fault.key)).toEqual(['ACCESS_TOKEN_KEY']);
    expect(error.message).toContain('Ed25519');
    expect(error.message).not.toContain(key);
  });

  it('names every faulty key at once and repeats no value', () => {
    const error = faultsOf({
      NODE_ENV: 'prod-hunter2',
      PORT: '70000',
      LOG_LEVEL: 'hunter2',
      MONGODB_URI: 'http://root:hunter2@db',
      MONGODB_MAX_POOL_SIZE: '1e3',
      SHUTDOWN_TIMEOUT_MS: '-1',
    });

    expect(error.faults.map((fault) => fault.key).sort()).toEqual([
      'LOG_LEVEL',
      'MONGODB_MAX_POOL_SIZE',
      'MONGODB_URI',
      'NODE_ENV',
      'PORT',
      'SHUTDOWN_TIMEOUT_MS',
    ]);
    expect(error.message).toContain('PORT: must be a whole number from 0 to 65535');
    expect(error.message).not.toContain('hunter2');
  });

  describe('as .env.example has it', () => {
    const lines = readFileSync(join(__dirname, '../../../.env.example'), 'utf8').split('\n');
    const given = Object.fromEntries(
      lines.filter((line) => /^[A-Z]/.test(line)).map((line) => line.split(/=(.*)/s).slice(0, 2) as [string, string]),
    );

    it('has every key and no other', () => {
      expect(Object.keys(given).sort()).toEqual(Object.keys(environmentShape).sort());
    });

    it('is the default', () => {
      expect(loadEnv(given)).toEqual(loadEnv({}));
    });

    it('explains every key', () => {
      const unexplained = lines.filter((line, at) => /^[A-Z]/.test(line) && !lines[at - 1]?.startsWith('#'));
      expect(unexplained).toEqual([]);
    });
  });

  it('keeps a fetched mongod in the cache folder of the user', () => {
    const settings = mongoBinarySettings({ PATH: '/bin', XDG_CACHE_HOME: '/caches', LOCALAPPDATA: '/caches' });

    expect(settings.searchPath).toBe('/bin');
    expect(settings.systemBinary).toBeUndefined();
    if (process.platform !== 'darwin') expect(settings.cacheDir).toBe(resolve('/caches/happening'));
  });
});
