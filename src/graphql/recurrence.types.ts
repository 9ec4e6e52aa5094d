import { Field, InputType, Int } from '@nestjs/graphql';
import type { RecurrenceInput as EnteredRecurrence } from '../use-cases/events/recurrence-input';
import { MonthEndPolicyEnum, RecurrenceFrequencyEnum, WeekdayEnum } from './enums';
import { Checked, Nested } from './input-rules';
import { LocalDateTimeScalar } from './scalars';

/* Sizes and ranges are the recurrence policy's business (`domain/rrule-policy.ts`): a "no" is `InvalidRecurrenceError`. */

@InputType({ description: 'A day of the week, in a monthly or yearly pattern with its place.' })
export class WeekdayInput {
  @Field(() => WeekdayEnum, { description: 'The day.' })
  @Checked()
  day!: keyof typeof WeekdayEnum;

  @Field(() => Int, { nullable: true, description: '1: the first in the period, -1: the last; left out: each one.' })
  @Checked()
  nth?: number | null;
}

@InputType({ description: 'A recurrence rule as fields.' })
export class RecurrencePatternInput {
  @Field(() => RecurrenceFrequencyEnum, { description: 'The period.' })
  @Checked()
  frequency!: keyof typeof RecurrenceFrequencyEnum;

  @Field(() => Int, { nullable: true, defaultValue: 1, description: 'Every how many periods, 1 to 366.' })
  @Checked()
  interval?: number | null;

  @Field(() => [WeekdayInput], { nullable: true, description: 'On which days of the week.' })
  @Nested(() => WeekdayInput)
  weekdays?: WeekdayInput[] | null;

  @Field(() => [Int], { nullable: true, description: 'On which days of the month; -1 is the last.' })
  @Checked()
  monthDays?: number[] | null;

  @Field(() => MonthEndPolicyEnum, {
    nullable: true,
    defaultValue: MonthEndPolicyEnum.SKIP,
    description: 'What happens in months that are too short.',
  })
  @Checked()
  monthEnd?: keyof typeof MonthEndPolicyEnum | null;

  @Field(() => Int, { nullable: true, description: 'How many dates in all, 1 to 730; not together with `untilLocal`.' })
  @Checked()
  count?: number | null;

  @Field(() => LocalDateTimeScalar, { nullable: true, description: 'The last start that is possible, included.' })
  @Checked()
  untilLocal?: string | null;
}

@InputType({ isOneOf: true, description: 'A recurrence rule; exactly one of the two.' })
export class RecurrenceRuleInput {
  @Field(() => String, { nullable: true, description: 'RFC 5545 text, e.g. `FREQ=WEEKLY;BYDAY=MO`.' })
  @Checked()
  rrule?: string;

  @Field(() => RecurrencePatternInput, { nullable: true, description: 'The rule as fields.' })
  @Nested(() => RecurrencePatternInput)
  pattern?: RecurrencePatternInput;
}

@InputType({ description: 'How an event repeats, on the wall clock of its zone.' })
export class RecurrenceInput {
  @Field(() => RecurrenceRuleInput, { description: 'The rule.' })
  @Nested(() => RecurrenceRuleInput)
  rule!: RecurrenceRuleInput;

  @Field(() => [LocalDateTimeScalar], {
    nullable: true,
    description: 'Dates of the rule that do not take place, at most 500.',
  })
  @Checked()
  exdates?: string[] | null;

  @Field(() => [LocalDateTimeScalar], { nullable: true, description: 'Further dates besides the rule, at most 500.' })
  @Checked()
  rdates?: string[] | null;
}

/** `@oneOf`: GraphQL has seen to it that one of the two is there. */
export const toRecurrence = ({ rule, exdates, rdates }: RecurrenceInput): EnteredRecurrence => ({
  rule: rule.pattern ?? rule.rrule ?? '',
  exdates: exdates ?? [],
  rdates: rdates ?? [],
});
