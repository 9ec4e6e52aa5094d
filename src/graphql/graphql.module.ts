import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import { type DynamicModule, Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, APP_PIPE } from '@nestjs/core';
import { GraphQLModule as NestGraphQLModule } from '@nestjs/graphql';
import type { Env } from '../platform/env';
import { Logger } from '../platform/logger';
import { StoreModule } from '../store/store.module';
import { UseCasesModule } from '../use-cases/use-cases.module';
import { RefusalsAsData } from './as-data';
import { AuthGuard } from './auth.guard';
import { ErrorsToGraphql } from './exception.filter';
import { errorFormatter } from './format-error';
import { newGraphqlContext } from './graphql-context';
import { limitRules, parseOptions, validationOptions } from './limits';
import { operationLimits } from './limits.plugin';
import { FreshReads, Loaders } from './loaders';
import { type ApolloPlugin, operationLog } from './operation-log.plugin';
import { RESOLVERS } from './resolvers';
import { schemaOptions } from './schema-options';
import { ValidationPipe } from './validation.pipe';

/** What of Apollo's and Nest's defaults has to be otherwise. */
const apolloConfig = (env: Env, logger: Logger): ApolloDriverConfig => ({
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
  // Registering a query under its hash is of use to a public cache, and there is none.
  persistedQueries: false,
  plugins: [
    operationLog(logger),
    operationLimits({ tellCost: !env.production }),
    ApolloServerPluginCacheControlDisabled() as ApolloPlugin,
    // Would be switched on by an environment variable of Apollo's.
    ApolloServerPluginUsageReportingDisabled() as ApolloPlugin,
  ],
});

/** The wire, and only here. `Logger` and `Clock` come from the composition, which makes them global. */
@Module({})
export class GraphqlModule {
  static with(env: Env): DynamicModule {
    return {
      module: GraphqlModule,
      imports: [
        StoreModule,
        UseCasesModule,
        NestGraphQLModule.forRootAsync<ApolloDriverConfig>({
          driver: ApolloDriver,
          inject: [Logger],
          useFactory: (logger: Logger) => apolloConfig(env, logger),
        }),
      ],
      providers: [
        ...RESOLVERS,
        Loaders,
        { provide: APP_FILTER, useClass: ErrorsToGraphql },
        { provide: APP_GUARD, useClass: AuthGuard },
        { provide: APP_PIPE, useClass: ValidationPipe },
        { provide: APP_INTERCEPTOR, useClass: FreshReads },
        { provide: APP_INTERCEPTOR, useClass: RefusalsAsData },
      ],
    };
  }
}
