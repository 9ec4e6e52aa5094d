import type { EventId, JournalId } from '../../domain/ids';
import type { JournalRow } from '../../domain/journal';
import { actorKey, type TenantScope } from '../../domain/scope';
import { newId } from '../../platform/new-id';
import type { UnsettledDate } from '../../store/registration.repository';

/** Above this the registrations of an edit follow it in transactions of about as many (`booking-engine.md` §2.3). */
export const MAX_REGISTRATIONS = 100;

/** What organizers' cancellations write on registrations [B10]; their words are in the journal. */
export const EVENT_CANCELLED = 'EVENT_CANCELLED';

/** All that the worker needs to know, and all that is left of a large edit once it is accepted. */
export interface RegistrationsDue {
  readonly eventId: EventId;
  readonly dates: readonly UnsettledDate[];
  /** The dates were paused and their event takes no edits until the last registration has followed. */
  readonly paused: boolean;
}

/** What `registrationsDueRow` wrote. */
export const readRegistrationsDue = ({ p }: JournalRow): RegistrationsDue => p as unknown as RegistrationsDue;

/** The work that a large edit leaves, as a row of the journal that is due at once. */
export function registrationsDueRow(scope: TenantScope, work: RegistrationsDue, at: Date): JournalRow {
  const id = newId<JournalId>();
  return {
    id,
    tenantId: scope.tenantId,
    type: 'REGISTRATIONS_DUE',
    target: `work:${id}`,
    version: 1,
    actor: actorKey(scope.actor),
    requestId: scope.requestId,
    p: { ...work },
    at,
    due: at,
  };
}
