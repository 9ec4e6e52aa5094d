import type { AccountId, TenantId, UserId } from '../../../src/domain/ids';
import { allows, ROLES, type Permission, type Role } from '../../../src/domain/permissions';
import type { UserActor } from '../../../src/domain/scope';
import {
  maySeeCalendarFeed,
  maySeeEvent,
  maySeeInvitation,
  maySeeOccurrence,
  maySeeRegistration,
  maySeeUser,
} from '../../../src/domain/visibility';
import { newId } from '../../../src/platform/new-id';
import { makeEvent, makeOccurrence } from '../../support/make';

const tenantId = newId<TenantId>();
const other = newId<UserId>();
const actor = (role: Role): UserActor => ({
  kind: 'user',
  userId: newId<UserId>(),
  accountId: newId<AccountId>(),
  role,
});

/** The roles for which something is so, from the least to the most. */
const those = (is: (role: Role) => boolean): readonly Role[] => ROLES.filter(is);
const see = (may: (actor: UserActor) => boolean): readonly Role[] => those((role) => may(actor(role)));

const EVERYBODY = ROLES;
const ORGANIZERS: readonly Role[] = ['ORGANIZER', 'ORG_ADMIN'];
const ADMINS: readonly Role[] = ['ORG_ADMIN'];

it.each<[Permission, readonly Role[]]>([
  ['event.read', EVERYBODY],
  ['event.write', ORGANIZERS],
  ['user.write', ADMINS],
])('%s belongs to its role and to every one above it', (permission, roles) => {
  expect(those((role) => allows(role, permission))).toEqual(roles);
});

describe('what is published is for everybody, a draft for organizers', () => {
  it.each(['PUBLISHED', 'CANCELLED', 'DRAFT'] as const)('an event that is %s', (status) => {
    const event = makeEvent(tenantId, { status });
    expect(see((one) => maySeeEvent(one, event))).toEqual(status === 'DRAFT' ? ORGANIZERS : EVERYBODY);
  });

  it.each(['SCHEDULED', 'CANCELLED', 'DRAFT'] as const)('a date that is %s', (status) => {
    const date = makeOccurrence(tenantId, { status });
    expect(see((one) => maySeeOccurrence(one, date))).toEqual(status === 'DRAFT' ? ORGANIZERS : EVERYBODY);
  });
});

describe('one’s own is for oneself', () => {
  it('a registration; others’ are for organizers', () => {
    expect(see((one) => maySeeRegistration(one, { userId: one.userId }))).toEqual(EVERYBODY);
    expect(see((one) => maySeeRegistration(one, { userId: other }))).toEqual(ORGANIZERS);
  });

  it('a user; others are for organizers', () => {
    expect(see((one) => maySeeUser(one, { id: one.userId }))).toEqual(EVERYBODY);
    expect(see((one) => maySeeUser(one, { id: other }))).toEqual(ORGANIZERS);
  });

  it('a calendar feed; of others’, administrators see the organization’s and nobody a person’s', () => {
    expect(see((one) => maySeeCalendarFeed(one, { userId: one.userId, kind: 'MINE' }))).toEqual(EVERYBODY);
    expect(see((one) => maySeeCalendarFeed(one, { userId: other, kind: 'MINE' }))).toEqual([]);
    expect(see((one) => maySeeCalendarFeed(one, { userId: other, kind: 'ORGANIZATION' }))).toEqual(ADMINS);
  });
});

it('invitations are for administrators', () => {
  expect(see(maySeeInvitation)).toEqual(ADMINS);
});
