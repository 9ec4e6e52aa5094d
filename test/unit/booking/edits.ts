import { decide } from '../../../src/domain/booking/decide';
import { decideEdit } from '../../../src/domain/booking/decide-edit';
import type { EditDecision, OccurrenceEdit, SeriesEdit } from '../../../src/domain/booking/edit';
import type { Changes } from '../../../src/domain/booking/view';
import type { RegistrationId, TenantId, UserId } from '../../../src/domain/ids';
import type { Occurrence } from '../../../src/domain/occurrence';
import { newId } from '../../../src/platform/new-id';
import { at, makeOccurrence, makeRegister, NOW } from '../../support/make';
import type { BookingWorld } from './booking-world';

const tenantId = newId<TenantId>();

export const occurrenceAt = (hours: number, given: Partial<Occurrence> = {}): Occurrence =>
  makeOccurrence(tenantId, { startsAt: at(hours), endsAt: at(hours + 1), ...given });

/** The rules of dates that take nobody's time. */
export const TAKES_NO_TIME = { ...occurrenceAt(24).rules, conflictPolicy: 'ALLOW' as const };

export function register(
  world: BookingWorld,
  occurrence: Occurrence,
  { userId = newId<UserId>(), seats = 1 } = {},
): RegistrationId {
  const command = makeRegister(occurrence, { userId, seats });
  world.apply(decide(world.view([command]), [command], NOW).changes);
  return command.registrationId;
}

/** Decides, and writes what was accepted. */
export function edit(
  world: BookingWorld,
  occurrences: readonly OccurrenceEdit[],
  given: Partial<SeriesEdit> = {},
): EditDecision {
  const whole: SeriesEdit = {
    tenantId,
    actor: 'u:organizer',
    requestId: 'test-request',
    event: null,
    occurrences,
    create: [],
    onConflict: 'REJECT',
    journal: [],
    ...given,
  };
  const view = world.editView(occurrences.map(({ id }) => id));
  const decision = decideEdit(view, whole, { now: NOW, newJournalId: newId });
  if (decision.kind === 'accepted') world.apply(decision.changes);
  return decision;
}

/** What an edit writes that is not refused. */
export function changesOf(decision: EditDecision): Changes {
  if (decision.kind === 'refused') throw new Error(`refused: ${decision.refusal.code}`);
  return decision.changes;
}

export const moveTo = (id: Occurrence['id'], from: number, to = from + 1): OccurrenceEdit => ({
  id,
  set: { startsAt: at(from), endsAt: at(to) },
});
