import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';

export const REQUEST_ID_HEADER = 'x-request-id';

const ACCEPTABLE = /^[A-Za-z0-9._-]{1,64}$/;

/** The caller's id, when it cannot harm a log or a header; else a new one. */
export const requestIdFrom = (header: string | readonly string[] | undefined): string =>
  typeof header === 'string' && ACCEPTABLE.test(header) ? header : randomUUID();

/** The id of a request: past the middleware, always the same one. */
export const requestIdOf = ({ headers }: Pick<IncomingMessage, 'headers'>): string =>
  requestIdFrom(headers[REQUEST_ID_HEADER]);

/** Express middleware, the first of all: from here on the request's own header is its id, which stands in the answer's, too. */
export function requestIdMiddleware(request: IncomingMessage, response: ServerResponse, next: () => void): void {
  const requestId = requestIdOf(request);
  request.headers[REQUEST_ID_HEADER] = requestId;
  response.setHeader(REQUEST_ID_HEADER, requestId);
  next();
}
