/**
 * Every `errors[].extensions.code` that this service answers with, over HTTP and WebSocket alike. docs/errors.md says what
 * each means; a test compares.
 */
export const THROWN_CODES = [
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'NOT_FOUND',
  'BAD_USER_INPUT',
  'IDEMPOTENCY_KEY_REUSED',
  'OUTCOME_UNKNOWN',
  'BUSY',
  'RATE_LIMITED',
  'INTERNAL_SERVER_ERROR',
  'QUERY_TOO_COMPLEX',
  'OPERATION_NOT_LISTED',
  'BAD_REQUEST',
  'PAYLOAD_TOO_LARGE',
  'UNSUPPORTED_MEDIA_TYPE',
  'PERSISTED_QUERY_NOT_FOUND',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
] as const;

export type ThrownCode = (typeof THROWN_CODES)[number];

export const isThrownCode = (code: unknown): code is ThrownCode => (THROWN_CODES as readonly unknown[]).includes(code);
