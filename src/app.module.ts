import { type DynamicModule, Global, Module, type Provider } from '@nestjs/common';
import { getConnectionToken } from '@nestjs/mongoose';
import type { Connection } from 'mongoose';
import { GraphqlModule } from './graphql/graphql.module';
import { ReadThroughCache } from './platform/cache';
import { Clock } from './platform/clock';
import type { Env } from './platform/env';
import { Readiness } from './platform/health';
import { HealthController } from './platform/health.controller';
import { Logger } from './platform/logger';
import { Metrics } from './platform/metrics';
import { MailTransport } from './platform/mail-transport';
import { RedisLink } from './platform/redis';
import { NoProvider, OidcTokens, ProviderTokens } from './platform/oidc';
import { SecretBox } from './platform/secret-box';
import { TimeZoneData } from './platform/time-zone-data';
import { AccessTokens } from './platform/token';
import { JournalRetentionDays } from './use-cases/jobs/journal-retention';

/** What the process brings; everything else is made from it. */
export interface Parts {
  readonly env: Env;
  readonly connection: Connection;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly accessTokens: AccessTokens;
  readonly readiness: Readiness;
  readonly redis: RedisLink;
  readonly secretBox: SecretBox;
  readonly mailTransport: MailTransport;
  readonly metrics: Metrics;
}

/** Makes the parts of the process known to every layer. */
@Global()
@Module({})
export class PartsModule {
  static of(parts: Parts): DynamicModule {
    const { env, connection, clock, logger, accessTokens, readiness, redis, secretBox, mailTransport, metrics } = parts;
    const providerTokens = env.oidc === undefined ? new NoProvider() : new OidcTokens(env.oidc, clock, logger);
    const providers: Provider[] = [
      { provide: getConnectionToken(), useValue: connection },
      { provide: Clock, useValue: clock },
      { provide: Logger, useValue: logger },
      { provide: AccessTokens, useValue: accessTokens },
      { provide: ProviderTokens, useValue: providerTokens },
      { provide: Readiness, useValue: readiness },
      { provide: RedisLink, useValue: redis },
      { provide: ReadThroughCache, useValue: new ReadThroughCache(redis, clock, env.cache) },
      { provide: SecretBox, useValue: secretBox },
      { provide: MailTransport, useValue: mailTransport },
      { provide: Metrics, useValue: metrics },
      { provide: JournalRetentionDays, useValue: new JournalRetentionDays(env.journalRetentionDays) },
      { provide: TimeZoneData, useValue: TimeZoneData.ofThisProcess() },
    ];
    return { module: PartsModule, providers, exports: providers };
  }
}

/** The one composition. */
@Module({})
export class AppModule {
  static of(parts: Parts): DynamicModule {
    return {
      module: AppModule,
      imports: [PartsModule.of(parts), GraphqlModule.with(parts.env)],
      controllers: [HealthController],
    };
  }
}
