import { Inject, Injectable } from '@nestjs/common';
import { GraphQLSchemaHost } from '@nestjs/graphql';
import {
  createSourceEventStream,
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
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
import type { LiveMessage } from '../use-cases/live/watch';
import { belongTo } from './errors-request';
import { errorFormatter } from './format-error';
import { affordableCost, limitRules, parseOptions, validationOptions } from './limits';
import type { LiveConnection } from './live-connection';
import { LIVE_LIMITS, LiveSettings } from './live-limits';
import { type LiveContext, LiveResults } from './live-results';
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

  /** @param running how many subscriptions the connection has, this one included */
  prepare(
    connection: LiveConnection,
    payload: SubscribePayload,
    running: number,
  ): ExecutionArgs | readonly GraphQLError[] {
    if (running > LIVE_LIMITS.subscriptionsPerConnection) {
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
    const refusal = this.#refusalOf(document, payload);
    if (refusal !== null) return [refusal];
    const contextValue = contextOf(connection);
    return { schema, document, operationName, variableValues, contextValue };
  }

  /** @returns the messages, or why there are none */
  async subscribe(args: ExecutionArgs): Promise<LiveResults | ExecutionResult> {
    const { connection } = args.contextValue as LiveContext;
    const startedAt = performance.now();
    const end = ({ messages, errors }: { messages: number; errors: ExecutionResult['errors'] }): void => {
      const codes = this.format(connection, errors ?? []).map(({ extensions }) => String(extensions?.['code']));
      const operation = getOperationAST(args.document, args.operationName);
      const name = operation?.name?.value;
      const request = connection.context;
      logOperation(this.logger, { request, name, type: 'subscription', startedAt, codes }, { messages });
    };
    const source = await createSourceEventStream(args);
    if (!(Symbol.asyncIterator in source)) {
      end({ messages: 0, errors: source.errors });
      return source;
    }
    const messages = (source as AsyncIterable<LiveMessage<unknown>>)[Symbol.asyncIterator]();
    return new LiveResults(args, messages, {
      concernsConnection: (error) => connection.closeBecause(error),
      onEnd: end,
    });
  }

  #refusalOf(document: DocumentNode, { operationName, variables }: SubscribePayload): GraphQLError | null {
    const operation = getOperationAST(document, operationName);
    if (!operation) return coded('OPERATION_RESOLUTION_FAILURE', 'The document has no operation of that name.');
    if (operation.operation !== OperationTypeNode.SUBSCRIPTION) {
      return coded('BAD_REQUEST', 'Only subscriptions come over WebSocket: send queries and mutations by POST.');
    }
    try {
      affordableCost({ schema: this.schemaHost.schema, document, operation, variables: variables ?? {} });
      return null;
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
function contextOf(connection: LiveConnection): LiveContext {
  const viewer = connection.listener();
  // Where the arguments are wrong already, nobody asks for it.
  viewer.catch(() => undefined);
  const { request, context } = connection;
  return { req: request, requestId: context.requestId, viewer, connection };
}
