import { RefusedError } from '../../src/domain/errors';
import type { Refusal } from '../../src/domain/refusals';

/** The refusal that a call answers with; null where it goes through. */
export function refusalOf(call: () => unknown): Refusal | null {
  try {
    call();
    return null;
  } catch (error) {
    if (error instanceof RefusedError) return error.refusal;
    throw error;
  }
}
