import type { Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { AddressInfo } from 'node:net';
import { AppModule, type Parts } from './app.module';
import { useExplorer } from './graphql/explorer';
import { LiveServer } from './graphql/live-server';
import { useTransport } from './graphql/transport';
import { type Clock, SystemClock } from './platform/clock';
import { type Env, mongoBinarySettings } from './platform/env';
import { Readiness, type ReadinessCheck } from './platform/health';
import { createLogger, type Logger, NestLogger } from './platform/logger';
import { mailTransportFor } from './platform/mail-transports';
import { resolveMongoBinary } from './platform/mongo-binary';
import { openConnection } from './platform/mongo-connection';
import { openEmbeddedDatabase } from './platform/mongo-embedded';
import { databaseIsWritable } from './platform/mongo-health';
import { Metrics } from './platform/metrics';
import { MetricsServer } from './platform/metrics-server';
import { type PoolCounts, watchPool } from './platform/mongo-pool';
import { blame } from './platform/port-taken';
import { RedisLink } from './platform/redis';
import { developmentSecretsKeys, SecretBox } from './platform/secret-box';
import { Shutdown } from './platform/shutdown';
import { developmentKeyRing } from './platform/signing-keys';
import { TimeZoneData } from './platform/time-zone-data';
import { SignedAccessTokens } from './platform/token';
import { appliedMigration, LATEST_MIGRATION, runMigrations } from './store/migrations';
import { BookingEngine } from './use-cases/booking-engine';
import { DeliveryWorker } from './use-cases/delivery/delivery-worker';
import { DueWorker } from './use-cases/jobs/due-worker';
import { ClockChanges } from './use-cases/jobs/clock-changes';
import { HorizonExtender } from './use-cases/jobs/horizon-extender';
import { JournalRetention } from './use-cases/jobs/journal-retention';
import { LiveFeed } from './use-cases/live/live-feed';
import { ProcessMetrics } from './use-cases/process-metrics';

/** A running service. */
export interface Service {
  /** Where GraphQL answers, e.g. `http://127.0.0.1:3000/graphql`. */
  readonly url: string;
  readonly app: NestExpressApplication;
  /** Where `/metrics` is; null: nowhere. */
  readonly metricsPort: number | null;
  /** The database it works on. */
  readonly mongodbUri: string;
  /** Finishes what is in flight, then gives everything back. Idempotent. */
  stop(): Promise<void>;
}

/** Works beside the requests. */
interface Job {
  start(): void;
  stop(): Promise<void>;
}

const JOBS: readonly Type<Job>[] = [DueWorker, DeliveryWorker, ClockChanges, HorizonExtender, JournalRetention];

/** What a test brings in place of the real thing. */
export interface Substitutes {
  readonly clock?: Clock;
  readonly logger?: Logger;
}

interface Database {
  readonly uri: string;
  stop(): Promise<void>;
}

/** Database, migrations, listening: in that order, so that nothing is answered before it can be. */
export async function startService(env: Env, substitutes: Substitutes = {}): Promise<Service> {
  const clock = substitutes.clock ?? new SystemClock();
  const logger = substitutes.logger ?? createLogger(env.logLevel);
  const database = await openDatabase(env, clock);
  try {
    const connection = await openConnection(database.uri, env.mongodb);
    try {
      await runMigrations(connection);
      return await withRedis(env, { clock, logger, connection, database });
    } catch (error) {
      await connection.close();
      throw error;
    }
  } catch (error) {
    await database.stop();
    throw error;
  }
}

const openDatabase = async (env: Env, clock: Clock): Promise<Database> =>
  env.mongodbUri === undefined
    ? openEmbeddedDatabase(env.dataDir, () => resolveMongoBinary(mongoBinarySettings(), clock))
    : { uri: env.mongodbUri, stop: async () => undefined };

async function withRedis(env: Env, ground: Omit<Ground, 'redis'>): Promise<Service> {
  const redis = RedisLink.open(env.redisUrl, ground.clock, ground.logger);
  try {
    return await listen(env, { ...ground, redis });
  } catch (error) {
    await redis.close();
    throw error;
  }
}

interface Ground {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly connection: Parts['connection'];
  readonly database: Database;
  readonly redis: RedisLink;
}

const migrationsAreApplied = (connection: Parts['connection']): ReadinessCheck => ({
  name: 'migrations',
  check: async () => (await appliedMigration(connection)) >= LATEST_MIGRATION,
});

async function listen(env: Env, ground: Ground): Promise<Service> {
  const { clock, logger, connection, database, redis } = ground;
  const readiness = new Readiness([databaseIsWritable(connection), migrationsAreApplied(connection)]);
  const accessTokens = new SignedAccessTokens(env.accessTokenKeys ?? (await developmentKeyRing(env.dataDir)), clock);
  const secretBox = new SecretBox(env.secretsKeys ?? (await developmentSecretsKeys(env.dataDir)));
  const mailTransport = mailTransportFor(env.mail, logger);
  const metrics = new Metrics();
  const pool = watchPool(connection);
  const app = await NestFactory.create<NestExpressApplication>(
    AppModule.of({ env, connection, clock, logger, accessTokens, readiness, redis, secretBox, mailTransport, metrics }),
    { bodyParser: false, abortOnError: false, logger: new NestLogger(logger) },
  );
  app.disable('x-powered-by');
  // A hash of every answer, and hardly anybody asks again by it; a calendar, where they do, has a tag of its own.
  app.disable('etag');
  useTransport(app, env.edge);
  if (!env.production) useExplorer(app);
  const metricsServer = await openMetrics(env, { app, metrics, pool, logger });
  await app.listen(env.port, env.host).catch(blame('PORT'));
  const server = app.getHttpServer();
  const jobs = JOBS.map((job) => app.get(job));
  for (const job of jobs) job.start();
  const settings = { noticeMs: env.shutdownNoticeMs, timeoutMs: env.shutdownTimeoutMs };
  const shutdown = new Shutdown(server, readiness, logger, settings);
  shutdown.beforeDrain('live updates', () => app.get(LiveServer).stop());
  for (const job of jobs) shutdown.beforeExit(job.constructor.name, () => job.stop());
  shutdown
    .beforeExit('live feed', () => app.get(LiveFeed).stop())
    .beforeExit('booking engine', () => app.get(BookingEngine).drain())
    .beforeExit('application', () => app.close())
    .beforeExit('metrics', () => metricsServer.stop())
    .beforeExit('redis', () => redis.close())
    .beforeExit('connection', () => connection.close())
    .beforeExit('database', () => database.stop());
  const url = urlOf(env.host, server.address() as AddressInfo);
  logger.info({ url, timeZoneData: app.get(TimeZoneData).version }, 'listening');
  return { url, app, mongodbUri: database.uri, metricsPort: metricsServer.port, stop: () => shutdown.stop() };
}

interface Measured {
  readonly app: NestExpressApplication;
  readonly metrics: Metrics;
  readonly pool: Readonly<PoolCounts>;
  readonly logger: Logger;
}

async function openMetrics(env: Env, { app, metrics, pool, logger }: Measured): Promise<MetricsServer> {
  const { host, metricsPort: port } = env;
  if (port === null) return MetricsServer.none();
  app.get(ProcessMetrics).show(pool);
  return MetricsServer.listen(metrics, { host, port, optional: !env.production }, logger);
}

const urlOf = (host: string, { port }: AddressInfo): string =>
  `http://${host.includes(':') ? `[${host}]` : host}:${port}/graphql`;
