import { ArgsType, Field, ID, InputType, Int, ObjectType } from '@nestjs/graphql';
import { Type } from 'class-transformer';
import { IsDate, IsInt, Max, Min, ValidateNested } from 'class-validator';

@ObjectType()
export class PageInfo {
  @Field() hasNextPage!: boolean;
  @Field(() => String, { nullable: true }) endCursor!: string | null;
}

@ObjectType()
export class Occurrence {
  @Field(() => ID) id!: string;
  @Field() startsAt!: Date;
  @Field() endsAt!: Date;
  @Field() startsAtLocal!: string;
  @Field() timezone!: string;
  @Field() status!: string;
  @Field(() => Int, { nullable: true }) capacity!: number | null;
  @Field(() => Int, { nullable: true }) seatsLeft!: number | null;
}

@ObjectType()
export class OccurrenceEdge {
  @Field(() => Occurrence) node!: Occurrence;
}

@ObjectType()
export class OccurrenceConnection {
  @Field(() => [OccurrenceEdge]) edges!: OccurrenceEdge[];
  @Field(() => PageInfo) pageInfo!: PageInfo;
}

@ObjectType()
export class Registration {
  @Field(() => ID) id!: string;
  @Field() status!: string;
  @Field(() => Int) seats!: number;
  @Field() createdAt!: Date;
  @Field(() => Int) revision!: number;
}

@ObjectType()
export class RegistrationEdge {
  @Field(() => Registration) node!: Registration;
}

@ObjectType()
export class RegistrationConnection {
  @Field(() => [RegistrationEdge]) edges!: RegistrationEdge[];
  @Field(() => PageInfo) pageInfo!: PageInfo;
}

@InputType()
export class InstantRangeInput {
  @Field() @IsDate() from!: Date;
  @Field() @IsDate() to!: Date;
}

@InputType()
export class DateRangeInput {
  @Field(() => InstantRangeInput)
  @ValidateNested()
  @Type(() => InstantRangeInput)
  between!: InstantRangeInput;
}

@ArgsType()
export class PageArgs {
  @Field(() => Int, { defaultValue: 20 })
  @IsInt()
  @Min(1)
  @Max(100)
  first!: number;
}

@ArgsType()
export class OccurrencesArgs extends PageArgs {
  @Field(() => DateRangeInput)
  @ValidateNested()
  @Type(() => DateRangeInput)
  range!: DateRangeInput;
}
