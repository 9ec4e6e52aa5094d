import type { Event } from '../../src/domain/event';
import {
  holderOfUser,
  type AccountId,
  type EventId,
  type InvitationId,
  type OccurrenceId,
  type RegistrationId,
  type TenantId,
  type UserId,
} from '../../src/domain/ids';
import { INVITATION_TTL_MS, type Invitation } from '../../src/domain/invitation';
import type { RegisterCommand, CancelCommand } from '../../src/domain/booking/commands';
import { FAR_FUTURE, FAR_PAST, UNLIMITED_SEATS, type Occurrence } from '../../src/domain/occurrence';
import type { Registration } from '../../src/domain/registration';
import type { Role } from '../../src/domain/permissions';
import { tenantScope, viewerScope, type TenantScope, type ViewerScope } from '../../src/domain/scope';
import type { Account, User } from '../../src/domain/user';
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
    hidden: false,
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

export const makeViewer = (role: Role = 'ORG_ADMIN', tenantId: TenantId = newId<TenantId>()): ViewerScope =>
  viewerScope(tenantId, { kind: 'user', userId: newId<UserId>(), accountId: newId<AccountId>(), role }, 'test-request');

export const makeUser = (tenantId: TenantId, given: Partial<User> = {}): User => ({
  id: newId<UserId>(),
  tenantId,
  accountId: newId<AccountId>(),
  name: 'Ada',
  email: 'ada@example.com',
  role: 'USER',
  status: 'ACTIVE',
  version: 1,
  createdAt: NOW,
  ...given,
});

/** The sign-in of a user, with nothing but this membership. */
export const makeAccount = ({ accountId, tenantId, id: userId, email, name, role, createdAt }: User): Account => ({
  id: accountId,
  email,
  name,
  memberships: [{ tenantId, userId, role }],
  emailVerifiedAt: null,
  createdAt,
});

/** An open invitation. */
export const makeInvitation = (tenantId: TenantId, given: Partial<Invitation> = {}): Invitation => ({
  id: newId<InvitationId>(),
  tenantId,
  email: 'Grace@example.com',
  emailKey: 'grace@example.com',
  role: 'USER',
  status: 'PENDING',
  expiresAt: new Date(NOW.getTime() + INVITATION_TTL_MS),
  invitedBy: newId<UserId>(),
  createdAt: NOW,
  version: 1,
  ...given,
});

/** A published event that happens once, with ten seats. */
export const makeEvent = (tenantId: TenantId, given: Partial<Event> = {}): Event => ({
  id: newId<EventId>(),
  tenantId,
  name: 'Go for beginners',
  description: null,
  category: 'WORKSHOP',
  status: 'PUBLISHED',
  timezone: 'UTC',
  startsAtLocal: '2027-01-05T09:00:00',
  duration: 'PT1H',
  recurrence: null,
  capacity: 10,
  maxSeatsPerRegistration: 10,
  conflictPolicy: 'BLOCK',
  epoch: 1,
  horizonAt: null,
  revision: 1,
  editing: false,
  createdAt: NOW,
  updatedAt: NOW,
  ...given,
});

/** A confirmed seat. */
export const makeRegistration = (
  occurrence: Occurrence,
  userId: UserId = newId<UserId>(),
  given: Partial<Registration> = {},
): Registration => ({
  id: newId<RegistrationId>(),
  tenantId: occurrence.tenantId,
  occurrenceId: occurrence.id,
  eventId: occurrence.eventId,
  holder: holderOfUser(userId),
  userId,
  startsAt: occurrence.startsAt,
  endsAt: occurrence.endsAt,
  timeV: occurrence.timeV,
  seats: 1,
  status: 'CONFIRMED',
  registeredBy: `u:${userId}`,
  createdAt: NOW,
  cancelledAt: null,
  cancelReason: null,
  flagged: false,
  version: 1,
  ...given,
});
