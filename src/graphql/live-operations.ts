import { Inject, Injectable } from '@nestjs/common';
import { GraphQLSchemaHost } from '@nestjs/graphql';
import {
  createSourceEventStream,
  type DocumentNode,
  type ExecutionArgs,
  getOperationAST,
  GraphQLError,
  type GraphQLFormattedError,
  OperationTypeNode,
  parse,
  specifiedRules,
  validate,
} from 'graphql';
import type { SubscribePayload } from 'graphql-ws';
import { Logger } from '../platform/logger';
import { RateLimits } from '../platform/rate-limits';
import { belongTo } from './errors-request';
import { errorFormatter } from './format-error';
import { affordableCost, limitRules, parseOptions, validationOptions } from './limits';
import type { LiveConnection } from './live-connection';
import { LIVE_LIMITS, LiveSettings } from './live-limits';
import { LivePayment } from './live-payment';
import { type LiveContext, LiveResults, type Source } from './live-results';
import { logOperation } from './operation-log.plugin';
import { PersistedOperations } from './persisted-operations';
import type { ThrownCode } from './thrown-codes';

const coded = (code: ThrownCode, message: string): GraphQLError => new GraphQLError(message, { extensions: { code } });

/** What graphql-js says, under the code that Apollo Server gives it over HTTP. */
function withCode(error: GraphQLError, code: ThrownCode): GraphQLError {
  if (error.extensions['code'] !== undefined) return error;
  const { message, nodes, source, positions } = error;
  return new GraphQLError(message, { nodes, source, positions, originalError: error, extensions: { code } });
}

/** The guard takes the price of the start from it. */
type PricedContext = LiveContext & { readonly cost: number };

/** What graphql-ws is given to execute, and the results that it will ask for. */
export interface Prepared extends ExecutionArgs {
  readonly results: LiveResults;
}

/** An operation that came over a WebSocket: judged by the rules of those over HTTP, and executed message by message. */
@Injectable()
export class LiveOperations {
  readonly #format: (formatted: GraphQLFormattedError, error: unknown) => GraphQLFormattedError;
  /** What is ours to log is logged while it is formatted: once. */
  readonly #formatted = new WeakMap<GraphQLError, GraphQLFormattedError>();

  constructor(
    private readonly schemaHost: GraphQLSchemaHost,
    @Inject(PersistedOperations) private readonly persisted: PersistedOperations | null,
    private readonly settings: LiveSettings,
    private readonly limits: RateLimits,
    private readonly logger: Logger,
  ) {
    this.#format = errorFormatter(logger, { suggestions: !settings.production });
  }

  format({ context }: LiveConnection, errors: readonly GraphQLError[]): GraphQLFormattedError[] {
    belongTo(context, errors);
    return errors.map((error) => {
      const formatted = this.#formatted.get(error) ?? this.#format(error.toJSON(), error);
      this.#formatted.set(error, formatted);
      return formatted;
    });
  }

  /** @returns what to execute, with a place among the connection's subscriptions; or why it is not executed */
  prepare(connection: LiveConnection, payload: SubscribePayload): Prepared | readonly GraphQLError[] {
    if (connection.subscriptions.size >= LIVE_LIMITS.subscriptionsPerConnection) {
      const most = `${LIVE_LIMITS.subscriptionsPerConnection} subscriptions at a time`;
      return [coded('RATE_LIMITED', `A connection has at most ${most}.`)];
    }
    if (this.persisted?.allow(payload) === false) {
      return [coded('OPERATION_NOT_LISTED', 'This service executes listed operations only.')];
    }
    const { schema } = this.schemaHost;
    const document = parsed(payload.query);
    if (document instanceof GraphQLError) return [document];
    const rules = [...specifiedRules, ...limitRules(this.settings)];
    const [fault] = validate(schema, document, rules, validationOptions);
    if (fault) return [withCode(fault, 'GRAPHQL_VALIDATION_FAILED')];
    const { operationName, variables: variableValues } = payload;
    const cost = this.#costOf(document, payload);
    if (cost instanceof GraphQLError) return [cost];
    const contextValue = contextOf(connection, cost);
    const args = { schema, document, operationName, variableValues, contextValue };
    return { ...args, results: this.#resultsOf(args, contextValue) };
  }

  #resultsOf(args: ExecutionArgs, { connection, cost }: PricedContext): LiveResults {
    const startedAt = performance.now();
    const begin = () => createSourceEventStream(args) as Promise<Source>;
    const results = new LiveResults(args, begin, new LivePayment(this.limits, cost), {
      concernsConnection: (error) => connection.closeBecause(error),
      onEnd: ({ messages, errors }) => {
        const codes = this.format(connection, errors ?? []).map(({ extensions }) => String(extensions?.['code']));
        const name = getOperationAST(args.document, args.operationName)?.name?.value;
        const request = connection.context;
        logOperation(this.logger, { request, name, type: 'subscription', startedAt, codes }, { messages });
      },
      onGone: () => void connection.subscriptions.delete(results),
    });
    connection.subscriptions.add(results);
    return results;
  }

  #costOf(document: DocumentNode, { operationName, variables }: SubscribePayload): number | GraphQLError {
    const operation = getOperationAST(document, operationName);
    if (!operation) return coded('OPERATION_RESOLUTION_FAILURE', 'The document has no operation of that name.');
    if (operation.operation !== OperationTypeNode.SUBSCRIPTION) {
      return coded('BAD_REQUEST', 'Only subscriptions come over WebSocket: send queries and mutations by POST.');
    }
    try {
      return affordableCost({ schema: this.schemaHost.schema, document, operation, variables: variables ?? {} });
    } catch (error) {
      if (error instanceof GraphQLError) return error;
      throw error;
    }
  }
}

function parsed(query: string): DocumentNode | GraphQLError {
  try {
    return parse(query, parseOptions);
  } catch (error) {
    if (error instanceof GraphQLError) return withCode(error, 'GRAPHQL_PARSE_FAILED');
    throw error;
  }
}

/** The guard asks who listens, as over HTTP; here that is settled already, by the connection. */
function contextOf(connection: LiveConnection, cost: number): PricedContext {
  const viewer = connection.listener();
  // Where the arguments are wrong already, nobody asks for it.
  viewer.catch(() => undefined);
  const { request, context } = connection;
  return { req: request, requestId: context.requestId, viewer, cost, connection };
}
