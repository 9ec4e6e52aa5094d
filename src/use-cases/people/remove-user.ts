import { Injectable } from '@nestjs/common';
import { NotFoundError } from '../../domain/errors';
import type { UserId } from '../../domain/ids';
import type { ViewerScope } from '../../domain/scope';
import type { User } from '../../domain/user';
import { Clock } from '../../platform/clock';
import { JournalRepository } from '../../store/journal.repository';
import type { Tx } from '../../store/unit-of-work';
import { UserRepository } from '../../store/user.repository';
import { EditOnce } from '../edit-once';
import { EndAccess } from './end-access';
import { Members } from './members';
import { peopleRow } from './people-journal';
import { userRegistrationsDueRow } from './release-registrations';

export interface RemoveUserInput {
  readonly userId: UserId;
  readonly idempotencyKey: string | null;
}

/**
 * Ends somebody's belonging to the organization: sessions and calendar feeds end, tokens stop working within `TRUST_MS`, the account forgets
 * its membership, and what the person is registered for in the future is cancelled (`ReleaseRegistrations`). The user stays
 * as REMOVED, for what is past; invited again, the same person is the same user. A second time it answers the same.
 */
@Injectable()
export class RemoveUser {
  constructor(
    private readonly once: EditOnce,
    private readonly users: UserRepository,
    private readonly members: Members,
    private readonly access: EndAccess,
    private readonly journal: JournalRepository,
    private readonly clock: Clock,
  ) {}

  /** @throws RefusedError LAST_ADMIN, USER_IS_OWNER, BUSY; NotFoundError; IdempotencyKeyReusedError; OutcomeUnknownError */
  async execute(scope: ViewerScope, { userId, idempotencyKey: key }: RemoveUserInput): Promise<User> {
    const at = this.clock.now();
    // In its turn among the bookings: those of this process that came before are there to be cancelled.
    await this.once.edit(scope, { key, operation: 'removeUser', input: { userId } }, async (tx) => {
      const user = await this.users.findById(tx, userId);
      if (user === null) throw new NotFoundError('user');
      if (user.status === 'ACTIVE') await this.remove(tx, user, at);
      return { type: 'user', id: userId };
    });
    const user = await this.users.findById(scope, userId);
    if (user === null) throw new NotFoundError('user');
    return user;
  }

  private async remove(tx: Tx, user: User, at: Date): Promise<void> {
    const after = await this.members.dismiss(tx, user);
    await this.access.of(tx, user.id, at);
    const p = { status: 'REMOVED', before: { status: user.status, role: user.role } };
    await this.journal.add(tx, [
      peopleRow(tx.scope, { noun: 'user', ...after }, { type: 'USER_REMOVED', p, at }),
      userRegistrationsDueRow(tx.scope, user.id, at),
    ]);
  }
}
