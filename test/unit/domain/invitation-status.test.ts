import { ForbiddenError } from '../../../src/domain/errors';
import type { TenantId } from '../../../src/domain/ids';
import { invitationStatus, isBacked } from '../../../src/domain/invitation';
import { requireOpen } from '../../../src/domain/organization';
import { newId } from '../../../src/platform/new-id';
import { makeInvitation, makeUser } from '../../support/make';

const tenantId = newId<TenantId>();
const invitation = makeInvitation(tenantId, { status: 'PENDING' });
const before = new Date(invitation.expiresAt.getTime() - 1);

describe('an invitation', () => {
  it('is open until the moment it expires', () => {
    expect(invitationStatus(invitation, before)).toBe('PENDING');
    expect(invitationStatus(invitation, invitation.expiresAt)).toBe('EXPIRED');
  });

  it.each(['ACCEPTED', 'REVOKED'] as const)('that is %s does not expire', (status) => {
    expect(invitationStatus({ ...invitation, status }, invitation.expiresAt)).toBe(status);
  });

  it('counts while whoever sent it is an administrator of the organization', () => {
    const sender = makeUser(tenantId, { role: 'ORG_ADMIN', status: 'ACTIVE' });
    expect(isBacked(sender)).toBe(true);
    expect(isBacked({ ...sender, status: 'REMOVED' })).toBe(false);
    expect(isBacked({ ...sender, role: 'ORGANIZER' })).toBe(false);
    expect(isBacked(null)).toBe(false);
  });
});

it('nothing is done in an archived organization', () => {
  expect(() => requireOpen({ status: 'ARCHIVED' })).toThrow(ForbiddenError);
  expect(() => requireOpen({ status: 'ACTIVE' })).not.toThrow();
});
