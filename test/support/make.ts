import {
  holderOfUser,
  type EventId,
  type OccurrenceId,
  type RegistrationId,
  type TenantId,
  type UserId,
} from '../../src/domain/ids';
import type { RegisterCommand, CancelCommand } from '../../src/domain/booking/commands';
import { FAR_FUTURE, FAR_PAST, UNLIMITED_SEATS, type Occurrence } from '../../src/domain/occurrence';
import type { Registration } from '../../src/domain/registration';
import { tenantScope, type TenantScope } from '../../src/domain/scope';
import { newId } from '../../src/platform/new-id';

/** Where the `TestClock` starts: a Monday, months away from every clock change. */
export const NOW = new Date('2027-01-04T09:00:00.000Z');

const HOUR = 3_600_000;

export const at = (hours: number, from: Date = NOW): Date => new Date(from.getTime() + hours * HOUR);

export const makeScope = (tenantId: TenantId = newId<TenantId>()): TenantScope =>
  tenantScope(tenantId, { kind: 'system', name: 'test' }, 'test-request');

/** A published date a day from now, one hour long, ten seats. */
export function makeOccurrence(tenantId: TenantId, given: Partial<Occurrence> = {}): Occurrence {
  const startsAt = given.startsAt ?? at(24);
  const capacity = given.capacity === undefined ? 10 : given.capacity;
  return {
    id: newId<OccurrenceId>(),
    tenantId,
    eventId: newId<EventId>(),
    epoch: 1,
    recurrenceId: startsAt.toISOString().slice(0, 19),
    timezone: 'UTC',
    startsAtLocal: startsAt.toISOString().slice(0, 19),
    startsAt,
    endsAt: at(1, startsAt),
    timeV: 1,
    dstAdjusted: null,
    status: 'SCHEDULED',
    paused: false,
    rules: { maxSeats: 10, conflictPolicy: 'BLOCK', opensAt: FAR_PAST, closesAt: FAR_FUTURE },
    confirmedSeats: 0,
    heldSeats: 0,
    seatsLeft: capacity ?? UNLIMITED_SEATS,
    waitCount: 0,
    waitSeq: 0,
    rev: 0,
    revision: 1,
    name: null,
    description: null,
    overriddenFields: [],
    ...given,
    capacity,
  };
}

export function makeRegister(
  occurrence: Pick<Occurrence, 'id'>,
  given: Partial<RegisterCommand> & { userId?: UserId } = {},
): RegisterCommand {
  const userId = given.userId ?? newId<UserId>();
  return {
    kind: 'register',
    occurrenceId: occurrence.id,
    holder: holderOfUser(userId),
    seats: 1,
    actor: `u:${userId}`,
    requestId: 'test-request',
    asOrganizer: false,
    idempotency: null,
    registrationId: newId<RegistrationId>(),
    journalId: newId(),
    ...given,
    userId,
  };
}

export const makeCancel = (registration: Registration, given: Partial<CancelCommand> = {}): CancelCommand => ({
  kind: 'cancel',
  registrationId: registration.id,
  occurrenceId: registration.occurrenceId,
  holder: registration.holder,
  reason: null,
  actor: registration.holder,
  requestId: 'test-request',
  asOrganizer: false,
  idempotency: null,
  journalId: newId(),
  ...given,
});
