import { replacedBy, type JournalRow, type JournalType } from '../journal';
import { UNLIMITED_SEATS, type Occurrence } from '../occurrence';
import { MAX_LISTED, type MoveConflict } from '../refusals';
import type { Registration } from '../registration';
import { giveBack } from './cancellation';
import type { EditContext, EditDecision, OccurrenceEdit, SeriesEdit } from './edit';
import { Ledger } from './ledger';
import { mustHave, type BookingView, type Changes } from './view';

/**
 * Judges an edit with everybody who is registered for the occurrences: pure, like `decide`. The view holds the
 * occurrences, all their active registrations, and the holders' buckets around old and new times.
 */
export function decideEdit(view: BookingView, edit: SeriesEdit, context: EditContext): EditDecision {
  const minimum = belowTaken(view, edit.occurrences);
  if (minimum !== null) return { kind: 'refused', refusal: { code: 'CAPACITY_BELOW_TAKEN', minimum } };

  const work: Work = { ledger: new Ledger(view), edit, context, active: activeByOccurrence(view) };
  edit.journal.forEach((row) => work.ledger.record(row));
  let registrationsCancelled = 0;
  const moving: Registration[] = [];
  for (const one of edit.occurrences.filter(({ remove }) => !remove)) {
    const after = editOne(work, one);
    if (after.status === 'CANCELLED') registrationsCancelled += cancelAll(work, one);
    else moving.push(...(work.active.get(one.id) ?? []).filter(({ timeV }) => timeV !== after.timeV));
  }
  const conflicts = moveAll(work, moving);
  if (conflicts.length > 0 && edit.onConflict === 'REJECT') {
    const refusal = {
      code: 'MOVE_CONFLICTS',
      conflicts: conflicts.slice(0, MAX_LISTED),
      total: conflicts.length,
    } as const;
    return { kind: 'refused', refusal };
  }
  const occurrencesRemoved = removals(work);
  const changes: Changes = {
    ...work.ledger.changes(),
    event: edit.event,
    occurrencesRemoved,
    occurrencesAdded: edit.create,
  };
  return { kind: 'accepted', changes, registrationsCancelled };
}

interface Work {
  readonly ledger: Ledger;
  readonly edit: SeriesEdit;
  readonly context: EditContext;
  readonly active: ReadonlyMap<string, readonly Registration[]>;
}

/** The largest number of seats taken where the new capacity is below it [C4, C6]; null: it fits everywhere. */
function belowTaken(view: BookingView, edits: readonly OccurrenceEdit[]): number | null {
  let minimum: number | null = null;
  for (const { id, set } of edits) {
    const occurrence = mustHave(view.occurrences, id);
    if (occurrence === null || set.capacity === undefined || set.capacity === null) continue;
    const taken = occurrence.confirmedSeats + occurrence.heldSeats;
    if (set.capacity < taken) minimum = Math.max(minimum ?? 0, taken);
  }
  return minimum;
}

function activeByOccurrence(view: BookingView): Map<string, Registration[]> {
  const active = new Map<string, Registration[]>();
  for (const registration of view.registrations.values()) {
    if (registration === null || registration.status === 'CANCELLED') continue;
    const those = active.get(registration.occurrenceId);
    if (those) those.push(registration);
    else active.set(registration.occurrenceId, [registration]);
  }
  return active;
}

function editOne({ ledger, edit, context }: Work, one: OccurrenceEdit): Occurrence {
  const before = ledger.occurrence(one.id);
  if (before === null) throw new Error('an edit of an occurrence that is not there');
  const after = edited(before, one);
  ledger.setOccurrence(after);
  if (!one.silent) {
    const type =
      after.status === 'CANCELLED' && before.status !== 'CANCELLED' ? 'OCCURRENCE_CANCELLED' : 'OCCURRENCE_UPDATED';
    ledger.record(
      consequence(
        { edit, context },
        {
          type,
          target: `occurrence:${one.id}`,
          version: after.revision,
          p: { ...one.set, ...one.note, before: replacedBy(before, one.set) },
        },
      ),
    );
  }
  return after;
}

function edited(before: Occurrence, { set, silent }: OccurrenceEdit): Occurrence {
  const after: Occurrence = { ...before, ...set };
  const moved =
    after.startsAt.getTime() !== before.startsAt.getTime() || after.endsAt.getTime() !== before.endsAt.getTime();
  const taken = after.confirmedSeats + after.heldSeats;
  return {
    ...after,
    // The same instants keep the same Date objects, so that nothing reads as changed; a move writes both times, for
    // what the store keeps about the length rests on both.
    ...(moved
      ? { startsAt: new Date(after.startsAt), endsAt: new Date(after.endsAt), timeV: before.timeV + 1 }
      : { startsAt: before.startsAt, endsAt: before.endsAt }),
    seatsLeft: after.capacity === null ? UNLIMITED_SEATS : after.capacity - taken,
    revision: silent ? before.revision : before.revision + 1,
  };
}

/** Everybody's registration for one occurrence; no promotion, for the date itself goes [B10]. */
function cancelAll({ ledger, edit, context, active }: Work, { id, cancelReason }: OccurrenceEdit): number {
  const registrations = active.get(id) ?? [];
  for (const registration of registrations) {
    const gone = giveBack(ledger, registration, { reason: cancelReason ?? null, at: context.now });
    const target = `registration:${gone.id}`;
    const p = { occurrenceId: id, holder: gone.holder, seats: gone.seats, reason: gone.cancelReason };
    ledger.record(consequence({ edit, context }, { type: 'REGISTRATION_CANCELLED', target, version: gone.version, p }));
  }
  return registrations.length;
}

/**
 * Gives every moved registration its occurrence's new time. All old times are free first: people who hold two dates of
 * one series do not stand in their own way.
 */
function moveAll({ ledger, edit, context }: Work, moving: readonly Registration[]): MoveConflict[] {
  const locking = (registration: Registration): boolean =>
    ledger.occurrence(registration.occurrenceId)?.rules.conflictPolicy === 'BLOCK';
  moving.filter(locking).forEach((registration) => ledger.release(registration));
  const conflicts: MoveConflict[] = [];
  for (const before of moving) {
    const occurrence = ledger.occurrence(before.occurrenceId);
    if (occurrence === null) continue;
    const { startsAt, endsAt, timeV } = occurrence;
    const meets = locking(before) && ledger.overlapping(occurrence.tenantId, before.holder, occurrence).length > 0;
    if (meets) conflicts.push({ registrationId: before.id, newStartsAt: startsAt, newEndsAt: endsAt });
    const after = { ...before, startsAt, endsAt, timeV, flagged: before.flagged || meets, version: before.version + 1 };
    ledger.updateRegistration(after);
    if (locking(before)) ledger.acquire(after, meets);
    const target = `registration:${after.id}`;
    const moved = { startsAt, endsAt, flagged: after.flagged };
    const p = { occurrenceId: after.occurrenceId, holder: after.holder, ...moved, before: replacedBy(before, moved) };
    ledger.record(consequence({ edit, context }, { type: 'REGISTRATION_MOVED', target, version: after.version, p }));
  }
  return conflicts;
}

function removals({ ledger, edit, context }: Work): Changes['occurrencesRemoved'] {
  return edit.occurrences
    .filter(({ remove }) => remove)
    .map(({ id }) => {
      const before = ledger.occurrence(id);
      if (before === null) throw new Error('a removal of an occurrence that is not there');
      const version = before.revision + 1;
      ledger.record(
        consequence({ edit, context }, { type: 'OCCURRENCE_REMOVED', target: `occurrence:${id}`, version, p: {} }),
      );
      return { id, expectedRev: before.rev };
    });
}

const consequence = (
  { edit, context }: Pick<Work, 'edit' | 'context'>,
  row: { type: JournalType; target: string; version: number; p: JournalRow['p'] },
): JournalRow => ({
  ...row,
  id: context.newJournalId(),
  tenantId: edit.tenantId,
  actor: edit.actor,
  requestId: edit.requestId,
  at: context.now,
});
