import { Injectable } from '@nestjs/common';
import type { CancelCommand } from '../../domain/booking/commands';
import { RefusedError } from '../../domain/errors';
import { holderOfUser, type JournalId, type UserId } from '../../domain/ids';
import type { JournalRow, JournalType } from '../../domain/journal';
import { REGISTRATION_STATUSES, type Registration } from '../../domain/registration';
import { actorKey, type TenantScope } from '../../domain/scope';
import { Clock } from '../../platform/clock';
import { newId } from '../../platform/new-id';
import { JournalRepository, type ClaimedRow } from '../../store/journal.repository';
import { RegistrationRepository } from '../../store/registration.repository';
import { UnitOfWork } from '../../store/unit-of-work';
import { UserRepository } from '../../store/user.repository';
import { BookingEngine } from '../booking-engine';
import { DueHandler } from '../jobs/due-handler';

/** What the cancelled registrations say [B10]. */
export const USER_REMOVED = 'USER_REMOVED';
const ACTIVE = REGISTRATION_STATUSES.filter((status) => status !== 'CANCELLED');
const AT_ONCE = 100;
/** Behind every id: what starts at an instant is then before the position of that instant. */
const LAST_ID = 'f'.repeat(24);

/**
 * When the last word is spoken: a registration that was asked for while the removed user was still trusted (`TRUST_MS`)
 * may wait for its turn, and then for its transaction (`RETRY_BUDGET_MS` each); by now it is there or never will be.
 */
export const LAST_LOOK_MS = 30_000;

/** The work that a removal leaves, as a row of the journal that is due at once. */
export function userRegistrationsDueRow(scope: TenantScope, userId: UserId, at: Date): JournalRow {
  const id = newId<JournalId>();
  return {
    id,
    tenantId: scope.tenantId,
    type: 'USER_REGISTRATIONS_DUE',
    target: `work:${id}`,
    version: 1,
    actor: actorKey(scope.actor),
    requestId: scope.requestId,
    p: { userId },
    at,
    due: at,
  };
}

/**
 * Cancels what a removed user is registered for and what has not started, as the engine cancels: seats and time are free
 * again. What is left is read from the registrations themselves, so it may be interrupted anywhere, carried on by another
 * process, or done by two at once. After the first look it looks once more, for what came in at the same moment.
 */
@Injectable()
export class ReleaseRegistrations extends DueHandler {
  readonly types: readonly JournalType[] = ['USER_REGISTRATIONS_DUE'];

  constructor(
    private readonly engine: BookingEngine,
    private readonly registrations: RegistrationRepository,
    private readonly users: UserRepository,
    private readonly unitOfWork: UnitOfWork,
    private readonly journal: JournalRepository,
    private readonly clock: Clock,
  ) {
    super();
  }

  async step(scope: TenantScope, claimed: ClaimedRow): Promise<'DONE' | 'MORE'> {
    const some = await this.next(scope, claimed.row);
    if (some.length > 0) {
      await Promise.all(some.map((registration) => this.cancel(scope, claimed.row, registration)));
      return 'MORE';
    }
    const lastLook = new Date(claimed.row.at.getTime() + LAST_LOOK_MS);
    await this.unitOfWork.run(scope, (tx) =>
      this.clock.now() < lastLook
        ? this.journal.giveBack(tx, claimed, { due: lastLook, failed: false })
        : this.journal.finish(tx, claimed),
    );
    return 'DONE';
  }

  /** Some of the future registrations that are to go; none: nothing is left. */
  private async next(scope: TenantScope, row: JournalRow): Promise<Registration[]> {
    const userId = row.p['userId'] as UserId;
    let after = { startsAt: this.clock.now(), id: LAST_ID };
    for (;;) {
      const query = { statuses: ACTIVE, first: AT_ONCE, after };
      const { items, hasNextPage } = await this.registrations.pageOfHolder(scope, holderOfUser(userId), query);
      // Asked after the page: of whoever is back by now, what they registered for since then stays.
      const isBack = (await this.users.findById(scope, userId))?.status === 'ACTIVE';
      const going = isBack ? items.filter(({ createdAt }) => createdAt <= row.at) : [...items];
      const last = items.at(-1);
      if (going.length > 0 || !hasNextPage || last === undefined) return going;
      after = last;
    }
  }

  /** In the name of who removed the user. A date that has started in between is none of the future any more. */
  private async cancel(scope: TenantScope, row: JournalRow, registration: Registration): Promise<void> {
    const command: CancelCommand = {
      kind: 'cancel',
      registrationId: registration.id,
      occurrenceId: registration.occurrenceId,
      holder: registration.holder,
      reason: USER_REMOVED,
      actor: row.actor,
      requestId: row.requestId,
      asOrganizer: true,
      idempotency: null,
      journalId: newId<JournalId>(),
    };
    const answer = await this.engine.submit(scope, command);
    if (answer.kind === 'refused' && answer.refusal.code === 'BUSY') throw new RefusedError(answer.refusal);
  }
}
