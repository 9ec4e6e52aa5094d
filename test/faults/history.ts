/** What clients asked for and what they were told: the one thing that a fault cannot take back. Plain data, so JSONL. */

/** Jepsen's three: it happened, it certainly did not, nobody can tell (yet). */
export type Outcome = 'ok' | 'fail' | 'unknown';

interface Asked {
  /** Without the type tag of the wire: as the database knows it. */
  readonly tenantId: string;
  /** Who asked. */
  readonly userId: string;
}

export interface RegisterOp extends Asked {
  readonly kind: 'register';
  readonly occurrenceId: string;
  readonly seats: number;
}

export interface CancelOp extends Asked {
  readonly kind: 'cancel';
  readonly registrationId: string;
}

export interface CapacityOp extends Asked {
  readonly kind: 'capacity';
  readonly occurrenceId: string;
  readonly expectedRevision: number;
  readonly capacity: number;
}

export interface MoveOp extends Asked {
  readonly kind: 'move';
  readonly occurrenceId: string;
  readonly expectedRevision: number;
  readonly startsAtLocal: string;
}

/** Ends somebody's belonging; what they are registered for is cancelled by work that is left. */
export interface RemoveOp extends Asked {
  readonly kind: 'remove';
  readonly removedId: string;
}

/** A new name for an event: what caches have to hear of. */
export interface RenameOp extends Asked {
  readonly kind: 'rename';
  readonly eventId: string;
  readonly expectedRevision: number;
  readonly name: string;
}

export interface ReadEventOp extends Asked {
  readonly kind: 'readEvent';
  readonly eventId: string;
}

export interface ReadDateOp extends Asked {
  readonly kind: 'readDate';
  readonly occurrenceId: string;
}

export type WriteOp = RegisterOp | CancelOp | CapacityOp | MoveOp | RemoveOp | RenameOp;
export type Op = WriteOp | ReadEventOp | ReadDateOp;

/** What an answer said, as far as it is of interest; ids without their tags. */
export interface Said {
  /** `__typename` of the answer, a thrown code, or what happened to the connection. */
  readonly code: string;
  /** Of the registration, occurrence, user or event in the answer. */
  readonly id?: string;
  readonly revision?: number;
  /** Of the viewer at the date that was read. */
  readonly mine?: { readonly id: string; readonly status: string } | null;
  readonly seatsTaken?: number;
  readonly capacity?: number | null;
  readonly name?: string;
}

/** An answer, as its client takes it. */
export interface Told {
  readonly outcome: Outcome;
  readonly said: Said;
}

/** One request. Times are milliseconds of one monotonic clock. */
export interface Entry extends Told {
  readonly op: Op;
  /** Idempotency key; null for reads. */
  readonly key: string | null;
  readonly invoke: number;
  readonly return: number;
  /** Which process was asked. */
  readonly server: number;
  /** Asked once everything was well again, to learn what became of an unknown outcome. */
  readonly settles?: true;
}

export const isWrite = (op: Op): op is WriteOp => op.kind !== 'readEvent' && op.kind !== 'readDate';

/** Refusals that a rule of the product gave: the service was there and has decided. */
const RULES: ReadonlySet<string> = new Set([
  'AlreadyRegisteredError',
  'OccurrenceFullError',
  'OverlappingRegistrationError',
  'RegistrationClosedError',
  'TooManySeatsError',
  'CapacityBelowTakenError',
  'MoveConflictsError',
  'NotEditableError',
  'StaleRevisionError',
  'LastAdminError',
  'NOT_FOUND',
  'IDEMPOTENCY_KEY_REUSED',
  'UNAUTHENTICATED',
]);

/** A definite no for a reason of its own, not for the fault's sake. */
export const isRefusal = ({ outcome, said }: Entry): boolean => outcome === 'fail' && RULES.has(said.code);
