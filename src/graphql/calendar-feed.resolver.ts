import { Args, Context, Query, Resolver } from '@nestjs/graphql';
import { allows } from '../domain/permissions';
import type { ViewerScope } from '../domain/scope';
import { CalendarFeedRepository } from '../store/calendar-feed.repository';
import { CreateCalendarFeed } from '../use-cases/calendar/create-calendar-feed';
import { RevokeCalendarFeed } from '../use-cases/calendar/revoke-calendar-feed';
import { Requires } from './auth.guard';
import { feedUrl } from './calendar-feed.controller';
import {
  CalendarFeedConnection,
  CalendarFeedNode,
  CalendarFeedsArgs,
  CreateCalendarFeedInput,
  CreateCalendarFeedPayload,
  CreateCalendarFeedResult,
  RevokeCalendarFeedInput,
  RevokeCalendarFeedPayload,
  toCalendarFeedNode,
} from './calendar-feed.types';
import { cursorPage, positionById, toConnection } from './connection';
import { decodeId } from './global-id';
import { CurrentScope, type GraphqlContext } from './graphql-context';
import { Input } from './input.decorator';
import { Mutation } from './mutation.decorator';

@Resolver(() => CalendarFeedNode)
export class CalendarFeedResolver {
  constructor(
    private readonly create: CreateCalendarFeed,
    private readonly revoke: RevokeCalendarFeed,
    private readonly feeds: CalendarFeedRepository,
  ) {}

  @Query(() => CalendarFeedConnection, {
    description:
      "One's own calendar feeds; an ORG_ADMIN sees all of the organization's calendar, too. In the order of making.",
  })
  @Requires('calendarFeed.own')
  async calendarFeeds(
    @Args() args: CalendarFeedsArgs,
    @CurrentScope() scope: ViewerScope,
  ): Promise<CalendarFeedConnection> {
    const page = cursorPage(scope.tenantId, 'Query.calendarFeeds', args);
    const { userId, role } = scope.actor;
    const seesOrganization = allows(role, 'calendarFeed.readAll');
    const found = await this.feeds.page(scope, { ...page, userId, seesOrganization });
    return toConnection(page, found, { position: positionById, node: toCalendarFeedNode });
  }

  @Mutation(() => CreateCalendarFeedResult, {
    description: 'Makes a secret address that a calendar program can subscribe to. A person has at most five.',
  })
  @Requires('calendarFeed.own')
  async createCalendarFeed(
    @Input() { kind, idempotencyKey = null }: CreateCalendarFeedInput,
    @CurrentScope() scope: ViewerScope,
    @Context() { req }: GraphqlContext,
  ): Promise<CreateCalendarFeedPayload> {
    const { feed, token } = await this.create.execute(scope, { kind, idempotencyKey });
    const url = token === null ? null : feedUrl(req, token);
    return { __typename: 'CreateCalendarFeedPayload', feed: toCalendarFeedNode(feed), url };
  }

  @Mutation(() => RevokeCalendarFeedPayload, {
    description: 'Makes the address of a feed worthless, at once. Repeating it gives the same answer.',
  })
  @Requires('calendarFeed.own')
  async revokeCalendarFeed(
    @Input() { feedId, idempotencyKey = null }: RevokeCalendarFeedInput,
    @CurrentScope() scope: ViewerScope,
  ): Promise<RevokeCalendarFeedPayload> {
    const feed = await this.revoke.execute(scope, { feedId: decodeId('CalendarFeed', feedId), idempotencyKey });
    return { feed: toCalendarFeedNode(feed) };
  }
}
