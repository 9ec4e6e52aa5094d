import { Resolver } from '@nestjs/graphql';
import { BadUserInputError } from '../domain/errors';
import type { ViewerScope } from '../domain/scope';
import { CancelEvent } from '../use-cases/events/cancel-event';
import { CreateEvent } from '../use-cases/events/create-event';
import { DeleteEvent } from '../use-cases/events/delete-event';
import { PublishEvent } from '../use-cases/events/publish-event';
import { UpdateEvent } from '../use-cases/events/update-event';
import { Requires } from './auth.guard';
import {
  CancelEventInput,
  CreateEventInput,
  DeleteEventInput,
  PublishEventInput,
  UpdateEventInput,
} from './event.inputs';
import {
  CancelEventPayload,
  CancelEventResult,
  CreateEventPayload,
  CreateEventResult,
  DeleteEventPayload,
  DeleteEventResult,
  PublishEventPayload,
  PublishEventResult,
  UpdateEventPayload,
  UpdateEventResult,
} from './event.results';
import { toEventNode } from './event.types';
import { decodeId } from './global-id';
import { CurrentScope } from './graphql-context';
import { Input } from './input.decorator';
import { Mutation } from './mutation.decorator';
import { toRecurrence } from './recurrence.types';

@Resolver()
export class EventEditsResolver {
  constructor(
    private readonly create: CreateEvent,
    private readonly update: UpdateEvent,
    private readonly publish: PublishEvent,
    private readonly cancel: CancelEvent,
    private readonly remove: DeleteEvent,
  ) {}

  @Mutation(() => CreateEventResult, { description: 'A new event with its dates.' })
  @Requires('event.write')
  async createEvent(@Input() input: CreateEventInput, @CurrentScope() scope: ViewerScope): Promise<CreateEventPayload> {
    const event = await this.create.execute(scope, {
      name: input.name,
      description: input.description ?? null,
      category: input.category ?? 'OTHER',
      timezone: input.timezone,
      startsAtLocal: input.startsAtLocal,
      duration: input.duration,
      recurrence: input.recurrence ? toRecurrence(input.recurrence) : null,
      capacity: input.capacity ?? null,
      maxSeatsPerRegistration: input.maxSeatsPerRegistration ?? 1,
      conflictPolicy: input.conflictPolicy ?? 'BLOCK',
      publish: input.publish ?? false,
      idempotencyKey: input.idempotencyKey ?? null,
    });
    return { __typename: 'CreateEventPayload', event: toEventNode(event) };
  }

  @Mutation(() => UpdateEventResult, {
    description: 'Changes an event and its dates that have not started. Fields set on one date alone stay as they are.',
  })
  @Requires('event.write')
  async updateEvent(@Input() input: UpdateEventInput, @CurrentScope() scope: ViewerScope): Promise<UpdateEventPayload> {
    const { eventId, occurrenceId, recurrence, scope: breadth, resetOverrides, idempotencyKey, ...fields } = input;
    // Whoever names one occurrence does not mean the whole series.
    if (typeof occurrenceId === 'string' && breadth !== 'THIS_AND_FUTURE') {
      throw BadUserInputError.at('input.occurrenceId', 'goes with THIS_AND_FUTURE alone');
    }
    const { event, occurrencesChanged } = await this.update.execute(scope, {
      ...fields,
      eventId: decodeId('Event', eventId),
      occurrenceId: typeof occurrenceId === 'string' ? decodeId('Occurrence', occurrenceId) : null,
      // Absent: unchanged. null: happens once.
      recurrence: recurrence ? toRecurrence(recurrence) : recurrence,
      scope: breadth ?? 'ALL',
      resetOverrides: resetOverrides ?? false,
      idempotencyKey: idempotencyKey ?? null,
    });
    return { __typename: 'UpdateEventPayload', event: toEventNode(event), occurrencesChanged };
  }

  @Mutation(() => PublishEventResult, {
    description: 'Opens a draft to everybody. Repeating it gives the same answer.',
  })
  @Requires('event.write')
  async publishEvent(
    @Input() input: PublishEventInput,
    @CurrentScope() scope: ViewerScope,
  ): Promise<PublishEventPayload> {
    const eventId = decodeId('Event', input.eventId);
    const event = await this.publish.execute(scope, { eventId, idempotencyKey: input.idempotencyKey ?? null });
    return { __typename: 'PublishEventPayload', event: toEventNode(event) };
  }

  @Mutation(() => CancelEventResult, {
    description:
      'Calls an event off: its dates that have not started are cancelled. A draft is deleted instead. Repeating it gives the same answer.',
  })
  @Requires('event.write')
  async cancelEvent(@Input() input: CancelEventInput, @CurrentScope() scope: ViewerScope): Promise<CancelEventPayload> {
    const { event, registrationsCancelled } = await this.cancel.execute(scope, {
      eventId: decodeId('Event', input.eventId),
      reason: input.reason ?? null,
      idempotencyKey: input.idempotencyKey ?? null,
    });
    return { __typename: 'CancelEventPayload', event: toEventNode(event), registrationsCancelled };
  }

  @Mutation(() => DeleteEventResult, { description: 'Deletes an event that nobody ever registered for.' })
  @Requires('event.write')
  async deleteEvent(@Input() input: DeleteEventInput, @CurrentScope() scope: ViewerScope): Promise<DeleteEventPayload> {
    const eventId = decodeId('Event', input.eventId);
    await this.remove.execute(scope, { eventId, idempotencyKey: input.idempotencyKey ?? null });
    return { __typename: 'DeleteEventPayload', deletedEventId: input.eventId };
  }
}
