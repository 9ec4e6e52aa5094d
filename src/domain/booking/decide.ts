import type { Outcome } from '../idempotency';
import type { JournalRow } from '../journal';
import type { Occurrence } from '../occurrence';
import type { Registration } from '../registration';
import { register } from './admission';
import { cancel } from './cancellation';
import type { Answer, BookingCommand } from './commands';
import { Ledger } from './ledger';
import type { BookingView, Changes } from './view';

/** Commands that change something per transaction: the best of the measured sizes (`booking-engine.md` §3.2). */
export const MAX_EFFECTS = 128;

export interface Decision {
  /** One per command, in order; null: not judged, the effects' bound was reached before it. */
  readonly answers: readonly (Answer | null)[];
  readonly changes: Changes;
  /** How many commands have something to be written. */
  readonly effects: number;
  /** The occurrences as they stand after the batch. */
  readonly occurrences: readonly Occurrence[];
}

/**
 * The whole of booking's rules as a pure fold over the commands in order of arrival: no database, no clock. Each command
 * is all or nothing.
 */
export function decide(view: BookingView, commands: readonly BookingCommand[], now: Date): Decision {
  const ledger = new Ledger(view);
  const answers: (Answer | null)[] = [];
  let effects = 0;
  for (const command of commands) {
    if (effects >= MAX_EFFECTS) {
      answers.push(null);
      continue;
    }
    const answer = replay(ledger, command) ?? judge(ledger, command, now);
    if (answer.kind === 'done') {
      // A key that was answered is taken, also where nothing had to be done: it stands for no other request.
      if (answer.changed || command.idempotency) effects += 1;
      if (answer.changed) ledger.record(journalRow(command, answer.registration, now));
      if (command.idempotency) ledger.remember({ ...command.idempotency, outcome: outcomeOf(answer.registration) });
    }
    answers.push(answer);
  }
  const ids = new Set(commands.map((command) => command.occurrenceId));
  const occurrences = [...ids].map((id) => ledger.occurrence(id)).filter((occurrence) => occurrence !== null);
  return { answers, changes: ledger.changes(), effects, occurrences };
}

/** A key seen before, in the database or earlier in this batch [I10]. */
function replay(ledger: Ledger, { idempotency }: BookingCommand): Answer | null {
  const row = idempotency && ledger.idempotencyRow(idempotency.id);
  if (!idempotency || !row) return null;
  return row.hash === idempotency.hash ? { kind: 'replayed', outcome: row.outcome } : { kind: 'keyReused' };
}

function judge(ledger: Ledger, command: BookingCommand, now: Date): Answer {
  return command.kind === 'register' ? register(ledger, command, now) : cancel(ledger, command, now);
}

/** What happened to a registration, as its journal row. */
export const journalRow = (command: BookingCommand, registration: Registration, at: Date): JournalRow => ({
  id: command.journalId,
  tenantId: registration.tenantId,
  type: command.kind === 'register' ? 'REGISTERED' : 'REGISTRATION_CANCELLED',
  target: `registration:${registration.id}`,
  version: registration.version,
  actor: command.actor,
  requestId: command.requestId,
  p: {
    occurrenceId: registration.occurrenceId,
    holder: registration.holder,
    seats: registration.seats,
    ...(registration.cancelReason === null ? {} : { reason: registration.cancelReason }),
  },
  at,
});

export const outcomeOf = (registration: Registration): Outcome => ({ type: 'registration', id: registration.id });
