import { Injectable } from '@nestjs/common';
import type { RegisterCommand } from '../../domain/booking/commands';
import { ForbiddenError, NotFoundError } from '../../domain/errors';
import { holderOfUser, type OccurrenceId, type RegistrationId, type UserId } from '../../domain/ids';
import { allows } from '../../domain/permissions';
import type { Registration } from '../../domain/registration';
import { actorKey, type ViewerScope } from '../../domain/scope';
import { newId } from '../../platform/new-id';
import { IdempotencyRepository } from '../../store/idempotency.repository';
import { RegistrationRepository } from '../../store/registration.repository';
import { UserRepository } from '../../store/user.repository';
import { BookingEngine } from '../booking-engine';
import { IdempotencyClaims, type KeyedOperation } from '../idempotency-claims';
import { unwrap } from './unwrap-answer';

export interface RegisterForOccurrenceInput {
  readonly occurrenceId: OccurrenceId;
  readonly seats: number;
  /** For somebody else [C16]: ORGANIZER and up. */
  readonly userId: UserId | null;
  readonly idempotencyKey: string | null;
}

/** Seats for one date, for oneself or (ORGANIZER) for another [G1, G6, G7]. */
@Injectable()
export class RegisterForOccurrence {
  constructor(
    private readonly engine: BookingEngine,
    private readonly users: UserRepository,
    private readonly registrations: RegistrationRepository,
    private readonly claims: IdempotencyClaims,
    private readonly idempotency: IdempotencyRepository,
  ) {}

  /** @throws RefusedError, NotFoundError, ForbiddenError, IdempotencyKeyReusedError, OutcomeUnknownError */
  execute(scope: ViewerScope, input: RegisterForOccurrenceInput): Promise<Registration> {
    const { occurrenceId, seats } = input;
    const userId = input.userId ?? scope.actor.userId;
    return this.executeAs(scope, input, { operation: 'registerForOccurrence', input: { occurrenceId, seats, userId } });
  }

  /** The same as part of another mutation, whose own the idempotency key is [J1]. @throws as `execute` */
  async executeAs(
    scope: ViewerScope,
    input: RegisterForOccurrenceInput,
    operation: KeyedOperation,
  ): Promise<Registration> {
    const { occurrenceId, seats, idempotencyKey } = input;
    const asOrganizer = allows(scope.actor.role, 'registration.forOthers');
    const userId = input.userId ?? scope.actor.userId;
    if (userId !== scope.actor.userId) {
      if (!asOrganizer) throw new ForbiddenError('Only an organizer registers somebody else.');
      const earlier = await this.earlier(scope, idempotencyKey, operation);
      if (earlier !== null) return earlier;
      await this.requireUser(scope, userId);
    }
    const command: RegisterCommand = {
      kind: 'register',
      occurrenceId,
      holder: holderOfUser(userId),
      userId,
      seats,
      actor: actorKey(scope.actor),
      requestId: scope.requestId,
      asOrganizer,
      idempotency: this.claims.claim(scope, idempotencyKey, operation),
      registrationId: newId<RegistrationId>(),
      journalId: newId(),
    };
    const answer = await this.engine.submit(scope, command);
    return unwrap(answer, (id) => this.registrations.findById(scope, id));
  }

  /**
   * What the key was answered with, as it is now; null: nothing yet. To be asked before anything that may have changed
   * since: the kind of the event, whether somebody still belongs to the organization. @throws IdempotencyKeyReusedError
   */
  async earlier(scope: ViewerScope, key: string | null, operation: KeyedOperation): Promise<Registration | null> {
    const outcome = await this.idempotency.replay(scope, this.claims.claim(scope, key, operation));
    return outcome && this.registrations.findById(scope, outcome.id as RegistrationId);
  }

  private async requireUser(scope: ViewerScope, userId: UserId): Promise<void> {
    const user = await this.users.findById(scope, userId);
    if (user?.status !== 'ACTIVE') throw new NotFoundError('user');
  }
}
