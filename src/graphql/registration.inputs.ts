import { createUnionType, Field, ID, InputType, Int, ObjectType } from '@nestjs/graphql';
import { IDEMPOTENCY_KEY } from './event.inputs';
import { Checked, IdempotencyKey, LongText, Optional, Seats } from './input-rules';
import {
  AlreadyRegisteredError,
  BusyError,
  OccurrenceFullError,
  OverlappingRegistrationError,
  RegistrationClosedError,
  TooManySeatsError,
} from './refusal.types';
import { RegistrationNode } from './registration.types';

@InputType({ description: 'Seats on one occurrence.' })
export class RegisterForOccurrenceInput {
  @Field(() => ID, { description: 'Which occurrence.' })
  @Checked()
  occurrenceId!: string;

  @Field(() => Int, { nullable: true, defaultValue: 1, description: "How many seats, 1 to the event's maximum." })
  @Seats()
  seats?: number | null;

  @Field(() => ID, { nullable: true, description: 'For whom; left out: for oneself. Somebody else: ORGANIZER and up.' })
  @Checked()
  userId?: string | null;

  @Field(() => String, { nullable: true, description: IDEMPOTENCY_KEY })
  @IdempotencyKey()
  idempotencyKey?: string | null;
}

@InputType({ description: 'Seats at an event that happens once.' })
export class RegisterForEventInput {
  @Field(() => ID, { description: 'Which event; one that happens once.' })
  @Checked()
  eventId!: string;

  @Field(() => Int, { nullable: true, defaultValue: 1, description: "How many seats, 1 to the event's maximum." })
  @Seats()
  seats?: number | null;

  @Field(() => ID, { nullable: true, description: 'For whom; left out: for oneself. Somebody else: ORGANIZER and up.' })
  @Checked()
  userId?: string | null;

  @Field(() => String, { nullable: true, description: IDEMPOTENCY_KEY })
  @IdempotencyKey()
  idempotencyKey?: string | null;
}

@InputType({ description: "Which registration to give back: one's own, or anybody's for ORGANIZER and up." })
export class CancelRegistrationInput {
  @Field(() => ID, { description: 'Which registration.' })
  @Checked()
  registrationId!: string;

  @Field(() => String, {
    nullable: true,
    description: 'Why, at most 500 characters: its `cancelReason`, which its holder and ORGANIZER and up read.',
  })
  @Optional()
  @LongText(500)
  reason?: string | null;

  @Field(() => String, { nullable: true, description: IDEMPOTENCY_KEY })
  @IdempotencyKey()
  idempotencyKey?: string | null;
}

@ObjectType({ description: 'The seats are taken.' })
export class RegisterForOccurrencePayload {
  readonly __typename!: 'RegisterForOccurrencePayload';

  @Field(() => RegistrationNode, { description: 'The new registration.' })
  registration!: RegistrationNode;
}

@ObjectType({ description: 'The seats are given back, now or by an earlier request.' })
export class CancelRegistrationPayload {
  readonly __typename!: 'CancelRegistrationPayload';

  @Field(() => RegistrationNode, { description: 'The registration as it is now.' })
  registration!: RegistrationNode;
}

export const RegisterForOccurrenceResult = createUnionType({
  name: 'RegisterForOccurrenceResult',
  description: 'What registering came to.',
  types: () =>
    [
      RegisterForOccurrencePayload,
      OccurrenceFullError,
      OverlappingRegistrationError,
      AlreadyRegisteredError,
      RegistrationClosedError,
      TooManySeatsError,
      BusyError,
    ] as const,
});

export const CancelRegistrationResult = createUnionType({
  name: 'CancelRegistrationResult',
  description: 'What cancelling a registration came to.',
  types: () => [CancelRegistrationPayload, RegistrationClosedError, BusyError] as const,
});
