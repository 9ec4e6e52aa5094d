import type { IdempotencyClaim, Outcome } from '../idempotency';
import type { Holder, JournalId, OccurrenceId, RegistrationId, UserId } from '../ids';
import type { Refusal } from '../refusals';
import type { Registration } from '../registration';

interface CommandBase {
  readonly occurrenceId: OccurrenceId;
  readonly holder: Holder;
  /** `actorKey` of who asks. */
  readonly actor: string;
  readonly requestId: string;
  /** An ORGANIZER or above: sees drafts, acts for others. */
  readonly asOrganizer: boolean;
  readonly idempotency: IdempotencyClaim | null;
  /** Ids are made before the transaction, which may run more than once. */
  readonly journalId: JournalId;
  readonly registrationId: RegistrationId;
}

export interface RegisterCommand extends CommandBase {
  readonly kind: 'register';
  readonly userId: UserId | null;
  readonly seats: number;
}

/** Occurrence and holder never change, so the use case has read them before and puts them on the command. */
export interface CancelCommand extends CommandBase {
  readonly kind: 'cancel';
  readonly reason: string | null;
}

export type BookingCommand = RegisterCommand | CancelCommand;

export type Answer =
  /** The registration as it stands; `changed: false` where it was so before (a repeated cancellation). */
  | { readonly kind: 'done'; readonly registration: Registration; readonly changed: boolean }
  /** The idempotency key has an outcome already; its object is read by whoever asked. */
  | { readonly kind: 'replayed'; readonly outcome: Outcome }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | { readonly kind: 'notFound'; readonly what: 'occurrence' | 'registration' }
  | { readonly kind: 'keyReused' };

/** How long BUSY asks a client to wait where nothing better is known. */
export const RETRY_AFTER_MS = 250;

export const refused = (refusal: Refusal): Answer => ({ kind: 'refused', refusal });
