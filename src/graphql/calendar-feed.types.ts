import { ArgsType, createUnionType, Field, ID, InputType, ObjectType } from '@nestjs/graphql';
import type { CalendarFeed, CalendarFeedKind, CalendarFeedStatus } from '../domain/calendar-feed';
import { connectionOf } from './connection';
import { CalendarFeedKindEnum, CalendarFeedStatusEnum } from './enums';
import { IDEMPOTENCY_KEY } from './event.inputs';
import { encodeId } from './global-id';
import { Checked, IdempotencyKey } from './input-rules';
import { NodeInterface } from './node.types';
import { pageArgs } from './page.args';
import { BusyError, TooManyCalendarFeedsError } from './refusal.types';
import { DateTimeScalar } from './scalars';

@ObjectType('CalendarFeed', {
  implements: () => NodeInterface,
  description:
    'A secret address for calendar programs: an iCalendar that follows every change. Dates of the last 90 days and all ahead, at most 2,000; nobody else’s name is in it.',
})
export class CalendarFeedNode extends NodeInterface {
  declare readonly __typename: 'CalendarFeed';

  @Field(() => CalendarFeedKindEnum, { description: 'What is in it.' })
  kind!: CalendarFeedKind;

  @Field(() => CalendarFeedStatusEnum, { description: 'Whether it can be read.' })
  status!: CalendarFeedStatus;

  @Field(() => DateTimeScalar, { description: 'When it was made.' })
  createdAt!: Date;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'When a program read it last, to the hour; null: never. An old one that nobody reads can go.',
  })
  lastUsedAt!: Date | null;
}

@ObjectType('CalendarFeedConnection', { description: 'A page of calendar feeds.' })
export class CalendarFeedConnection extends connectionOf('CalendarFeed', 'calendar feeds', () => CalendarFeedNode) {}

@ArgsType()
export class CalendarFeedsArgs extends pageArgs(20) {}

@InputType({ description: 'What the feed is to show.' })
export class CreateCalendarFeedInput {
  @Field(() => CalendarFeedKindEnum, { description: 'ORGANIZATION is for ORGANIZER and ORG_ADMIN.' })
  @Checked()
  kind!: CalendarFeedKind;

  @Field(() => String, { nullable: true, description: IDEMPOTENCY_KEY })
  @IdempotencyKey()
  idempotencyKey?: string | null;
}

@ObjectType({ description: 'The feed can be read.' })
export class CreateCalendarFeedPayload {
  readonly __typename!: 'CreateCalendarFeedPayload';

  @Field(() => CalendarFeedNode, { description: 'The feed.' })
  feed!: CalendarFeedNode;

  @Field(() => String, {
    nullable: true,
    description:
      'What to subscribe to, shown this once: whoever has it can read the feed. null when the request was answered before.',
  })
  url!: string | null;
}

export const CreateCalendarFeedResult = createUnionType({
  name: 'CreateCalendarFeedResult',
  description: 'What making a feed came to.',
  types: () => [CreateCalendarFeedPayload, TooManyCalendarFeedsError, BusyError] as const,
});

@InputType({ description: 'Which feed to make worthless.' })
export class RevokeCalendarFeedInput {
  @Field(() => ID, { description: 'Which feed.' })
  @Checked()
  feedId!: string;

  @Field(() => String, { nullable: true, description: IDEMPOTENCY_KEY })
  @IdempotencyKey()
  idempotencyKey?: string | null;
}

@ObjectType({ description: 'Nobody can read the feed any more, from now on.' })
export class RevokeCalendarFeedPayload {
  @Field(() => CalendarFeedNode, { description: 'The feed as it is now.' })
  feed!: CalendarFeedNode;
}

export const toCalendarFeedNode = ({ id, kind, status, createdAt, lastUsedAt }: CalendarFeed): CalendarFeedNode => ({
  __typename: 'CalendarFeed',
  id: encodeId('CalendarFeed', id),
  kind,
  status,
  createdAt,
  lastUsedAt,
});
