import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import { BaseExceptionFilter, HttpAdapterHost } from '@nestjs/core';
import type { GqlContextType } from '@nestjs/graphql';

/**
 * Hands what an operation throws on to graphql-js, and so to `formatError`, which knows what is ours to log. Nest itself
 * would log every "no such event" as an error, with its stack.
 */
@Catch()
export class ErrorsToGraphql implements ExceptionFilter {
  constructor(private readonly adapter: HttpAdapterHost) {}

  catch(error: unknown, host: ArgumentsHost): unknown {
    if (host.getType<GqlContextType>() !== 'graphql') {
      return new BaseExceptionFilter(this.adapter.httpAdapter).catch(error, host);
    }
    // graphql-js takes a returned error for a thrown one; anything else that is thrown would be taken for data.
    return error instanceof Error ? error : new Error('Something that is no error was thrown.', { cause: error });
  }
}
