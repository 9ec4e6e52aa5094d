import { createUnionType, Field, ID, InputType, Int, ObjectType } from '@nestjs/graphql';
import { IDEMPOTENCY_KEY, REASON } from './event.inputs';
import { Capacity, Checked, IdempotencyKey, LongText, Name, Optional, Revision, Unchanged } from './input-rules';
import { OccurrenceNode } from './occurrence.types';
import {
  BusyError,
  CapacityBelowTakenError,
  MoveConflictsError,
  NotEditableError,
  StaleRevisionError,
} from './refusal.types';
import { DurationScalar, LocalDateTimeScalar } from './scalars';

@InputType({
  description:
    '"Only this one". Left out: unchanged. null: `capacity` unlimited, `description` that of the event again. `name` and `description` as the event has them override nothing.',
})
export class UpdateOccurrenceInput {
  @Field(() => ID, { description: 'Which occurrence.' })
  @Checked()
  occurrenceId!: string;

  @Field(() => Int, { description: 'The revision that the edit is based on; another one is refused.' })
  @Revision()
  expectedRevision!: number;

  @Field(() => String, { nullable: true, description: 'What this one is called, 1 to 200 characters.' })
  @Name()
  @Unchanged()
  name?: string;

  @Field(() => String, {
    nullable: true,
    description: 'What people should know about this one, at most 5,000 characters.',
  })
  @Optional()
  @LongText(5_000)
  description?: string | null;

  @Field(() => LocalDateTimeScalar, { nullable: true, description: 'When it starts, on the wall clock of its zone.' })
  @Unchanged()
  startsAtLocal?: string;

  @Field(() => DurationScalar, { nullable: true, description: 'How long it lasts, at most 31 days.' })
  @Unchanged()
  duration?: string;

  @Field(() => Int, { nullable: true, description: 'Its seats, 0 to 1,000,000; null: unlimited, 0: closed.' })
  @Optional()
  @Capacity()
  capacity?: number | null;

  @Field(() => String, { nullable: true, description: IDEMPOTENCY_KEY })
  @IdempotencyKey()
  idempotencyKey?: string | null;
}

@InputType({ description: 'Which occurrence to call off.' })
export class CancelOccurrenceInput {
  @Field(() => ID, { description: 'Which occurrence.' })
  @Checked()
  occurrenceId!: string;

  @Field(() => String, { nullable: true, description: REASON })
  @Optional()
  @LongText(500)
  reason?: string | null;

  @Field(() => String, { nullable: true, description: IDEMPOTENCY_KEY })
  @IdempotencyKey()
  idempotencyKey?: string | null;
}

@ObjectType({ description: 'The occurrence is changed.' })
export class UpdateOccurrencePayload {
  readonly __typename!: 'UpdateOccurrencePayload';

  @Field(() => OccurrenceNode, { description: 'The occurrence as it is now.' })
  occurrence!: OccurrenceNode;
}

@ObjectType({ description: 'The occurrence is called off.' })
export class CancelOccurrencePayload {
  readonly __typename!: 'CancelOccurrencePayload';

  @Field(() => OccurrenceNode, { description: 'The occurrence as it is now.' })
  occurrence!: OccurrenceNode;

  @Field(() => Int, {
    description: 'How many registrations were active and are cancelled; the last may follow in a moment.',
  })
  registrationsCancelled!: number;
}

export const UpdateOccurrenceResult = createUnionType({
  name: 'UpdateOccurrenceResult',
  description: 'What changing an occurrence came to.',
  types: () =>
    [
      UpdateOccurrencePayload,
      StaleRevisionError,
      CapacityBelowTakenError,
      MoveConflictsError,
      NotEditableError,
      BusyError,
    ] as const,
});

export const CancelOccurrenceResult = createUnionType({
  name: 'CancelOccurrenceResult',
  description: 'What cancelling an occurrence came to.',
  types: () => [CancelOccurrencePayload, NotEditableError, BusyError] as const,
});
