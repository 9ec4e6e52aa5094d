import { Injectable } from '@nestjs/common';
import { NotFoundError } from '../../domain/errors';
import type { UserId } from '../../domain/ids';
import type { Role } from '../../domain/permissions';
import type { ViewerScope } from '../../domain/scope';
import type { User } from '../../domain/user';
import { Clock } from '../../platform/clock';
import { JournalRepository } from '../../store/journal.repository';
import type { Tx } from '../../store/unit-of-work';
import { UserRepository } from '../../store/user.repository';
import { EditOnce } from '../edit-once';
import { Members } from './members';
import { peopleRow } from './people-journal';

export interface ChangeRoleInput {
  readonly userId: UserId;
  readonly role: Role;
  readonly idempotencyKey: string | null;
}

/**
 * Gives somebody another role, in effect within `TRUST_MS`. Ownership is no role: who owns the organization may be
 * anything in it, as long as there is an ORG_ADMIN.
 */
@Injectable()
export class ChangeRole {
  constructor(
    private readonly once: EditOnce,
    private readonly users: UserRepository,
    private readonly members: Members,
    private readonly journal: JournalRepository,
    private readonly clock: Clock,
  ) {}

  /** @throws RefusedError LAST_ADMIN, BUSY; NotFoundError; IdempotencyKeyReusedError; OutcomeUnknownError */
  async execute(scope: ViewerScope, { userId, role, idempotencyKey: key }: ChangeRoleInput): Promise<User> {
    const at = this.clock.now();
    await this.once.run(scope, { key, operation: 'changeRole', input: { userId, role } }, async (tx) => {
      const user = await this.users.findById(tx, userId);
      if (user?.status !== 'ACTIVE') throw new NotFoundError('user');
      if (user.role !== role) await this.change(tx, user, { role, at });
      return { type: 'user', id: userId };
    });
    const user = await this.users.findById(scope, userId);
    if (user === null) throw new NotFoundError('user');
    return user;
  }

  /** As part of somebody's transaction. @throws RefusedError LAST_ADMIN */
  async change(tx: Tx, user: User, { role, at }: { readonly role: Role; readonly at: Date }): Promise<void> {
    const after = await this.members.setRole(tx, user, role);
    const p = { role, before: { role: user.role } };
    await this.journal.add(tx, [peopleRow(tx.scope, { noun: 'user', ...after }, { type: 'USER_ROLE_CHANGED', p, at })]);
  }
}
