import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import { type DynamicModule, Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_PIPE } from '@nestjs/core';
import { GraphQLModule as NestGraphQLModule } from '@nestjs/graphql';
import type { Env } from '../platform/env';
import { Logger } from '../platform/logger';
import { Metrics } from '../platform/metrics';
import { RateLimits } from '../platform/rate-limits';
import { RedisLink } from '../platform/redis';
import { StoreModule } from '../store/store.module';
import { UseCasesModule } from '../use-cases/use-cases.module';
import { AuthGuard } from './auth.guard';
import { ThrownErrors } from './exception.filter';
import { CalendarFeedController } from './calendar-feed.controller';
import { errorsOfRequests } from './errors-request';
import { errorFormatter } from './format-error';
import { newGraphqlContext } from './graphql-context';
import { httpStatus } from './http-status.plugin';
import { limitRules, parseOptions, validationOptions } from './limits';
import { operationLimits } from './limits.plugin';
import { LiveConnections } from './live-connections';
import { LiveSettings } from './live-limits';
import { LiveOperations } from './live-operations';
import { noSubscriptionsOverHttp } from './live-over-http.plugin';
import { LiveServer } from './live-server';
import { Loaders } from './loaders';
import { LogInAttempts } from './log-in-attempts';
import { type ApolloPlugin, operationLog } from './operation-log.plugin';
import { operationMetrics } from './operation-metrics.plugin';
import { OncePerOperationGuard } from './once-per-operation.guard';
import { clientsDocuments, PersistedOperations } from './persisted-operations';
import { RateLimitGuard } from './rate-limit.guard';
import { PeopleRepositories } from './people-repositories';
import { RESOLVERS } from './resolvers';
import { schemaOptions } from './schema-options';
import { ValidationPipe } from './validation.pipe';

/** What of Apollo's and Nest's defaults has to be otherwise. */
interface Collaborators {
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly persisted: PersistedOperations | null;
}

const apolloConfig = (env: Env, { logger, metrics, persisted }: Collaborators): ApolloDriverConfig => ({
  autoSchemaFile: true,
  sortSchema: true,
  buildSchemaOptions: schemaOptions,
  path: '/graphql',
  context: newGraphqlContext,
  formatError: errorFormatter(logger, { suggestions: !env.production }),
  introspection: !env.production,
  parseOptions,
  validationRules: limitRules(env),
  validationOptions,
  includeStacktraceInErrorResponses: false,
  // Both landing pages that come along load their code from a foreign host.
  graphiql: false,
  allowBatchedHttpRequests: false,
  persistedQueries: { cache: persisted?.cache ?? clientsDocuments() },
  plugins: [
    errorsOfRequests,
    operationLog(logger),
    operationMetrics(metrics),
    noSubscriptionsOverHttp,
    operationLimits({ tellCost: !env.production }),
    httpStatus,
    ApolloServerPluginCacheControlDisabled() as ApolloPlugin,
    // Would be switched on by an environment variable of Apollo's.
    ApolloServerPluginUsageReportingDisabled() as ApolloPlugin,
  ],
});

const liveSettings = ({ production, live, edge }: Env): LiveSettings => ({
  production,
  ...live,
  origins: edge.corsOrigins,
});

/** The wire, and only here. `Logger` and `Clock` come from the composition, which makes them global. */
@Module({})
export class GraphqlModule {
  static with(env: Env): DynamicModule {
    const { persistedOperations, budgets } = env.edge;
    const persisted = persistedOperations === undefined ? null : PersistedOperations.read(persistedOperations);
    return {
      module: GraphqlModule,
      imports: [
        StoreModule,
        UseCasesModule,
        NestGraphQLModule.forRootAsync<ApolloDriverConfig>({
          driver: ApolloDriver,
          inject: [Logger, Metrics],
          useFactory: (logger: Logger, metrics: Metrics) => apolloConfig(env, { logger, metrics, persisted }),
        }),
      ],
      controllers: [CalendarFeedController],
      providers: [
        ...RESOLVERS,
        Loaders,
        PeopleRepositories,
        LiveServer,
        LiveConnections,
        LiveOperations,
        { provide: LiveSettings, useValue: liveSettings(env) },
        LogInAttempts,
        { provide: PersistedOperations, useValue: persisted },
        { provide: RateLimits, inject: [RedisLink], useFactory: (redis: RedisLink) => new RateLimits(redis, budgets) },
        { provide: APP_FILTER, useClass: ThrownErrors },
        { provide: APP_GUARD, useClass: AuthGuard },
        { provide: APP_GUARD, useClass: RateLimitGuard },
        { provide: APP_GUARD, useClass: OncePerOperationGuard },
        { provide: APP_PIPE, useClass: ValidationPipe },
      ],
    };
  }
}
