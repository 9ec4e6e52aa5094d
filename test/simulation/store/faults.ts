import { mongo } from 'mongoose';

export const WRITE_CONFLICT = 112;
export const DUPLICATE_KEY = 11_000;
export const VALIDATION = 121;
export const NO_SUCH_TRANSACTION = 251;

/** Somebody else wrote, or is writing, the same document or key: labelled as the server does (F7). */
export const writeConflict = (): mongo.MongoServerError =>
  labelled(new mongo.MongoServerError({ message: 'WriteConflict', code: WRITE_CONFLICT, codeName: 'WriteConflict' }));

/** The transaction was aborted before, by an error or by the server. */
export const noSuchTransaction = (): mongo.MongoServerError =>
  labelled(new mongo.MongoServerError({ message: 'NoSuchTransaction', code: NO_SUCH_TRANSACTION }));

/** A statement or its answer that was lost on the way, as the driver tells it in a transaction. */
export const lostInTransaction = (): mongo.MongoNetworkError =>
  labelled(new mongo.MongoNetworkError('connection closed (simulated)'));

/** A commit, or its answer, that was lost. */
export function lostCommit(): mongo.MongoNetworkError {
  const error = new mongo.MongoNetworkError('connection closed at the commit (simulated)');
  error.addErrorLabel('UnknownTransactionCommitResult');
  return error;
}

export const lostRead = (): mongo.MongoNetworkError => new mongo.MongoNetworkError('connection closed (simulated)');

function labelled<Failure extends mongo.MongoError>(error: Failure): Failure {
  error.addErrorLabel('TransientTransactionError');
  return error;
}

/** A statement that the server refuses inside a reply that says `ok: 1`: unique key or validator. The transaction is dead. */
export class Refused extends Error {
  constructor(
    readonly code: number,
    readonly keyPattern?: Readonly<Record<string, 1 | -1>>,
  ) {
    super(`refused with ${code}`);
  }
}
