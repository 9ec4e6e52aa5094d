import { ArgsType, Field, ID, InputType, Int, ObjectType } from '@nestjs/graphql';
import type { EventCategory } from '../domain/event';
import { type DstAdjustment, type OccurrenceStatus, type OccurrenceSummary, statusAt } from '../domain/occurrence';
import { connectionOf } from './connection';
import { DstAdjustmentEnum, EventCategoryEnum, OccurrenceStatusEnum } from './enums';
import { encodeId } from './global-id';
import { Checked, Nested } from './input-rules';
import { NodeInterface } from './node.types';
import { pageArgs } from './page.args';
import { DateRangeInput } from './range.types';
import { DateTimeScalar, LocalDateTimeScalar, TimeZoneScalar } from './scalars';

@ObjectType('Occurrence', {
  implements: () => NodeInterface,
  description: 'One date of an event; people register for it. Its id stays the same when it is moved.',
})
export class OccurrenceNode extends NodeInterface {
  declare readonly __typename: 'Occurrence';
  /** What the node was made from; not on the wire. */
  readonly record!: OccurrenceSummary;

  @Field(() => LocalDateTimeScalar, { description: 'The start that the rule gives it, whether or not it was moved.' })
  recurrenceId!: string;

  @Field(() => DateTimeScalar, { description: 'When it starts.' })
  startsAt!: Date;

  @Field(() => DateTimeScalar, { description: 'When it ends: the first instant that is free again.' })
  endsAt!: Date;

  @Field(() => LocalDateTimeScalar, { description: 'When it starts, on the wall clock of the zone.' })
  startsAtLocal!: string;

  @Field(() => TimeZoneScalar, { description: 'The zone whose wall clock it follows.' })
  timezone!: string;

  @Field(() => OccurrenceStatusEnum, { description: 'Where it is in its life, at the moment of reading.' })
  status!: OccurrenceStatus;

  @Field(() => DstAdjustmentEnum, {
    nullable: true,
    description: 'What a clock change did to its start; null: nothing.',
  })
  dstAdjusted!: DstAdjustment | null;

  @Field(() => Int, { nullable: true, description: 'Seats; null: unlimited, 0: closed.' })
  capacity!: number | null;

  @Field(() => Int, { description: 'Seats that are taken or held.' })
  seatsTaken!: number;

  @Field(() => Int, { nullable: true, description: 'Seats that are free; null: unlimited.' })
  seatsLeft!: number | null;

  @Field(() => Int, { description: 'Registrations that wait for a seat.' })
  waitingCount!: number;

  @Field(() => Int, {
    description: 'Grows with every edit; sent back as `expectedRevision`. Bookings do not change it.',
  })
  revision!: number;
}

@ObjectType('OccurrenceConnection', { description: 'A page of occurrences.' })
export class OccurrenceConnection extends connectionOf('Occurrence', 'occurrences', () => OccurrenceNode) {
  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'The earliest horizon that the asked range passes: dates after it may not exist yet. null: complete.',
  })
  horizonAt!: Date | null;
}

@InputType({ description: 'Which occurrences; what is left out does not matter.' })
export class OccurrenceFilter {
  @Field(() => ID, { nullable: true, description: 'Only those of this event.' })
  @Checked()
  eventId?: string | null;

  @Field(() => OccurrenceStatusEnum, { nullable: true, description: 'Only those with this status now.' })
  @Checked()
  status?: OccurrenceStatus | null;

  @Field(() => EventCategoryEnum, { nullable: true, description: 'Only those of events of this kind.' })
  @Checked()
  category?: EventCategory | null;

  @Field(() => Boolean, { nullable: true, description: 'Only those with at least one seat left.' })
  @Checked()
  onlyWithSeats?: boolean | null;
}

@ArgsType()
export class OccurrencesArgs extends pageArgs(50) {
  @Field(() => DateRangeInput, { description: 'When: everything that overlaps this range.' })
  @Nested(() => DateRangeInput)
  range!: DateRangeInput;

  @Field(() => OccurrenceFilter, { nullable: true, description: 'Which occurrences.' })
  @Nested(() => OccurrenceFilter)
  filter?: OccurrenceFilter | null;
}

@ArgsType()
export class EventOccurrencesArgs extends pageArgs(50) {
  @Field(() => DateRangeInput, {
    nullable: true,
    description: 'When: everything that overlaps this range; left out: all.',
  })
  @Nested(() => DateRangeInput)
  range?: DateRangeInput | null;
}

/** @param now the moment of reading, which `status` depends on */
export const toOccurrenceNode = (occurrence: OccurrenceSummary, now: Date): OccurrenceNode => ({
  __typename: 'Occurrence',
  record: occurrence,
  id: encodeId('Occurrence', occurrence.id),
  recurrenceId: occurrence.recurrenceId,
  startsAt: occurrence.startsAt,
  endsAt: occurrence.endsAt,
  startsAtLocal: occurrence.startsAtLocal,
  timezone: occurrence.timezone,
  status: statusAt(occurrence, now),
  dstAdjusted: occurrence.dstAdjusted,
  capacity: occurrence.capacity,
  seatsTaken: occurrence.confirmedSeats + occurrence.heldSeats,
  seatsLeft: occurrence.capacity === null ? null : Math.max(0, occurrence.seatsLeft),
  waitingCount: occurrence.waitCount,
  revision: occurrence.revision,
});
