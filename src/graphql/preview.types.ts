import { createUnionType, Field, InputType, Int, ObjectType } from '@nestjs/graphql';
import type { DstAdjustment } from '../domain/occurrence';
import { DstAdjustmentEnum } from './enums';
import { Checked, Nested, Optional, PageSize } from './input-rules';
import { RecurrenceInput } from './recurrence.types';
import { InvalidRecurrenceError, StartNotOnRuleError } from './refusal.types';
import { DateTimeScalar, DurationScalar, LocalDateTimeScalar, TimeZoneScalar } from './scalars';

@InputType({ description: 'A schedule to try out.' })
export class PreviewRecurrenceInput {
  @Field(() => TimeZoneScalar, { description: 'The zone whose wall clock it follows.' })
  @Checked()
  timezone!: string;

  @Field(() => LocalDateTimeScalar, { description: 'The first start.' })
  @Checked()
  startsAtLocal!: string;

  @Field(() => DurationScalar, { description: 'How long one occurrence lasts.' })
  @Checked()
  duration!: string;

  @Field(() => RecurrenceInput, { description: 'How it repeats.' })
  @Nested(() => RecurrenceInput)
  recurrence!: RecurrenceInput;

  @Field(() => Int, { nullable: true, defaultValue: 20, description: 'How many dates to show, 1 to 100.' })
  @Optional()
  @PageSize()
  first?: number | null;
}

@ObjectType({ description: 'A date that the schedule would have.' })
export class PreviewOccurrence {
  @Field(() => LocalDateTimeScalar, { description: 'The start that the rule gives it.' })
  recurrenceId!: string;

  @Field(() => DateTimeScalar, { description: 'When it would start.' })
  startsAt!: Date;

  @Field(() => DateTimeScalar, { description: 'When it would end.' })
  endsAt!: Date;

  @Field(() => DstAdjustmentEnum, { nullable: true, description: 'What a clock change does to its start.' })
  dstAdjusted!: DstAdjustment | null;
}

@ObjectType({ description: 'What a schedule would come to. Nothing is stored.' })
export class PreviewRecurrencePayload {
  readonly __typename!: 'PreviewRecurrencePayload';

  @Field(() => [PreviewOccurrence], { description: 'The first dates, from the start on.' })
  occurrences!: readonly PreviewOccurrence[];

  @Field(() => Int, { nullable: true, description: 'How many there are in all; null: it never ends.' })
  total!: number | null;

  @Field({ description: 'The rule in words.' })
  text!: string;

  @Field(() => [String], { description: 'What may surprise, e.g. months that the rule skips.' })
  warnings!: readonly string[];
}

export const PreviewRecurrenceResult = createUnionType({
  name: 'PreviewRecurrenceResult',
  description: 'What previewing a recurrence came to.',
  types: () => [PreviewRecurrencePayload, InvalidRecurrenceError, StartNotOnRuleError] as const,
});
