import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { runInRequest } from './request-context';

export const REQUEST_ID_HEADER = 'x-request-id';

const ACCEPTABLE = /^[A-Za-z0-9._-]{1,64}$/;

/** The caller's id, when it cannot harm a log or a header; else a new one. */
export const requestIdFrom = (header: string | readonly string[] | undefined): string =>
  typeof header === 'string' && ACCEPTABLE.test(header) ? header : randomUUID();

/** Express middleware, the first of all: the id stands in the answer's header and in every log line of the request. */
export function requestIdMiddleware(request: IncomingMessage, response: ServerResponse, next: () => void): void {
  const requestId = requestIdFrom(request.headers[REQUEST_ID_HEADER]);
  response.setHeader(REQUEST_ID_HEADER, requestId);
  runInRequest({ requestId }, next);
}
