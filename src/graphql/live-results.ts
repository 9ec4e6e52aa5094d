import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import {
  execute,
  type ExecutionArgs,
  type ExecutionResult,
  getOperationAST,
  type GraphQLError,
  Kind,
  locatedError,
} from 'graphql';
import type { Listener, LiveMessage, Watch } from '../use-cases/live/watch';
import { contextOf, type GraphqlContext } from './graphql-context';
import type { LiveConnection } from './live-connection';

/** What graphql-js hands to the resolvers of one subscription. */
export interface LiveContext extends GraphqlContext {
  readonly connection: LiveConnection;
}

/** Who subscribes, to be asked again before each message. */
export const CurrentListener = createParamDecorator((_data: unknown, context: ExecutionContext): Listener => {
  return (contextOf(context) as LiveContext).connection.listener;
});

/** A subscription's messages as its resolver returns them: each with the scope that it may be told under. */
export class LiveSource<Value> implements AsyncIterableIterator<LiveMessage<Value>> {
  constructor(private readonly watch: Watch<Value>) {}

  async next(): Promise<IteratorResult<LiveMessage<Value>, undefined>> {
    const value = await this.watch.next();
    return value === null ? { done: true, value: undefined } : { done: false, value };
  }

  async return(): Promise<IteratorResult<LiveMessage<Value>, undefined>> {
    this.watch.close();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}

export interface ResultsListener {
  /** Whether an error that ends the messages is about the whole connection, which is closed then. */
  readonly concernsConnection: (error: unknown) => boolean;
  /** Called once; `failed` with what it ended with, if it was an error. */
  readonly onEnd: (end: { readonly messages: number; readonly errors: ExecutionResult['errors'] }) => void;
}

/**
 * Turns each message into a result. Unlike graphql-js' own `subscribe`, every message is executed with a context of its
 * own: under who listens as of now, with loaders that have read nothing yet. No generator function: one that waits for a
 * message could not be ended.
 */
export class LiveResults implements AsyncIterableIterator<ExecutionResult> {
  #messages = 0;
  #ended = false;

  constructor(
    private readonly args: ExecutionArgs,
    private readonly source: AsyncIterator<LiveMessage<unknown>>,
    private readonly listener: ResultsListener,
  ) {}

  async next(): Promise<IteratorResult<ExecutionResult, undefined>> {
    if (this.#ended) return this.#end();
    try {
      const step = await this.source.next();
      if (step.done === true) return this.#end();
      this.#messages += 1;
      return { done: false, value: await this.#execute(step.value) };
    } catch (error) {
      await this.source.return?.();
      if (this.listener.concernsConnection(error)) return this.#end();
      const errors = [this.#located(error)];
      this.#end(errors);
      return { done: false, value: { errors } };
    }
  }

  async return(): Promise<IteratorResult<ExecutionResult, undefined>> {
    await this.source.return?.();
    return this.#end();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async #execute(message: LiveMessage<unknown>): Promise<ExecutionResult> {
    const { scope } = message;
    const context = this.args.contextValue as LiveContext;
    const contextValue: LiveContext = { ...context, scope, viewer: Promise.resolve(scope) };
    return execute({ ...this.args, rootValue: message, contextValue });
  }

  /** As graphql-js tells of an error before the first message: whatever was wrong with an id looks the same. */
  #located(error: unknown): GraphQLError {
    const operation = getOperationAST(this.args.document, this.args.operationName);
    const [field] = operation?.selectionSet.selections ?? [];
    return field?.kind === Kind.FIELD
      ? locatedError(error, field, [(field.alias ?? field.name).value])
      : locatedError(error, operation ?? undefined);
  }

  #end(errors?: ExecutionResult['errors']): IteratorReturnResult<undefined> {
    if (!this.#ended) this.listener.onEnd({ messages: this.#messages, errors });
    this.#ended = true;
    return { done: true, value: undefined };
  }
}
