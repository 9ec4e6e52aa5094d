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
import type { LivePayment } from './live-payment';

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

/** What there is to tell, or why nothing is. */
export type Source = AsyncIterable<LiveMessage<unknown>> | ExecutionResult;

export interface ResultsListener {
  /** Whether an error that ends the messages is about the whole connection, which is closed then. */
  readonly concernsConnection: (error: unknown) => boolean;
  /** Called once; `failed` with what it ended with, if it was an error. */
  readonly onEnd: (end: { readonly messages: number; readonly errors: ExecutionResult['errors'] }) => void;
  /** Called once, after the end: nothing follows any more, and no work is under way. */
  readonly onGone: () => void;
}

type Step = IteratorResult<ExecutionResult, undefined>;

const DONE: Step = { done: true, value: undefined };

const isTold = (source: Source): source is AsyncIterable<LiveMessage<unknown>> => Symbol.asyncIterator in source;

/**
 * Turns each message into a result. Unlike graphql-js' own `subscribe`, every message is executed with a context of its
 * own: under who listens as of now, with loaders that have read nothing yet. No generator function: one that waits for a
 * message could not be ended.
 *
 * It begins with the first `next`, so that it can be ended while it begins: what begins unseen is counted by nobody.
 */
export class LiveResults implements AsyncIterableIterator<ExecutionResult> {
  #source: Promise<AsyncIterator<LiveMessage<unknown>> | ExecutionResult> | null = null;
  #underWay: Promise<unknown> = Promise.resolve();
  #stopWaiting: () => void = () => undefined;
  #messages = 0;
  readonly #ending = new AbortController();

  constructor(
    private readonly args: ExecutionArgs,
    private readonly begin: () => Promise<Source>,
    private readonly payment: LivePayment,
    private readonly listener: ResultsListener,
  ) {}

  next(): Promise<Step> {
    if (this.#ended) return Promise.resolve(DONE);
    const step = this.#take();
    this.#underWay = step;
    return new Promise((resolve, reject) => {
      // Whoever has ended it is not kept waiting by what it was doing: graphql-ws would take its late end for that of
      // another subscription which has the id by then.
      this.#stopWaiting = () => resolve(DONE);
      step.then(resolve, reject);
    });
  }

  return(): Promise<Step> {
    this.#end();
    this.#stopWaiting();
    return Promise.resolve(DONE);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  get #ended(): boolean {
    return this.#ending.signal.aborted;
  }

  async #take(): Promise<Step> {
    try {
      const source = await (this.#source ??= this.#begun());
      if (!('next' in source)) {
        this.#end(source.errors);
        return { done: false, value: source };
      }
      // Before it is known what there is to tell: what happens in the meantime is told by the latest message.
      await this.payment.settle(this.#ending.signal);
      const step = await source.next();
      if (this.#ended || step.done === true) return this.#end();
      this.#messages += 1;
      this.payment.owe(step.value.scope);
      return { done: false, value: await this.#execute(step.value) };
    } catch (error) {
      if (this.#ended || this.listener.concernsConnection(error)) return this.#end();
      const errors = [this.#located(error)];
      this.#end(errors);
      return { done: false, value: { errors } };
    }
  }

  async #begun(): Promise<AsyncIterator<LiveMessage<unknown>> | ExecutionResult> {
    const source = await this.begin();
    return isTold(source) ? source[Symbol.asyncIterator]() : source;
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

  #end(errors?: ExecutionResult['errors']): Step {
    if (!this.#ended) {
      this.#ending.abort();
      this.listener.onEnd({ messages: this.#messages, errors });
      void this.#letGo();
    }
    return DONE;
  }

  /** What has been ended while it began goes on until it has begun, and what was being read until it is read. */
  async #letGo(): Promise<void> {
    try {
      const source = await this.#source;
      if (source !== null && 'next' in source) await source.return?.();
      await this.#underWay;
    } catch {
      // Nothing came to be that would have to be let go; nobody listens any more who could be told why.
    } finally {
      this.listener.onGone();
    }
  }
}
