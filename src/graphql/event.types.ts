import { ArgsType, Field, InputType, Int, ObjectType } from '@nestjs/graphql';
import type { ConflictPolicy, Event, EventCategory, EventStatus } from '../domain/event';
import { connectionOf } from './connection';
import { ConflictPolicyEnum, EventCategoryEnum, EventStatusEnum } from './enums';
import { encodeId } from './global-id';
import { Checked, Name, Nested, Optional } from './input-rules';
import { NodeInterface } from './node.types';
import { pageArgs } from './page.args';
import { DateTimeScalar, DurationScalar, LocalDateTimeScalar, TimeZoneScalar } from './scalars';

/** Its `text` is worked out where it is asked for: `event.resolver.ts`. */
@ObjectType('Recurrence', { description: 'How an event repeats, on the wall clock of its zone.' })
export class RecurrenceNode {
  /** The event's zone, which the words name; on the wire it stands in the event. */
  readonly timezone!: string;

  @Field({ description: 'The rule as RFC 5545 text, without the `RRULE:` prefix.' })
  rrule!: string;

  @Field(() => [LocalDateTimeScalar], { description: 'Dates of the rule that do not take place.' })
  exdates!: readonly string[];

  @Field(() => [LocalDateTimeScalar], { description: 'Further dates, besides the rule.' })
  rdates!: readonly string[];

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'Occurrences exist up to this instant, and more are added day by day; null: all of them exist.',
  })
  horizonAt!: Date | null;
}

@ObjectType('Event', {
  implements: () => NodeInterface,
  description:
    'The definition of something that takes place, once or again and again. People register for its occurrences.',
})
export class EventNode extends NodeInterface {
  declare readonly __typename: 'Event';
  /** What the node was made from; not on the wire. */
  readonly record!: Event;

  @Field({ description: 'What it is called.' })
  name!: string;

  @Field(() => String, { nullable: true, description: 'What people should know about it.' })
  description!: string | null;

  @Field(() => EventCategoryEnum, { description: 'What kind of event it is.' })
  category!: EventCategory;

  @Field(() => EventStatusEnum, { description: 'Where it is in its life.' })
  status!: EventStatus;

  @Field(() => TimeZoneScalar, { description: 'The zone whose wall clock it follows.' })
  timezone!: string;

  @Field(() => LocalDateTimeScalar, { description: 'The first start, on the wall clock of the zone.' })
  startsAtLocal!: string;

  @Field(() => DurationScalar, { description: 'How long one occurrence lasts.' })
  duration!: string;

  @Field(() => RecurrenceNode, { nullable: true, description: 'How it repeats; null: it happens once.' })
  recurrence!: RecurrenceNode | null;

  @Field(() => Int, { nullable: true, description: 'Seats per occurrence; null: unlimited, 0: closed.' })
  capacity!: number | null;

  @Field(() => Int, { description: 'The most seats that one registration may take.' })
  maxSeatsPerRegistration!: number;

  @Field(() => ConflictPolicyEnum, { description: "Whether a registration occupies its holder's time." })
  conflictPolicy!: ConflictPolicy;

  @Field(() => Int, {
    description: 'Grows with every edit; sent back as `expectedRevision`. Bookings do not change it.',
  })
  revision!: number;

  @Field(() => DateTimeScalar, { description: 'When it was created.' })
  createdAt!: Date;

  @Field(() => DateTimeScalar, { description: 'When it was edited last.' })
  updatedAt!: Date;
}

@ObjectType('EventConnection', { description: 'A page of events.' })
export class EventConnection extends connectionOf('Event', 'events', () => EventNode) {}

@InputType({ description: 'Which events; what is left out does not matter.' })
export class EventFilter {
  @Field(() => EventStatusEnum, { nullable: true, description: 'Only those with this status.' })
  @Checked()
  status?: EventStatus | null;

  @Field(() => EventCategoryEnum, { nullable: true, description: 'Only those of this kind.' })
  @Checked()
  category?: EventCategory | null;

  @Field(() => String, { nullable: true, description: 'Only those whose name contains this text, in either case.' })
  @Optional()
  @Name()
  nameContains?: string | null;
}

@ArgsType()
export class EventsArgs extends pageArgs(20) {
  @Field(() => EventFilter, { nullable: true, description: 'Which events.' })
  @Nested(() => EventFilter)
  filter?: EventFilter | null;
}

export const toEventNode = (event: Event): EventNode => ({
  __typename: 'Event',
  record: event,
  id: encodeId('Event', event.id),
  name: event.name,
  description: event.description,
  category: event.category,
  status: event.status,
  timezone: event.timezone,
  startsAtLocal: event.startsAtLocal,
  duration: event.duration,
  recurrence: event.recurrence && { ...event.recurrence, timezone: event.timezone, horizonAt: event.horizonAt },
  capacity: event.capacity,
  maxSeatsPerRegistration: event.maxSeatsPerRegistration,
  conflictPolicy: event.conflictPolicy,
  revision: event.revision,
  createdAt: event.createdAt,
  updatedAt: event.updatedAt,
});
