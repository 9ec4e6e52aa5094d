import { Mutation, Resolver } from '@nestjs/graphql';
import type { ViewerScope } from '../domain/scope';
import { CreateEvent } from '../use-cases/events/create-event';
import { Requires } from './auth.guard';
import { CreateEventInput } from './event.inputs';
import { CreateEventPayload, CreateEventResult } from './event.results';
import { toEventNode } from './event.types';
import { CurrentScope } from './graphql-context';
import { Input } from './input.decorator';
import { toRecurrence } from './recurrence.types';

@Resolver()
export class EventEditsResolver {
  constructor(private readonly create: CreateEvent) {}

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
}
