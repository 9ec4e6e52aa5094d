import { mongo } from 'mongoose';
import { DomainError, OutcomeUnknownError } from '../../src/domain/errors';

/** What a caller was told. */
export type Outcome =
  | { readonly kind: 'ok'; readonly id: string }
  /** A definite no. */
  | { readonly kind: 'no'; readonly error: DomainError }
  /** An error, or silence, after which it may have happened or not. */
  | { readonly kind: 'unknown'; readonly why: string }
  /** An error that nobody should ever see. */
  | { readonly kind: 'fault'; readonly error: unknown };

export function outcomeOfError(error: unknown): Outcome {
  if (error instanceof OutcomeUnknownError) return { kind: 'unknown', why: error.code };
  if (error instanceof DomainError) return { kind: 'no', error };
  if (error instanceof mongo.MongoNetworkError) return { kind: 'unknown', why: 'network' };
  return { kind: 'fault', error };
}
