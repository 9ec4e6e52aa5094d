import { mongo } from 'mongoose';

/**
 * What an error of the driver means for a transaction.
 *
 * - CONFLICT: somebody else wrote first; load and decide again.
 * - DUPLICATE, INVALID: a constraint of the database (unique key, validator) said no; the transaction is dead.
 * - COMMIT_UNKNOWN: the commit may or may not have happened.
 * - UNREACHED: the server did not get the statement, or its answer was lost. The driver labels not all of these: not when
 *   its monitor had given the connection up before, and not when there is no primary (for longer than an election takes).
 */
export type DatabaseErrorKind = 'CONFLICT' | 'DUPLICATE' | 'INVALID' | 'COMMIT_UNKNOWN' | 'UNREACHED' | 'OTHER';

const WRITE_CONFLICT = 112;
const DUPLICATE_KEY = 11_000;
const DOCUMENT_VALIDATION = 121;

interface DriverError {
  readonly code?: unknown;
  readonly codeName?: unknown;
  readonly keyPattern?: unknown;
  hasErrorLabel?(label: string): boolean;
}

export function databaseErrorOf(error: unknown): DatabaseErrorKind {
  if (typeof error !== 'object' || error === null) return 'OTHER';
  const { code, codeName } = error as DriverError;
  const has = (label: string): boolean => (error as DriverError).hasErrorLabel?.(label) ?? false;
  if (has('UnknownTransactionCommitResult')) return 'COMMIT_UNKNOWN';
  if (error instanceof mongo.MongoNetworkError || error instanceof mongo.MongoServerSelectionError) return 'UNREACHED';
  if (code === DUPLICATE_KEY) return 'DUPLICATE';
  if (code === DOCUMENT_VALIDATION) return 'INVALID';
  if (code === WRITE_CONFLICT || codeName === 'WriteConflictRetryLimitExceeded') return 'CONFLICT';
  return has('TransientTransactionError') ? 'CONFLICT' : 'OTHER';
}

/** The server or the way to it may be another one a moment later: the codes of the driver's own retryable reads. */
const RETRYABLE_READ: ReadonlySet<unknown> = new Set([
  ...[6, 7, 89, 9001], // HostUnreachable, HostNotFound, NetworkTimeout, SocketException
  ...[91, 11_600, 11_602], // ShutdownInProgress, InterruptedAtShutdown, InterruptedDueToReplStateChange
  ...[189, 10_107, 13_435, 13_436], // PrimarySteppedDown, NotWritablePrimary, NotPrimary(NoSecondaryOk|OrSecondary)
  ...[134, 262], // ReadConcernMajorityNotAvailableYet, ExceededTimeLimit
]);

/** Whether a read outside a transaction that failed with it deserves another try, as the driver gives its own finds. */
export function isRetryableRead(error: unknown): boolean {
  if (error instanceof mongo.MongoNetworkError) return true;
  return error instanceof mongo.MongoError && RETRYABLE_READ.has(error.code);
}

/** The names of the index that a duplicate key hit, e.g. `['slug']`; null when it is another error. */
export function duplicateKeyOf(error: unknown): string[] | null {
  if (databaseErrorOf(error) !== 'DUPLICATE') return null;
  const { keyPattern } = error as DriverError;
  return typeof keyPattern === 'object' && keyPattern !== null ? Object.keys(keyPattern) : [];
}
