import { Injectable } from '@nestjs/common';
import { BadUserInputError, NotFoundError } from '../../domain/errors';
import type { EventId, OccurrenceId, UserId } from '../../domain/ids';
import type { Registration } from '../../domain/registration';
import type { ViewerScope } from '../../domain/scope';
import { maySeeEvent } from '../../domain/visibility';
import { EventRepository } from '../../store/event.repository';
import { OccurrenceRepository } from '../../store/occurrence.repository';
import { RegisterForOccurrence } from './register-for-occurrence';

export interface RegisterForEventInput {
  readonly eventId: EventId;
  readonly seats: number;
  readonly userId: UserId | null;
  readonly idempotencyKey: string | null;
}

/** For an event that happens once: the same as registering for its only date [G1]. */
@Injectable()
export class RegisterForEvent {
  constructor(
    private readonly events: EventRepository,
    private readonly occurrences: OccurrenceRepository,
    private readonly register: RegisterForOccurrence,
  ) {}

  /** @throws as `RegisterForOccurrence.execute`; BadUserInputError for an event that recurs */
  async execute(scope: ViewerScope, { eventId, ...input }: RegisterForEventInput): Promise<Registration> {
    const { seats, userId, idempotencyKey } = input;
    const operation = {
      operation: 'registerForEvent',
      input: { eventId, seats, userId: userId ?? scope.actor.userId },
    };
    // First: the event may recur by now.
    const earlier = await this.register.earlier(scope, idempotencyKey, operation);
    if (earlier !== null) return earlier;
    return this.register.executeAs(scope, { ...input, occurrenceId: await this.onlyDateOf(scope, eventId) }, operation);
  }

  private async onlyDateOf(scope: ViewerScope, eventId: EventId): Promise<OccurrenceId> {
    const event = await this.events.findById(scope, eventId);
    if (!event || !maySeeEvent(scope.actor, event)) throw new NotFoundError('event');
    if (event.recurrence) {
      throw BadUserInputError.at('input.eventId', 'this event recurs: register for one of its occurrences');
    }
    const occurrenceId = await this.occurrences.findOnlyIdOfEvent(scope, eventId);
    if (occurrenceId === null) throw new NotFoundError('event');
    return occurrenceId;
  }
}
