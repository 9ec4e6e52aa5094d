import type { Server } from 'node:http';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { json, type NextFunction, type Request, type Response } from 'express';
import { RateLimitedError } from '../domain/errors';
import type { EdgeSettings } from '../platform/edge-settings';
import { RateLimits } from '../platform/rate-limits';
import { requestIdMiddleware, requestIdOf } from '../platform/request-id';
import { clientOf } from './client';
import { PersistedOperations } from './persisted-operations';
import { securityHeaders } from './security-headers';
import type { ThrownCode } from './thrown-codes';

/** The largest request body, bytes; what a very large but sane document needs many times over. */
export const MAX_BODY_BYTES = 100 * 1024;

/** How long a browser may remember what CORS said, seconds. */
const CORS_MAX_AGE = 86_400;

interface Told {
  readonly code: ThrownCode;
  readonly message: string;
  readonly retryAfterMs?: number;
}

interface BodyError {
  readonly status: number;
  readonly type: string;
}

const isBodyError = (error: unknown): error is BodyError =>
  typeof error === 'object' && error !== null && 'status' in error && 'type' in error;

const CODES: Record<string, readonly [code: ThrownCode, message: string]> = {
  'entity.too.large': ['PAYLOAD_TOO_LARGE', `The body is larger than ${MAX_BODY_BYTES} bytes.`],
  'entity.parse.failed': ['BAD_REQUEST', 'The body is not JSON.'],
  'charset.unsupported': ['UNSUPPORTED_MEDIA_TYPE', 'The body has to be UTF-8.'],
  'encoding.unsupported': ['UNSUPPORTED_MEDIA_TYPE', 'The body has an encoding that is not known here.'],
};

/** A body that never became an operation is answered in the shape of every other error, never as a page. */
function answerBodyError(error: unknown, _request: Request, response: Response, next: NextFunction): void {
  if (!isBodyError(error) || response.headersSent) return next(error);
  const [code, message] = CODES[error.type] ?? ['BAD_REQUEST', 'The request could not be read.'];
  answerError(response, error.status, { code, message });
}

/** In the shape of every other error. */
export function answerError(response: Response, status: number, { message, ...extensions }: Told): void {
  const requestId = requestIdOf(response.req);
  response.status(status).json({ errors: [{ message, extensions: { ...extensions, requestId } }] });
}

interface ErrorBody {
  readonly errors?: readonly { readonly message: string; readonly extensions?: object }[];
}

/** What Apollo refuses before there is an operation is formatted by nobody who knows the request. */
function requestIdInRefusals(request: Request, response: Response, next: NextFunction): void {
  const send = response.send.bind(response);
  response.send = (body: unknown) => {
    response.send = send;
    const isRefusal = response.statusCode >= 400 && typeof body === 'string' && body.startsWith('{');
    return send(isRefusal ? withRequestId(body, requestIdOf(request)) : body);
  };
  next();
}

function withRequestId(body: string, requestId: string): string {
  const told = JSON.parse(body) as ErrorBody;
  const errors = told.errors?.map((error) => ({ ...error, extensions: { ...error.extensions, requestId } }));
  return JSON.stringify({ ...told, ...(errors && { errors }) });
}

/** Whoever watches over the process asks often, and must not be told that it is ill. */
const WATCHED: ReadonlySet<string> = new Set(['/health', '/ready']);

/** The first budget, before a body is read. */
const withinBudget =
  (limits: RateLimits) =>
  (request: Request, response: Response, next: NextFunction): void => {
    if (WATCHED.has(request.path)) return next();
    limits.take('address', clientOf({ req: request })).then(
      () => next(),
      (error: unknown) => {
        if (!(error instanceof RateLimitedError)) return next(error);
        answerRateLimited(response, error);
      },
    );
  };

export function answerRateLimited(response: Response, { code, message, retryAfterMs }: RateLimitedError): void {
  response.set('retry-after', retryAfterSeconds(retryAfterMs));
  answerError(response, 429, { code, message, retryAfterMs });
}

/** The header of that name has whole seconds: never a moment too early. */
export const retryAfterSeconds = (retryAfterMs: number): string => String(Math.ceil(retryAfterMs / 1_000));

/** Where a list says what may be executed: whatever else is sent is not even parsed. */
const onlyListed =
  (operations: PersistedOperations) =>
  (request: Request, response: Response, next: NextFunction): void => {
    if (operations.allow(request.method === 'GET' ? ofQuery(request.query) : request.body)) return next();
    answerError(response, 400, {
      code: 'OPERATION_NOT_LISTED',
      message: 'This service executes listed operations only.',
    });
  };

/** A GET has its extensions as text. */
function ofQuery({ extensions, ...query }: Request['query']): object {
  if (typeof extensions !== 'string') return query;
  try {
    return { ...query, extensions: JSON.parse(extensions) as unknown };
  } catch {
    return {};
  }
}

/** How long a client may take, milliseconds: to send the head, to send all, and between two requests [G16]. */
const HEADERS_TIMEOUT = 10_000;
const REQUEST_TIMEOUT = 30_000;
/** Longer than a load balancer's, which must be the one that closes. */
const KEEP_ALIVE_TIMEOUT = 65_000;
const MAX_HEADERS = 100;

/** Node's own limits, some of them minutes long, made those of a service with small requests. */
function limitConnections(server: Server): void {
  server.headersTimeout = HEADERS_TIMEOUT;
  server.requestTimeout = REQUEST_TIMEOUT;
  server.keepAliveTimeout = KEEP_ALIVE_TIMEOUT;
  server.maxHeadersCount = MAX_HEADERS;
}

/**
 * What stands before GraphQL: the request id first, so that every answer and log line has it; the headers of every
 * answer; who may ask from a browser, and how often; then the body.
 */
export function useTransport(app: NestExpressApplication, { trustProxy, corsOrigins }: EdgeSettings): void {
  limitConnections(app.getHttpServer());
  app.set('trust proxy', trustProxy);
  app.use(requestIdMiddleware);
  app.use(securityHeaders());
  app.enableCors({
    // No cookie tells who asks: no credentials.
    origin: [...corsOrigins],
    methods: ['GET', 'POST'],
    exposedHeaders: ['x-request-id', 'retry-after'],
    maxAge: CORS_MAX_AGE,
  });
  app.use(withinBudget(app.get(RateLimits)));
  app.use(json({ limit: MAX_BODY_BYTES }));
  app.use(answerBodyError);
  app.use('/graphql', requestIdInRefusals);
  const listed = app.get<PersistedOperations | null>(PersistedOperations);
  if (listed !== null) app.use('/graphql', onlyListed(listed));
}
