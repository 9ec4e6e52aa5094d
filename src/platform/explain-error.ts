import { BadEnvironmentError } from './env';
import { NoMongoBinaryError } from './mongo-binary';
import { NoMongoServerError, NotAReplicaSetError } from './mongo-connection';

type ErrorType = abstract new (...given: never[]) => Error;

const FOR_PEOPLE: readonly ErrorType[] = [
  BadEnvironmentError,
  NoMongoBinaryError,
  NoMongoServerError,
  NotAReplicaSetError,
];

/** For a process that ends: what somebody can put right is told in words; a fault of ours with its stack. */
export function explainError(error: unknown, alsoForPeople: readonly ErrorType[] = []): string {
  if (!(error instanceof Error)) return String(error);
  const forPeople = [...FOR_PEOPLE, ...alsoForPeople].some((type) => error instanceof type);
  return forPeople ? error.message : (error.stack ?? error.message);
}
