import { Injectable } from '@nestjs/common';
import { ForbiddenError, NotFoundError } from '../../domain/errors';
import type { UserId } from '../../domain/ids';
import type { Organization } from '../../domain/organization';
import type { ViewerScope } from '../../domain/scope';
import type { User } from '../../domain/user';
import { Clock } from '../../platform/clock';
import { JournalRepository } from '../../store/journal.repository';
import { OrganizationRepository } from '../../store/organization.repository';
import type { Tx } from '../../store/unit-of-work';
import { UserRepository } from '../../store/user.repository';
import { EditOnce } from '../edit-once';
import { ChangeRole } from './change-role';
import { peopleRow } from './people-journal';

export interface TransferOwnershipInput {
  /** Who is to own it. */
  readonly userId: UserId;
  readonly idempotencyKey: string | null;
}

export interface OwnershipTransferred {
  readonly organization: Organization;
  readonly owner: User;
}

/** The owner makes somebody else the owner; who is no ORG_ADMIN yet becomes one. The former owner keeps the role [T22]. */
@Injectable()
export class TransferOwnership {
  constructor(
    private readonly once: EditOnce,
    private readonly organizations: OrganizationRepository,
    private readonly users: UserRepository,
    private readonly roles: ChangeRole,
    private readonly journal: JournalRepository,
    private readonly clock: Clock,
  ) {}

  /**
   * @throws ForbiddenError for whoever is not the owner; NotFoundError; RefusedError ORGANIZATION_ALREADY_OWNED, BUSY;
   * IdempotencyKeyReusedError; OutcomeUnknownError
   */
  async execute(
    scope: ViewerScope,
    { userId, idempotencyKey: key }: TransferOwnershipInput,
  ): Promise<OwnershipTransferred> {
    const at = this.clock.now();
    await this.once.run(scope, { key, operation: 'transferOwnership', input: { userId } }, async (tx) => {
      const user = await this.users.findById(tx, userId);
      const organization = await this.organizations.get(tx);
      if (organization.ownerAccountId !== scope.actor.accountId)
        throw new ForbiddenError('Only the owner may do this.');
      if (user?.status !== 'ACTIVE') throw new NotFoundError('user');
      if (user.accountId !== organization.ownerAccountId) {
        await this.transfer(tx, organization, { user, formerOwner: scope.actor.userId, at });
      }
      return { type: 'user', id: userId };
    });
    const owner = await this.users.findById(scope, userId);
    if (owner === null) throw new NotFoundError('user');
    return { organization: await this.organizations.get(scope), owner };
  }

  /** A removal of the new owner at the same moment conflicts: either on the user who is promoted, or on the organization. */
  private async transfer(
    tx: Tx,
    { id, version, ownerAccountId: from }: Organization,
    { user, formerOwner, at }: { readonly user: User; readonly formerOwner: UserId; readonly at: Date },
  ): Promise<void> {
    if (user.role !== 'ORG_ADMIN') await this.roles.change(tx, user, { role: 'ORG_ADMIN', at });
    const { accountId: to } = user;
    if (!(await this.organizations.setOwner(tx, { from, to }))) throw new ForbiddenError('Only the owner may do this.');
    const p = { ownerUserId: user.id, before: { ownerUserId: formerOwner } };
    const target = { noun: 'organization', id, version: version + 1 } as const;
    await this.journal.add(tx, [peopleRow(tx.scope, target, { type: 'OWNERSHIP_TRANSFERRED', p, at })]);
  }
}
