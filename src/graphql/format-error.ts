import { unwrapResolverError } from '@apollo/server/errors';
import { HttpException } from '@nestjs/common';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { BadUserInputError, DomainError, RateLimitedError, RefusedError, type FieldFault } from '../domain/errors';
import { type RefusalCode, refusalMessage } from '../domain/refusals';
import type { Logger } from '../platform/logger';
import { requestOf } from './errors-request';
import { inputFault } from './input-fault';
import { isThrownCode, type ThrownCode } from './thrown-codes';

/** What one entry of `errors` says, apart from where in the answer it belongs. */
interface Told {
  readonly code: ThrownCode | RefusalCode;
  readonly message: string;
  readonly fields?: readonly FieldFault[];
  readonly retryAfterMs?: number;
  /** Ours: logged, and masked on the wire. */
  readonly internal?: true;
}

/** What a caller hears of what nobody foresaw. */
export const UNFORESEEN = {
  code: 'INTERNAL_SERVER_ERROR',
  message: 'Something went wrong here. The request id finds it in our logs.',
} as const;

const INTERNAL: Told = { ...UNFORESEEN, internal: true };

/** graphql-js stops after fifty wrong values; each of those has an entry of its own. */
const MORE_FAULTS: FieldFault = { path: 'variables', message: 'contain further values that do not fit' };

const HTTP_CODES: Record<number, ThrownCode> = {
  400: 'BAD_REQUEST',
  401: 'UNAUTHENTICATED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  413: 'PAYLOAD_TOO_LARGE',
  415: 'UNSUPPORTED_MEDIA_TYPE',
  429: 'RATE_LIMITED',
};

const badInput = (fault: FieldFault): Told => ({
  code: 'BAD_USER_INPUT',
  message: `${fault.path}: ${fault.message}`,
  fields: [fault],
});

/** An operation without a result union has no place for a refusal as data. What there is to wait is told all the same. */
const refusalTold = ({ refusal }: RefusedError): Told => ({
  code: refusal.code,
  message: refusalMessage(refusal),
  ...(refusal.code === 'BUSY' && { retryAfterMs: refusal.retryAfterMs }),
});

function told(formatted: GraphQLFormattedError, error: unknown): Told {
  const cause = unwrapResolverError(error);
  if (cause instanceof RefusedError) return refusalTold(cause);
  if (cause instanceof BadUserInputError) return { code: cause.code, message: cause.message, fields: cause.fields };
  if (cause instanceof RateLimitedError) {
    return { code: cause.code, message: cause.message, retryAfterMs: cause.retryAfterMs };
  }
  if (cause instanceof DomainError) return { code: cause.code, message: cause.message };
  if (cause instanceof HttpException) {
    const code = HTTP_CODES[cause.getStatus()];
    return code === undefined ? INTERNAL : { code, message: cause.message };
  }
  // What is left was refused by graphql-js or Apollo; none of our own code throws a GraphQLError.
  if (!(error instanceof GraphQLError) || !(cause instanceof GraphQLError)) return INTERNAL;
  if (isTooComplex(error)) return { code: 'QUERY_TOO_COMPLEX', message: error.message };
  const fault = inputFault(error);
  if (fault !== null) return badInput(fault);
  if (error.message.startsWith('Too many errors processing variables')) return badInput(MORE_FAULTS);
  const code = formatted.extensions?.['code'];
  if (isThrownCode(code) && code !== INTERNAL.code) return { code, message: formatted.message };
  // Apollo has a status and no code where a hash is not the document's.
  return error.extensions['http'] === undefined ? INTERNAL : { code: 'BAD_REQUEST', message: error.message };
}

/** The parser's limit, and those of our own rules, for whose errors Apollo has a code of its own. */
const isTooComplex = ({ message, originalError }: GraphQLError): boolean =>
  message.startsWith('Syntax Error: Document contains more that') ||
  (originalError instanceof GraphQLError && originalError.extensions['code'] === 'QUERY_TOO_COMPLEX');

const SUGGESTION = 'Did you mean ';

/** graphql-js' "Did you mean …?" names parts of the schema to whoever guesses. It stands at the end. */
const withoutSuggestion = (message: string): string =>
  message.endsWith('?') && message.includes(SUGGESTION)
    ? message.slice(0, message.lastIndexOf(SUGGESTION)).trimEnd()
    : message;

/** A message may quote what was sent. */
const MAX_MESSAGE = 300;

const shortened = (message: string): string =>
  message.length > MAX_MESSAGE ? `${message.slice(0, MAX_MESSAGE)}…` : message;

/**
 * The one place that decides what a caller hears about an error: ours have a code, malformed documents keep Apollo's, and
 * whatever nobody foresaw is logged and masked.
 */
export const errorFormatter =
  (logger: Logger, { suggestions }: { suggestions: boolean }) =>
  (formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError => {
    const { code, message, fields: faults, retryAfterMs, internal } = told(formatted, error);
    const tidy = (text: string): string => shortened(suggestions ? text : withoutSuggestion(text));
    const fields = faults?.map((fault) => ({ ...fault, message: tidy(fault.message) }));
    const request = requestOf(error);
    if (internal) logger.error({ ...request, err: unwrapResolverError(error) }, 'unexpected error');
    return {
      message: tidy(message),
      ...(formatted.locations && { locations: formatted.locations }),
      ...(formatted.path && { path: formatted.path }),
      extensions: {
        code,
        ...(fields && { fields }),
        ...(retryAfterMs !== undefined && { retryAfterMs }),
        ...(request && { requestId: request.requestId }),
      },
    };
  };
