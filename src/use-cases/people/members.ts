import { Injectable } from '@nestjs/common';
import { RefusedError } from '../../domain/errors';
import { isBacked, type Invitation } from '../../domain/invitation';
import type { Role } from '../../domain/permissions';
import type { User } from '../../domain/user';
import { MembershipRepository } from '../../store/membership.repository';
import { OrganizationRepository } from '../../store/organization.repository';
import type { Tx } from '../../store/unit-of-work';
import { UserRepository } from '../../store/user.repository';
import { EndAccess } from './end-access';

/**
 * What changes together when somebody comes, goes or gets another role: the user, the membership by which the account
 * finds it, and how many ORG_ADMINs the organization has. That number is written by every change of an ORG_ADMIN: two
 * transactions that would leave none between them meet there, and the second is told so [I5].
 */
@Injectable()
export class Members {
  constructor(
    private readonly users: UserRepository,
    private readonly memberships: MembershipRepository,
    private readonly organizations: OrganizationRepository,
    private readonly access: EndAccess,
  ) {}

  /** Whether an invitation is the organization's word, as of this transaction. */
  async back(tx: Tx, { invitedBy }: Invitation): Promise<boolean> {
    return isBacked(await this.users.findById(tx, invitedBy));
  }

  /**
   * Whoever comes back starts anew: a session or a feed that was begun while they were being removed shares no document
   * with the removal, and may have outlived it.
   *
   * @param before the same user as one who was removed; null: somebody new
   * @returns false: the account belongs to the organization already
   */
  async admit(
    tx: Tx,
    user: User,
    { before, at }: { readonly before: User | null; readonly at: Date },
  ): Promise<boolean> {
    const { id: userId, accountId, name, role, status } = user;
    if (!(await this.memberships.add(tx, { accountId, userId, role }))) return false;
    if (before === null) {
      await this.users.add(tx, user);
    } else {
      await this.users.change(tx, before, { name, role, status });
      await this.access.of(tx, userId, at);
    }
    if (role === 'ORG_ADMIN') await this.organizations.addAdmin(tx);
    return true;
  }

  /** @throws RefusedError LAST_ADMIN */
  async setRole(tx: Tx, user: User, role: Role): Promise<User> {
    if (role === 'ORG_ADMIN') await this.organizations.addAdmin(tx);
    else if (user.role === 'ORG_ADMIN') await this.organizations.dropAdmin(tx);
    await this.memberships.setRole(tx, { accountId: user.accountId, role });
    return this.users.change(tx, user, { role });
  }

  /** @throws RefusedError LAST_ADMIN; USER_IS_OWNER: the ownership comes first */
  async dismiss(tx: Tx, user: User): Promise<User> {
    if (user.role === 'ORG_ADMIN') await this.organizations.dropAdmin(tx);
    const organization = await this.organizations.find(tx);
    if (organization?.ownerAccountId === user.accountId) throw new RefusedError({ code: 'USER_IS_OWNER' });
    await this.memberships.remove(tx, user);
    return this.users.change(tx, user, { status: 'REMOVED' });
  }
}
