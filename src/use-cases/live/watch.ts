import { setTimeout as sleep } from 'node:timers/promises';
import type { TenantScope, ViewerScope } from '../../domain/scope';
import { databaseErrorOf } from '../../store/database-error';

/**
 * Who listens, asked again before each message [J8, I7]: roles change, people leave, tokens end.
 *
 * @throws UnauthenticatedError, ForbiddenError
 */
export type Listener = () => Promise<ViewerScope>;

/** Something to be told, and to whom as of now: what else the message shows is read under this scope. */
export interface LiveMessage<Value> {
  readonly scope: ViewerScope;
  readonly value: Value;
}

/** Somebody's view of something that changes. */
export interface Watch<Value> {
  /**
   * Waits for what is new: first how things stand, then each later state. Whoever asks late gets the latest only. null:
   * the watch is closed.
   */
  next(): Promise<LiveMessage<Value> | null>;
  /** Idempotent; a `next` that waits ends with null. */
  close(): void;
}

/** The last lock: nothing of another tenant leaves, whatever went wrong before. */
export const isOf = (scope: TenantScope, { tenantId }: Pick<TenantScope, 'tenantId'>): boolean =>
  tenantId === scope.tenantId;

const RETRY_MS = 500;

/**
 * A database out of reach is no answer: asks again until there is one.
 *
 * @returns null when `closed` says that nobody wants to know any more
 */
export async function untilAnswered<T>(work: () => Promise<T>, closed: () => boolean): Promise<T | null> {
  while (!closed()) {
    try {
      return await work();
    } catch (error) {
      if (databaseErrorOf(error) !== 'UNREACHED') throw error;
      await sleep(RETRY_MS, undefined, { ref: false });
    }
  }
  return null;
}
