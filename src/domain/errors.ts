import type { Refusal } from './refusals';

type FaultCode =
  | 'NOT_FOUND'
  | 'UNAUTHENTICATED'
  | 'FORBIDDEN'
  | 'BAD_USER_INPUT'
  | 'IDEMPOTENCY_KEY_REUSED'
  | 'OUTCOME_UNKNOWN'
  | 'RATE_LIMITED';

/**
 * Everything the service says no with. Two families: a `RefusedError` carries a refusal that a well-behaved client can
 * meet (it becomes a member of the operation's result union); every other one surfaces as `errors[].extensions.code`.
 */
export abstract class DomainError extends Error {
  abstract readonly code: Refusal['code'] | FaultCode;

  constructor(message: string) {
    super(message);
    this.name = new.target.name;
  }
}

/** A "no" that is data: the edge turns it into a union member. */
export class RefusedError extends DomainError {
  readonly code: Refusal['code'];

  constructor(readonly refusal: Refusal) {
    super(refusal.code);
    this.code = refusal.code;
  }
}

/** No such thing for this viewer: never existed, and another tenant's, answer alike [T2]. */
export class NotFoundError extends DomainError {
  readonly code = 'NOT_FOUND';

  constructor(readonly what: string) {
    super(`There is no such ${what}.`);
  }
}

export class UnauthenticatedError extends DomainError {
  readonly code = 'UNAUTHENTICATED';

  constructor(message = 'Sign in first: the access token is missing, expired or not valid here.') {
    super(message);
  }
}

export class ForbiddenError extends DomainError {
  readonly code = 'FORBIDDEN';

  constructor(message = 'Your role does not allow this.') {
    super(message);
  }
}

export interface FieldFault {
  /** Dotted path from the operation's arguments, e.g. `input.recurrence.exdates.3`. */
  readonly path: string;
  readonly message: string;
}

export class BadUserInputError extends DomainError {
  readonly code = 'BAD_USER_INPUT';

  constructor(readonly fields: readonly FieldFault[]) {
    super(fields.map((fault) => `${fault.path}: ${fault.message}`).join('; '));
  }

  static at(path: string, message: string): BadUserInputError {
    return new BadUserInputError([{ path, message }]);
  }
}

export class IdempotencyKeyReusedError extends DomainError {
  readonly code = 'IDEMPOTENCY_KEY_REUSED';

  constructor() {
    super('This idempotencyKey was used before with another operation or other input.');
  }
}

/** The database could not say whether the effect happened. Repeating with the same idempotencyKey settles it. */
export class OutcomeUnknownError extends DomainError {
  readonly code = 'OUTCOME_UNKNOWN';

  constructor() {
    super('The outcome is unknown: repeat the request with the same idempotencyKey.');
  }
}

/** Too much was asked for in too short a time. Nothing happened. */
export class RateLimitedError extends DomainError {
  readonly code = 'RATE_LIMITED';

  /** @param retryAfterMs how long to wait before it is of use to ask again, milliseconds */
  constructor(readonly retryAfterMs: number) {
    super(`Too many requests: try again in ${Math.ceil(retryAfterMs / 1_000)} s.`);
  }
}
