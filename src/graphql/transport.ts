import type { INestApplication } from '@nestjs/common';
import { json, type NextFunction, type Request, type Response } from 'express';
import { currentRequest } from '../platform/request-context';
import { requestIdMiddleware } from '../platform/request-id';

/** The largest request body, bytes; what a very large but sane document needs many times over. */
export const MAX_BODY_BYTES = 100 * 1024;

interface BodyError {
  readonly status: number;
  readonly type: string;
}

const isBodyError = (error: unknown): error is BodyError =>
  typeof error === 'object' && error !== null && 'status' in error && 'type' in error;

const CODES: Record<string, readonly [code: string, message: string]> = {
  'entity.too.large': ['PAYLOAD_TOO_LARGE', `The body is larger than ${MAX_BODY_BYTES} bytes.`],
  'entity.parse.failed': ['BAD_REQUEST', 'The body is not JSON.'],
  'charset.unsupported': ['UNSUPPORTED_MEDIA_TYPE', 'The body has to be UTF-8.'],
  'encoding.unsupported': ['UNSUPPORTED_MEDIA_TYPE', 'The body has an encoding that is not known here.'],
};

/** A body that never became an operation is answered in the shape of every other error, never as a page. */
function answerBodyError(error: unknown, _request: Request, response: Response, next: NextFunction): void {
  if (!isBodyError(error) || response.headersSent) return next(error);
  const [code, message] = CODES[error.type] ?? ['BAD_REQUEST', 'The request could not be read.'];
  const requestId = currentRequest()?.requestId;
  response.status(error.status).json({ errors: [{ message, extensions: { code, requestId } }] });
}

/** What stands before GraphQL: the request id first, so that every answer and log line has it; then the body. */
export function useTransport(app: INestApplication): void {
  app.use(requestIdMiddleware);
  app.use(json({ limit: MAX_BODY_BYTES }));
  app.use(answerBodyError);
}
