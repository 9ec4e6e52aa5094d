import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import type { CacheSettings } from './cache-settings';
import { type EdgeSettings, edgeSettingsOf, edgeShape } from './edge-settings';
import { accessTokenKey, metricsPort, mongodbUri, oneOf, redisUrl, secretsKey, whole } from './env-fields';
import type { ConnectionSettings } from './mongo-connection';
import {
  mailSettingsOf,
  type MailSettings,
  mailShape,
  namesItsSender,
  SENDER_IS_MISSING,
  SENDS_NOWHERE,
  SENDS_TWO_WAYS,
  sendsOneWay,
  sendsSomewhere,
} from './mail-settings';
import { CLIENT_IS_MISSING, namesItsClient, type OidcSettings, oidcSettingsOf, oidcShape } from './oidc-settings';
import type { SecretsKeys } from './secret-box';
import type { KeyRing } from './signing-keys';

export type Source = Readonly<Record<string, string | undefined>>;

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Everything the environment decides, checked once at the start. */
export interface Env {
  readonly production: boolean;
  readonly host: string;
  readonly port: number;
  readonly logLevel: LogLevel;
  /** Absolute path of the folder for the embedded database and the development key. */
  readonly dataDir: string;
  /** Unset: the service starts a database of its own in `dataDir`. Never so in production. */
  readonly mongodbUri: string | undefined;
  readonly mongodb: ConnectionSettings;
  /** Unset: the service does without. */
  readonly redisUrl: string | undefined;
  readonly cache: CacheSettings;
  /** Unset: a key kept in `dataDir`. Never so in production. */
  readonly accessTokenKeys: KeyRing | undefined;
  /** Unset: a key kept in `dataDir`. Never so in production. */
  readonly secretsKeys: SecretsKeys | undefined;
  readonly mail: MailSettings;
  /** Unset: people sign in with a password alone. */
  readonly oidc: OidcSettings | undefined;
  readonly edge: EdgeSettings;
  /** WebSocket connections that this process takes at once: altogether, and from one address. */
  readonly live: { readonly maxConnections: number; readonly maxConnectionsPerAddress: number };
  /** For how long the journal (audit log, histories) is kept. */
  readonly journalRetentionDays: number;
  /** Where `/metrics` is; null: nowhere. */
  readonly metricsPort: number | null;
  /** How long requests in flight may take to finish when the service stops, milliseconds. */
  readonly shutdownTimeoutMs: number;
  /** How long `/ready` says 503 before the service stops to accept connections, milliseconds. */
  readonly shutdownNoticeMs: number;
}

/** Where a mongod is looked for, and where one that was fetched is kept. */
export interface MongoBinarySettings {
  /** MONGOMS_SYSTEM_BINARY: this mongod and no other. */
  readonly systemBinary?: string;
  readonly searchPath: string;
  readonly cacheDir: string;
}

/** Lists every faulty key. Never repeats a value: it may be a secret. */
export class BadEnvironmentError extends Error {
  constructor(readonly faults: readonly { key: string; message: string }[]) {
    super(
      'The environment does not fit (.env.example explains every key):\n' +
        faults.map(({ key, message }) => `  - ${key}: ${message}`).join('\n'),
    );
    this.name = 'BadEnvironmentError';
  }
}

const DEFAULT_METRICS_PORT = 9464;

const REQUIRED_IN_PRODUCTION = 'is required in production';

/** The keys of the environment by name; `.env.example` lists the same ones, and a test compares them. */
export const environmentShape = {
  NODE_ENV: oneOf(['development', 'test', 'production']).default('development'),
  HOST: z.string().optional(),
  PORT: whole(3000, { min: 0, max: 65_535 }),
  LOG_LEVEL: oneOf(LOG_LEVELS).default('info'),
  DATA_DIR: z.string().default('.data'),
  MONGODB_URI: mongodbUri.optional(),
  MONGODB_MAX_POOL_SIZE: whole(50, { min: 1, max: 1_000 }),
  MONGODB_SERVER_SELECTION_TIMEOUT_MS: whole(5_000, { min: 100, max: 60_000 }),
  MONGOMS_SYSTEM_BINARY: z.string().optional(),
  REDIS_URL: redisUrl.optional(),
  CACHE_MEMORY_MS: whole(2_000, { min: 0, max: 60_000 }),
  ACCESS_TOKEN_KEY: accessTokenKey.optional(),
  SECRETS_KEY: secretsKey.optional(),
  ...mailShape,
  ...oidcShape(true),
  ...edgeShape,
  LIVE_MAX_CONNECTIONS: whole(2_000, { min: 0, max: 100_000 }),
  LIVE_MAX_CONNECTIONS_PER_ADDRESS: whole(200, { min: 0, max: 100_000 }),
  JOURNAL_RETENTION_DAYS: whole(400, { min: 90, max: 36_500 }),
  METRICS_PORT: metricsPort.optional(),
  SHUTDOWN_TIMEOUT_MS: whole(10_000, { min: 0, max: 600_000 }),
  SHUTDOWN_NOTICE_MS: whole(0, { min: 0, max: 60_000 }),
};

const development = z
  .object(environmentShape)
  .refine(namesItsClient, CLIENT_IS_MISSING)
  .refine(namesItsSender, SENDER_IS_MISSING)
  .refine(sendsOneWay, SENDS_TWO_WAYS);
const production = z
  .object({
    ...environmentShape,
    MONGODB_URI: z.string(REQUIRED_IN_PRODUCTION).pipe(mongodbUri),
    ACCESS_TOKEN_KEY: z.string(REQUIRED_IN_PRODUCTION).pipe(accessTokenKey),
    SECRETS_KEY: z.string(REQUIRED_IN_PRODUCTION).pipe(secretsKey),
    ...oidcShape(false),
  })
  .refine(namesItsClient, CLIENT_IS_MISSING)
  .refine(namesItsSender, SENDER_IS_MISSING)
  .refine(sendsOneWay, SENDS_TWO_WAYS)
  .refine(sendsSomewhere, SENDS_NOWHERE);

const defaultMetricsPort = (mode: string): number | null => (mode === 'test' ? null : DEFAULT_METRICS_PORT);

/** A key that is set to nothing, as in a copied `.env.example`, is not set. */
const withoutEmpty = (source: Source): Source =>
  Object.fromEntries(Object.entries(source).filter(([, value]) => value !== undefined && value.trim() !== ''));

/**
 * The one reader of the environment.
 *
 * @throws BadEnvironmentError, for all faulty keys at once
 */
export function loadEnv(source: Source = process.env): Env {
  const given = withoutEmpty(source);
  const isProduction = given['NODE_ENV'] === 'production';
  const checked = (isProduction ? production : development).safeParse(given);
  if (!checked.success) {
    throw new BadEnvironmentError(
      checked.error.issues.map(({ path, message }) => ({ key: path.map(String).join('.'), message })),
    );
  }
  const values = checked.data;
  return Object.freeze({
    production: isProduction,
    host: values.HOST ?? (isProduction ? '0.0.0.0' : '127.0.0.1'),
    port: values.PORT,
    logLevel: values.LOG_LEVEL,
    dataDir: resolve(values.DATA_DIR),
    mongodbUri: values.MONGODB_URI,
    mongodb: Object.freeze({
      maxPoolSize: values.MONGODB_MAX_POOL_SIZE,
      serverSelectionTimeoutMs: values.MONGODB_SERVER_SELECTION_TIMEOUT_MS,
    }),
    redisUrl: values.REDIS_URL,
    cache: Object.freeze({ memoryMs: values.CACHE_MEMORY_MS }),
    accessTokenKeys: values.ACCESS_TOKEN_KEY,
    secretsKeys: values.SECRETS_KEY,
    mail: mailSettingsOf(values, resolve(values.DATA_DIR)),
    oidc: oidcSettingsOf(values, !isProduction),
    live: Object.freeze({
      maxConnections: values.LIVE_MAX_CONNECTIONS,
      maxConnectionsPerAddress: values.LIVE_MAX_CONNECTIONS_PER_ADDRESS,
    }),
    edge: edgeSettingsOf(values, { development: values.NODE_ENV === 'development' }),
    journalRetentionDays: values.JOURNAL_RETENTION_DAYS,
    // Tests start many services side by side.
    metricsPort: values.METRICS_PORT === undefined ? defaultMetricsPort(values.NODE_ENV) : values.METRICS_PORT,
    shutdownTimeoutMs: values.SHUTDOWN_TIMEOUT_MS,
    shutdownNoticeMs: values.SHUTDOWN_NOTICE_MS,
  });
}

/** Adds the keys of a `.env` file to the environment, where there is one; what is set already wins. */
export function readEnvFile(path = '.env'): void {
  try {
    process.loadEnvFile(path);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
}

function userCacheDir(source: Source): string {
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches');
  if (process.platform === 'win32') return source['LOCALAPPDATA'] ?? join(homedir(), 'AppData', 'Local');
  return source['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
}

/** Apart from `loadEnv`, because tests need a mongod and no service. */
export function mongoBinarySettings(source: Source = process.env): MongoBinarySettings {
  const given = withoutEmpty(source);
  const systemBinary = given['MONGOMS_SYSTEM_BINARY'];
  return {
    ...(systemBinary === undefined ? {} : { systemBinary }),
    searchPath: given['PATH'] ?? '',
    cacheDir: join(userCacheDir(given), 'happening'),
  };
}
