import { BadEnvironmentError } from './env';
import { NoMongoBinaryError } from './mongo-binary';
import { NoMongoServerError, NotAReplicaSetError, UnusableMongoUriError } from './mongo-connection';
import { PortTakenError } from './port-taken';

type ErrorType = abstract new (...given: never[]) => Error;

const FOR_PEOPLE: readonly ErrorType[] = [
  BadEnvironmentError,
  NoMongoBinaryError,
  NoMongoServerError,
  NotAReplicaSetError,
  UnusableMongoUriError,
  PortTakenError,
];

/** For a process that ends: what somebody can put right is told in words; a fault of ours with its stack. */
export function explainError(error: unknown, alsoForPeople: readonly ErrorType[] = []): string {
  if (!(error instanceof Error)) return String(error);
  if (isUnauthorized(error)) return `${NOT_ALLOWED}: ${error.message.replace(/(\{ \w+).*/s, '$1 … }')}`;
  const forPeople = [...FOR_PEOPLE, ...alsoForPeople].some((type) => error instanceof type);
  return forPeople || isOfTheSystem(error) ? error.message : (error.stack ?? error.message);
}

const NOT_ALLOWED =
  'MongoDB does not let the user of MONGODB_URI do what the service does (docs/operations.md names the roles)';

const isUnauthorized = (error: Error): boolean => 'codeName' in error && error.codeName === 'Unauthorized';

/** About a file or an address, which its text names. */
const isOfTheSystem = (error: Error): boolean => 'syscall' in error && 'code' in error;
