import type { ApolloDriverConfig } from '@nestjs/apollo';
import type { GraphQLFormattedError } from 'graphql';
import type { Logger } from '../platform/logger';
import { factsOf, type GraphqlContext, type RequestFacts } from './graphql-context';

/** Apollo's plugin type as Nest's driver takes it: the package has two builds, whose types do not mix. */
export type ApolloPlugin = NonNullable<ApolloDriverConfig['plugins']>[number];

/** Names come from clients: only what can be a GraphQL name, and short. */
const MAX_NAME = 64;

export interface EndedOperation {
  readonly request: RequestFacts;
  readonly name: string | null | undefined;
  readonly type: string | undefined;
  /** By `performance.now()`. */
  readonly startedAt: number;
  /** Of its errors. */
  readonly codes: readonly string[];
}

/** One line for each operation: whose it was and what, how long it took, how it ended. */
export function logOperation(logger: Logger, ended: EndedOperation, more: object = {}): void {
  const { request, name, type, startedAt, codes } = ended;
  const fields = {
    ...request,
    operation: name?.slice(0, MAX_NAME) ?? null,
    operationType: type ?? null,
    durationMs: Math.round((performance.now() - startedAt) * 10) / 10,
    outcome: codes.length === 0 ? 'ok' : 'error',
    ...(codes.length > 0 && { codes }),
    ...more,
  };
  logger.info(fields, 'operation');
}

export const operationLog = (logger: Logger): ApolloPlugin => ({
  async requestDidStart() {
    const startedAt = performance.now();
    return {
      async willSendResponse({ operationName: name, operation, response, contextValue }) {
        const codes = errorCodes(response.body.kind === 'single' ? (response.body.singleResult.errors ?? []) : []);
        const request = factsOf(contextValue as GraphqlContext);
        logOperation(logger, { request, name, type: operation?.operation, startedAt, codes });
      },
    };
  },
});

const errorCodes = (errors: readonly GraphQLFormattedError[]): string[] => [
  ...new Set(errors.map(({ extensions }) => String(extensions?.['code']))),
];
