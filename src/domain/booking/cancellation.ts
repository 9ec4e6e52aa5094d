import type { Occurrence } from '../occurrence';
import type { ClosedReason } from '../refusals';
import type { Registration } from '../registration';
import { refused, RETRY_AFTER_MS, type Answer, type CancelCommand } from './commands';
import type { Ledger } from './ledger';

/** Gives a registration's seats and time back. A second cancellation finds it done and answers the same [C10]. */
export function cancel(ledger: Ledger, command: CancelCommand, now: Date): Answer {
  const registration = ledger.registration(command.registrationId);
  const occurrence = ledger.occurrence(command.occurrenceId);
  if (registration === null || occurrence === null) return { kind: 'notFound', what: 'registration' };
  if (registration.status === 'CANCELLED') return { kind: 'done', registration, changed: false };
  const reason = tooLate(occurrence, command.asOrganizer, now);
  if (reason !== null) return refused({ code: 'REGISTRATION_CLOSED', reason });
  if (occurrence.paused) return refused({ code: 'BUSY', retryAfterMs: RETRY_AFTER_MS });
  const cancelled = giveBack(ledger, registration, { reason: command.reason, at: now });
  return { kind: 'done', registration: cancelled, changed: true };
}

/** Until the start; an organizer, for others, until the end [C12]. */
function tooLate(occurrence: Occurrence, asOrganizer: boolean, now: Date): ClosedReason | null {
  if (now < occurrence.startsAt) return null;
  if (!asOrganizer) return 'STARTED';
  return now < occurrence.endsAt ? null : 'CLOSED';
}

/** Cancels one active registration in the ledger: seats, time and status. */
export function giveBack(
  ledger: Ledger,
  registration: Registration,
  { reason, at }: { reason: string | null; at: Date },
): Registration {
  const cancelled: Registration = {
    ...registration,
    status: 'CANCELLED',
    cancelledAt: at,
    cancelReason: reason,
    version: registration.version + 1,
  };
  ledger.updateRegistration(cancelled);
  const occurrence = ledger.occurrence(registration.occurrenceId);
  if (occurrence !== null) {
    ledger.setOccurrence({
      ...occurrence,
      confirmedSeats: occurrence.confirmedSeats - registration.seats,
      seatsLeft: occurrence.capacity === null ? occurrence.seatsLeft : occurrence.seatsLeft + registration.seats,
    });
    if (occurrence.rules.conflictPolicy === 'BLOCK') ledger.release(registration);
  }
  return cancelled;
}
