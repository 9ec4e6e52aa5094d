import { isPublished, type Occurrence } from '../occurrence';
import type { ClosedReason } from '../refusals';
import type { Registration } from '../registration';
import { refused, RETRY_AFTER_MS, type Answer, type RegisterCommand } from './commands';
import type { Ledger } from './ledger';

/** Why an occurrence takes no registrations now; null: it does [C3, C11, C12, C23]. */
function closedReason(occurrence: Occurrence, now: Date): ClosedReason | null {
  if (occurrence.status === 'DRAFT') return 'DRAFT';
  if (occurrence.status === 'CANCELLED') return 'CANCELLED';
  if (now >= occurrence.startsAt) return 'STARTED';
  if (now < occurrence.rules.opensAt) return 'NOT_OPEN_YET';
  if (now >= occurrence.rules.closesAt || occurrence.capacity === 0) return 'CLOSED';
  return null;
}

/** The most seats one registration may ever take here: more than the capacity could never be confirmed [E4]. */
const mostSeats = ({ rules, capacity }: Occurrence): number =>
  capacity === null ? rules.maxSeats : Math.min(rules.maxSeats, capacity);

/**
 * Admits one registration, or says why not. The first rule that applies answers: not found, closed, paused, already
 * registered, too many seats, overlapping, full. Nothing is touched unless all of them pass.
 */
export function register(ledger: Ledger, command: RegisterCommand, now: Date): Answer {
  const occurrence = ledger.occurrence(command.occurrenceId);
  if (occurrence === null || (!isPublished(occurrence) && !command.asOrganizer)) {
    return { kind: 'notFound', what: 'occurrence' };
  }
  const no = whyNot(ledger, command, { occurrence, now });
  if (no !== null) return no;
  const registration = confirmed(command, occurrence, now);
  ledger.setOccurrence({
    ...occurrence,
    confirmedSeats: occurrence.confirmedSeats + command.seats,
    seatsLeft: occurrence.capacity === null ? occurrence.seatsLeft : occurrence.seatsLeft - command.seats,
  });
  ledger.addRegistration(registration);
  if (occurrence.rules.conflictPolicy === 'BLOCK') ledger.acquire(registration);
  return { kind: 'done', registration, changed: true };
}

function whyNot(
  ledger: Ledger,
  { holder, seats }: RegisterCommand,
  { occurrence, now }: { occurrence: Occurrence; now: Date },
): Answer | null {
  const reason = closedReason(occurrence, now);
  if (reason !== null) return refused({ code: 'REGISTRATION_CLOSED', reason });
  if (occurrence.paused) return refused({ code: 'BUSY', retryAfterMs: RETRY_AFTER_MS });

  const blocks = occurrence.rules.conflictPolicy === 'BLOCK';
  // With a time lock the holder's bucket tells both: an interval of this very occurrence is the earlier registration.
  const booked = blocks ? ledger.overlapping(occurrence.tenantId, holder, occurrence) : [];
  const mine = blocks
    ? booked.find(({ occurrenceId }) => occurrenceId === occurrence.id)?.registrationId
    : ledger.pair(occurrence.id, holder)?.id;
  if (mine) return refused({ code: 'ALREADY_REGISTERED', registrationId: mine });
  const maximum = mostSeats(occurrence);
  if (seats > maximum) return refused({ code: 'TOO_MANY_SEATS', maximum });
  const [other] = booked;
  if (other) return refused({ code: 'OVERLAPPING_REGISTRATION', conflictingRegistrationId: other.registrationId });
  if (seats > occurrence.seatsLeft) {
    return refused({ code: 'OCCURRENCE_FULL', seatsLeft: occurrence.seatsLeft, nextWithSeats: null });
  }
  return null;
}

/** The registration that an admitted command makes. */
export const confirmed = (
  command: RegisterCommand,
  occurrence: Pick<Occurrence, 'tenantId' | 'eventId' | 'startsAt' | 'endsAt' | 'timeV'>,
  now: Date,
): Registration => ({
  id: command.registrationId,
  tenantId: occurrence.tenantId,
  occurrenceId: command.occurrenceId,
  eventId: occurrence.eventId,
  holder: command.holder,
  userId: command.userId,
  startsAt: occurrence.startsAt,
  endsAt: occurrence.endsAt,
  timeV: occurrence.timeV,
  seats: command.seats,
  status: 'CONFIRMED',
  registeredBy: command.actor,
  createdAt: now,
  cancelledAt: null,
  cancelReason: null,
  flagged: false,
  version: 1,
});
