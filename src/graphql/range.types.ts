import { Field, InputType, Int } from '@nestjs/graphql';
import { Checked, Nested, WholeNumber } from './input-rules';
import { DateTimeScalar, TimeZoneScalar } from './scalars';

@InputType({ description: 'From one instant up to, and not including, another; at most 366 days.' })
export class InstantRangeInput {
  @Field(() => DateTimeScalar, { description: 'The first instant of the range.' })
  @Checked()
  from!: Date;

  @Field(() => DateTimeScalar, { description: 'The first instant after the range.' })
  @Checked()
  to!: Date;
}

@InputType({ description: 'Whole days from the start of today in a zone; days of 23 and 25 hours are counted right.' })
export class NextDaysInput {
  @Field(() => Int, { description: 'How many days, today included: 1 to 366.' })
  @WholeNumber(1, 366)
  days!: number;

  @Field(() => TimeZoneScalar, { description: 'The zone whose days are meant.' })
  @Checked()
  timezone!: string;
}

@InputType({ isOneOf: true, description: 'A range of time; exactly one of the two.' })
export class DateRangeInput {
  @Field(() => InstantRangeInput, { nullable: true, description: 'Between two instants.' })
  @Nested(() => InstantRangeInput)
  between?: InstantRangeInput;

  @Field(() => NextDaysInput, { nullable: true, description: 'The next days in a zone.' })
  @Nested(() => NextDaysInput)
  next?: NextDaysInput;
}
