import { Field, ID, InputType, Int } from '@nestjs/graphql';
import type { ConflictPolicy, EventCategory } from '../domain/event';
import { ConflictPolicyEnum, EventCategoryEnum, SeriesScopeEnum } from './enums';
import {
  Capacity,
  Checked,
  IdempotencyKey,
  LongText,
  MaxSeats,
  Name,
  Nested,
  Optional,
  Revision,
  Unchanged,
} from './input-rules';
import { RecurrenceInput } from './recurrence.types';
import { DurationScalar, LocalDateTimeScalar, TimeZoneScalar } from './scalars';

export const IDEMPOTENCY_KEY = 'The same key and input again: the same answer and one effect, for 48 hours.';
/** For calling off an event or a date: those who are registered are told the code alone. */
export const REASON =
  'Why, at most 500 characters: kept in the audit log, which ORG_ADMIN reads. Registrations have EVENT_CANCELLED as their `cancelReason`.';

@InputType({ description: 'A new event.' })
export class CreateEventInput {
  @Field({ description: 'What it is called, 1 to 200 characters.' })
  @Name()
  name!: string;

  @Field(() => String, { nullable: true, description: 'What people should know about it, at most 5,000 characters.' })
  @Optional()
  @LongText(5_000)
  description?: string | null;

  @Field(() => EventCategoryEnum, {
    nullable: true,
    defaultValue: EventCategoryEnum.OTHER,
    description: 'What kind of event it is.',
  })
  @Checked()
  category?: EventCategory | null;

  @Field(() => TimeZoneScalar, { description: 'The zone whose wall clock it follows.' })
  @Checked()
  timezone!: string;

  @Field(() => LocalDateTimeScalar, { description: 'The first start: at most 366 days back and ten years ahead.' })
  @Checked()
  startsAtLocal!: string;

  @Field(() => DurationScalar, { description: 'How long one occurrence lasts, at most 31 days.' })
  @Checked()
  duration!: string;

  @Field(() => RecurrenceInput, { nullable: true, description: 'How it repeats; left out: it happens once.' })
  @Nested(() => RecurrenceInput)
  recurrence?: RecurrenceInput | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Seats per occurrence, 0 to 1,000,000; left out: unlimited, 0: closed.',
  })
  @Optional()
  @Capacity()
  capacity?: number | null;

  @Field(() => Int, {
    nullable: true,
    defaultValue: 1,
    description: 'The most seats that one registration may take, 1 to 100.',
  })
  @Optional()
  @MaxSeats()
  maxSeatsPerRegistration?: number | null;

  @Field(() => ConflictPolicyEnum, {
    nullable: true,
    defaultValue: ConflictPolicyEnum.BLOCK,
    description: "Whether a registration occupies its holder's time.",
  })
  @Checked()
  conflictPolicy?: ConflictPolicy | null;

  @Field(() => Boolean, {
    nullable: true,
    defaultValue: false,
    description: 'Publish it at once; otherwise it is a draft.',
  })
  @Checked()
  publish?: boolean | null;

  @Field(() => String, { nullable: true, description: IDEMPOTENCY_KEY })
  @IdempotencyKey()
  idempotencyKey?: string | null;
}

@InputType({
  description:
    'Left out: unchanged. null clears what may be null: `capacity` (unlimited), `recurrence` (happens once), `description`.',
})
export class UpdateEventInput {
  @Field(() => ID, { description: 'Which event.' })
  @Checked()
  eventId!: string;

  @Field(() => Int, { description: 'The revision that the edit is based on; another one is refused.' })
  @Revision()
  expectedRevision!: number;

  @Field(() => SeriesScopeEnum, {
    nullable: true,
    defaultValue: SeriesScopeEnum.ALL,
    description: 'How much of the series changes.',
  })
  @Checked()
  scope?: keyof typeof SeriesScopeEnum | null;

  @Field(() => ID, { nullable: true, description: 'With THIS_AND_FUTURE: the first occurrence that changes.' })
  @Checked()
  occurrenceId?: string | null;

  @Field(() => String, { nullable: true, description: 'What it is called, 1 to 200 characters.' })
  @Name()
  @Unchanged()
  name?: string;

  @Field(() => String, { nullable: true, description: 'What people should know about it, at most 5,000 characters.' })
  @Optional()
  @LongText(5_000)
  description?: string | null;

  @Field(() => EventCategoryEnum, { nullable: true, description: 'What kind of event it is.' })
  @Unchanged()
  category?: EventCategory;

  @Field(() => TimeZoneScalar, { nullable: true, description: 'The zone whose wall clock it follows.' })
  @Unchanged()
  timezone?: string;

  @Field(() => LocalDateTimeScalar, {
    nullable: true,
    description:
      'The first start: at most 366 days back, unless it is on the day of the present one or later, and ten years ahead.',
  })
  @Unchanged()
  startsAtLocal?: string;

  @Field(() => DurationScalar, { nullable: true, description: 'How long one occurrence lasts, at most 31 days.' })
  @Unchanged()
  duration?: string;

  @Field(() => RecurrenceInput, { nullable: true, description: 'How it repeats; null: it happens once.' })
  @Nested(() => RecurrenceInput)
  recurrence?: RecurrenceInput | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Seats per occurrence, 0 to 1,000,000; null: unlimited, 0: closed.',
  })
  @Optional()
  @Capacity()
  capacity?: number | null;

  @Field(() => Int, { nullable: true, description: 'The most seats that one registration may take, 1 to 100.' })
  @MaxSeats()
  @Unchanged()
  maxSeatsPerRegistration?: number;

  @Field(() => ConflictPolicyEnum, {
    nullable: true,
    description: "Whether a registration occupies its holder's time.",
  })
  @Unchanged()
  conflictPolicy?: ConflictPolicy;

  @Field(() => Boolean, {
    nullable: true,
    defaultValue: false,
    description: 'Also change the occurrences on which such a field was set alone.',
  })
  @Checked()
  resetOverrides?: boolean | null;

  @Field(() => String, { nullable: true, description: IDEMPOTENCY_KEY })
  @IdempotencyKey()
  idempotencyKey?: string | null;
}

@InputType({ description: 'Which event to open to everybody.' })
export class PublishEventInput {
  @Field(() => ID, { description: 'Which event.' })
  @Checked()
  eventId!: string;

  @Field(() => String, { nullable: true, description: IDEMPOTENCY_KEY })
  @IdempotencyKey()
  idempotencyKey?: string | null;
}

@InputType({ description: 'Which event to call off: the occurrences that have not started are cancelled.' })
export class CancelEventInput {
  @Field(() => ID, { description: 'Which event.' })
  @Checked()
  eventId!: string;

  @Field(() => String, { nullable: true, description: REASON })
  @Optional()
  @LongText(500)
  reason?: string | null;

  @Field(() => String, { nullable: true, description: IDEMPOTENCY_KEY })
  @IdempotencyKey()
  idempotencyKey?: string | null;
}

@InputType({ description: 'Which event to delete: only one that nobody ever registered for.' })
export class DeleteEventInput {
  @Field(() => ID, { description: 'Which event.' })
  @Checked()
  eventId!: string;

  @Field(() => String, { nullable: true, description: IDEMPOTENCY_KEY })
  @IdempotencyKey()
  idempotencyKey?: string | null;
}
