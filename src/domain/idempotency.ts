/** What a repeated request is answered with: the kind of the answer and the object's id, whose fields are read then. */
export interface Outcome {
  readonly type: string;
  readonly id: string;
  /** Small extra facts of the answer that cannot be read again later, e.g. how many registrations were cancelled. */
  readonly extra?: Readonly<Record<string, number>>;
}

/** A key as a command carries it: scoped to tenant and actor, with the hash of operation and canonical input [J1]. */
export interface IdempotencyClaim {
  readonly id: string;
  readonly hash: string;
  readonly expiresAt: Date;
}

export interface IdempotencyRow extends IdempotencyClaim {
  readonly outcome: Outcome;
}

/** How long a key is remembered. */
export const IDEMPOTENCY_TTL_MS = 48 * 3_600_000;
