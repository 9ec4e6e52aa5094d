import { createUnionType, Field, ID, Int, ObjectType } from '@nestjs/graphql';
import { EventNode } from './event.types';
import {
  BusyError,
  CapacityBelowTakenError,
  DatesWithRegistrationsError,
  EventHasRegistrationsError,
  InvalidRecurrenceError,
  MoveConflictsError,
  NotEditableError,
  StaleRevisionError,
  StartNotOnRuleError,
} from './refusal.types';

@ObjectType({ description: 'The event exists.' })
export class CreateEventPayload {
  readonly __typename!: 'CreateEventPayload';

  @Field(() => EventNode, { description: 'The new event.' })
  event!: EventNode;
}

@ObjectType({ description: 'The event is changed.' })
export class UpdateEventPayload {
  readonly __typename!: 'UpdateEventPayload';

  @Field(() => EventNode, { description: 'The event as it is now.' })
  event!: EventNode;

  @Field(() => Int, { description: 'How many of its occurrences were changed, added or dropped.' })
  occurrencesChanged!: number;
}

@ObjectType({ description: 'The event is open to everybody.' })
export class PublishEventPayload {
  readonly __typename!: 'PublishEventPayload';

  @Field(() => EventNode, { description: 'The event as it is now.' })
  event!: EventNode;
}

@ObjectType({ description: 'The event is called off.' })
export class CancelEventPayload {
  readonly __typename!: 'CancelEventPayload';

  @Field(() => EventNode, { description: 'The event as it is now.' })
  event!: EventNode;

  @Field(() => Int, {
    description: 'How many registrations were active and are cancelled; the last may follow in a moment.',
  })
  registrationsCancelled!: number;
}

@ObjectType({ description: 'The event does not exist any more.' })
export class DeleteEventPayload {
  readonly __typename!: 'DeleteEventPayload';

  @Field(() => ID, { description: 'The id that it had.' })
  deletedEventId!: string;
}

export const CreateEventResult = createUnionType({
  name: 'CreateEventResult',
  description: 'What creating an event came to.',
  types: () => [CreateEventPayload, InvalidRecurrenceError, StartNotOnRuleError, BusyError] as const,
});

export const UpdateEventResult = createUnionType({
  name: 'UpdateEventResult',
  description: 'What changing an event came to.',
  types: () =>
    [
      UpdateEventPayload,
      StaleRevisionError,
      InvalidRecurrenceError,
      StartNotOnRuleError,
      CapacityBelowTakenError,
      MoveConflictsError,
      DatesWithRegistrationsError,
      EventHasRegistrationsError,
      NotEditableError,
      BusyError,
    ] as const,
});

export const PublishEventResult = createUnionType({
  name: 'PublishEventResult',
  description: 'What publishing an event came to.',
  types: () => [PublishEventPayload, NotEditableError, BusyError] as const,
});

export const CancelEventResult = createUnionType({
  name: 'CancelEventResult',
  description: 'What cancelling an event came to.',
  types: () => [CancelEventPayload, NotEditableError, BusyError] as const,
});

export const DeleteEventResult = createUnionType({
  name: 'DeleteEventResult',
  description: 'What deleting an event came to.',
  types: () => [DeleteEventPayload, EventHasRegistrationsError, BusyError] as const,
});
