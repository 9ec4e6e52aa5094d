import { confirmed } from '../../../src/domain/booking/admission';
import { refused, type Answer, type BookingCommand } from '../../../src/domain/booking/commands';
import type { EventId, OccurrenceId } from '../../../src/domain/ids';
import type { TenantScope } from '../../../src/domain/scope';
import type { Clock } from '../../../src/platform/clock';
import { newId } from '../../../src/platform/new-id';

/**
 * F's engine: the answers of the real one, from memory, without booking anything. What is left is HTTP, GraphQL and
 * authentication: no engine can make the service faster than this.
 */
export class FloorEngine {
  readonly #seatsLeft = new Map<OccurrenceId, number>();

  constructor(
    private readonly clock: Clock,
    private readonly capacity: number,
  ) {}

  async submit({ tenantId }: TenantScope, command: BookingCommand): Promise<Answer> {
    if (command.kind !== 'register') throw new Error('the floor only registers');
    const seatsLeft = this.#seatsLeft.get(command.occurrenceId) ?? this.capacity;
    if (seatsLeft < command.seats) return refused({ code: 'OCCURRENCE_FULL', seatsLeft, nextWithSeats: null });
    this.#seatsLeft.set(command.occurrenceId, seatsLeft - command.seats);
    const now = this.clock.now();
    const occurrence = { tenantId, eventId: newId<EventId>(), startsAt: now, endsAt: now, timeV: 1 };
    return { kind: 'done', registration: confirmed(command, occurrence, now), changed: true };
  }
}
