import { Injectable } from '@nestjs/common';
import type { CancelCommand } from '../../domain/booking/commands';
import { NotFoundError } from '../../domain/errors';
import { holderOfUser, type RegistrationId } from '../../domain/ids';
import { allows } from '../../domain/permissions';
import type { Registration } from '../../domain/registration';
import { actorKey, type ViewerScope } from '../../domain/scope';
import { newId } from '../../platform/new-id';
import { RegistrationRepository } from '../../store/registration.repository';
import { BookingEngine } from '../booking-engine';
import { IdempotencyClaims } from '../idempotency-claims';
import { unwrap } from './unwrap-answer';

export interface CancelRegistrationInput {
  readonly registrationId: RegistrationId;
  readonly reason: string | null;
  readonly idempotencyKey: string | null;
}

/** One's own registration, or (ORGANIZER) anybody's. Repeating it gives the same answer [C10]. */
@Injectable()
export class CancelRegistration {
  constructor(
    private readonly engine: BookingEngine,
    private readonly registrations: RegistrationRepository,
    private readonly claims: IdempotencyClaims,
  ) {}

  /** @throws RefusedError, NotFoundError, IdempotencyKeyReusedError, OutcomeUnknownError */
  async execute(
    scope: ViewerScope,
    { registrationId, reason, idempotencyKey }: CancelRegistrationInput,
  ): Promise<Registration> {
    const registration = await this.registrations.findById(scope, registrationId);
    // Somebody else's registration is as unknown to a USER as one that never was.
    const own = registration?.holder === holderOfUser(scope.actor.userId);
    const mayCancel = own || allows(scope.actor.role, 'registration.forOthers');
    if (!registration || !mayCancel) throw new NotFoundError('registration');
    const command: CancelCommand = {
      kind: 'cancel',
      registrationId,
      occurrenceId: registration.occurrenceId,
      holder: registration.holder,
      reason,
      actor: actorKey(scope.actor),
      requestId: scope.requestId,
      // Whoever gives back their own seats does so as anybody would, also an organizer [C12].
      asOrganizer: !own,
      idempotency: this.claims.claim(scope, idempotencyKey, {
        operation: 'cancelRegistration',
        input: { registrationId, reason },
      }),
      journalId: newId(),
    };
    const answer = await this.engine.submit(scope, command);
    return unwrap(answer, (id) => this.registrations.findById(scope, id));
  }
}
