import { ArgsType, Field, ID, InputType, Int, ObjectType } from '@nestjs/graphql';
import { formatDuration } from '../domain/duration';
import type { EventCategory } from '../domain/event';
import { lengthOf } from '../domain/kept-member';
import { type DstAdjustment, type OccurrenceStatus, type OccurrenceSummary, statusAt } from '../domain/occurrence';
import { connectionOf } from './connection';
import { DstAdjustmentEnum, EventCategoryEnum, OccurrenceStatusEnum } from './enums';
import { encodeId } from './global-id';
import { Checked, Nested } from './input-rules';
import { NodeInterface } from './node.types';
import { pageArgs } from './page.args';
import { DateRangeInput } from './range.types';
import { DateTimeScalar, DurationScalar, LocalDateTimeScalar, TimeZoneScalar } from './scalars';

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

  @Field(() => DurationScalar, {
    description:
      'How long it lasts, as `updateOccurrence` takes it: from a day up on the calendar, so that a day on which clocks change is `P1D` as well.',
  })
  duration!: string;

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

/** Computes what somebody reads: few documents ask for all that a hundred dates have. */
class OccurrenceView implements OccurrenceNode {
  readonly __typename = 'Occurrence';

  constructor(
    readonly record: OccurrenceSummary,
    private readonly now: Date,
  ) {}

  get id(): string {
    return encodeId('Occurrence', this.record.id);
  }
  get recurrenceId(): string {
    return this.record.recurrenceId;
  }
  get startsAt(): Date {
    return this.record.startsAt;
  }
  get endsAt(): Date {
    return this.record.endsAt;
  }
  get duration(): string {
    return formatDuration(lengthOf(this.record));
  }
  get startsAtLocal(): string {
    return this.record.startsAtLocal;
  }
  get timezone(): string {
    return this.record.timezone;
  }
  get status(): OccurrenceStatus {
    return statusAt(this.record, this.now);
  }
  get dstAdjusted(): DstAdjustment | null {
    return this.record.dstAdjusted;
  }
  get capacity(): number | null {
    return this.record.capacity;
  }
  get seatsTaken(): number {
    return this.record.confirmedSeats + this.record.heldSeats;
  }
  get seatsLeft(): number | null {
    return this.record.capacity === null ? null : Math.max(0, this.record.seatsLeft);
  }
  get waitingCount(): number {
    return this.record.waitCount;
  }
  get revision(): number {
    return this.record.revision;
  }
}

/** @param now the moment of reading, which `status` depends on */
export const toOccurrenceNode = (occurrence: OccurrenceSummary, now: Date): OccurrenceNode =>
  new OccurrenceView(occurrence, now);
