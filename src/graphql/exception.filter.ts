import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import { BaseExceptionFilter, HttpAdapterHost } from '@nestjs/core';
import type { GqlContextType } from '@nestjs/graphql';
import type { Request, Response } from 'express';
import { Logger } from '../platform/logger';
import { requestIdOf } from '../platform/request-id';
import { UNFORESEEN } from './format-error';
import { answerError } from './transport';

/**
 * What an operation throws is handed on to graphql-js, and so to `formatError`, which knows what is ours to log: Nest
 * itself would log every "no such event" as an error, with its stack. What anything else throws is answered here.
 */
@Catch()
export class ThrownErrors implements ExceptionFilter {
  constructor(
    private readonly adapter: HttpAdapterHost,
    private readonly logger: Logger,
  ) {}

  catch(error: unknown, host: ArgumentsHost): unknown {
    if (host.getType<GqlContextType>() !== 'graphql') return this.answer(error, host);
    // graphql-js takes a returned error for a thrown one; anything else that is thrown would be taken for data.
    return error instanceof Error ? error : new Error('Something that is no error was thrown.', { cause: error });
  }

  /** Of plain HTTP: what nobody foresaw is told as everywhere, and logged with the request that it belongs to. */
  private answer(error: unknown, host: ArgumentsHost): void {
    if (error instanceof HttpException) return new BaseExceptionFilter(this.adapter.httpAdapter).catch(error, host);
    const request = host.switchToHttp().getRequest<Request>();
    this.logger.error({ err: error, requestId: requestIdOf(request) }, 'unexpected error');
    answerError(host.switchToHttp().getResponse<Response>(), 500, UNFORESEEN);
  }
}
