import { type DynamicModule, Global, Module, type Provider } from '@nestjs/common';
import { getConnectionToken } from '@nestjs/mongoose';
import type { Connection } from 'mongoose';
import { GraphqlModule } from './graphql/graphql.module';
import { Clock } from './platform/clock';
import type { Env } from './platform/env';
import { Readiness } from './platform/health';
import { HealthController } from './platform/health.controller';
import { Logger } from './platform/logger';
import { RedisLink } from './platform/redis';
import { NoProvider, OidcTokens, ProviderTokens } from './platform/oidc';
import { AccessTokens } from './platform/token';

/** What the process brings; everything else is made from it. */
export interface Parts {
  readonly env: Env;
  readonly connection: Connection;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly accessTokens: AccessTokens;
  readonly readiness: Readiness;
  readonly redis: RedisLink;
}

/** Makes the parts of the process known to every layer. */
@Global()
@Module({})
export class PartsModule {
  static of({ env, connection, clock, logger, accessTokens, readiness, redis }: Parts): DynamicModule {
    const providerTokens = env.oidc === undefined ? new NoProvider() : new OidcTokens(env.oidc, clock, logger);
    const providers: Provider[] = [
      { provide: getConnectionToken(), useValue: connection },
      { provide: Clock, useValue: clock },
      { provide: Logger, useValue: logger },
      { provide: AccessTokens, useValue: accessTokens },
      { provide: ProviderTokens, useValue: providerTokens },
      { provide: Readiness, useValue: readiness },
      { provide: RedisLink, useValue: redis },
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
