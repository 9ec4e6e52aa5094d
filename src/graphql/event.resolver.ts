import { Args, Info, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import type { GraphQLResolveInfo } from 'graphql';
import { allows } from '../domain/permissions';
import { parseRule } from '../domain/rule-policy';
import { ruleText } from '../domain/rule-text';
import type { ViewerScope } from '../domain/scope';
import { Clock } from '../platform/clock';
import { EventRepository } from '../store/event.repository';
import { OccurrenceRepository } from '../store/occurrence.repository';
import { Requires } from './auth.guard';
import { cursorPage, positionById, positionByStart, toConnection } from './connection';
import { EventConnection, EventNode, EventsArgs, RecurrenceNode, toEventNode } from './event.types';
import { decodeId, noSuch } from './global-id';
import { CurrentScope } from './graphql-context';
import { Id } from './input.decorator';
import { Loaders } from './loaders';
import { columnsOf } from './occurrence-columns';
import { EventOccurrencesArgs, OccurrenceConnection, toOccurrenceNode } from './occurrence.types';
import { instantRange } from './range';

@Resolver(() => EventNode)
export class EventResolver {
  constructor(
    private readonly eventRepository: EventRepository,
    private readonly occurrenceRepository: OccurrenceRepository,
    private readonly loaders: Loaders,
    private readonly clock: Clock,
  ) {}

  @Query(() => EventNode, { nullable: true, description: 'One event; NOT_FOUND when there is none for this viewer.' })
  @Requires('event.read')
  async event(@Id('Which event.') id: string, @CurrentScope() scope: ViewerScope): Promise<EventNode> {
    const event = await this.loaders.of(scope).events.load(decodeId('Event', id));
    if (event === null) throw noSuch('Event');
    return toEventNode(event);
  }

  @Query(() => EventConnection, {
    description: 'The events, in the order of their creation. Drafts: ORGANIZER and up.',
  })
  @Requires('event.read')
  async events(@Args() args: EventsArgs, @CurrentScope() scope: ViewerScope): Promise<EventConnection> {
    const page = cursorPage(scope.tenantId, 'Query.events', args);
    const seesDrafts = allows(scope.actor.role, 'event.readDrafts');
    const found = await this.eventRepository.page(scope, { ...args.filter, seesDrafts, ...page });
    return toConnection(page, found, { position: positionById, node: toEventNode });
  }

  @ResolveField(() => OccurrenceConnection, { description: 'Its dates, by start.' })
  async occurrences(
    @Parent() { id, record }: EventNode,
    @Args() args: EventOccurrencesArgs,
    @CurrentScope() scope: ViewerScope,
    @Info() info: GraphQLResolveInfo,
  ): Promise<OccurrenceConnection> {
    const page = cursorPage(scope.tenantId, `Event.occurrences ${id}`, args);
    const now = this.clock.now();
    const range = args.range ? instantRange(args.range, now, 'range') : null;
    const seesDrafts = allows(scope.actor.role, 'event.readDrafts');
    const query = { range, eventId: record.id, seesDrafts, now, columns: columnsOf(info), ...page };
    const found = await this.occurrenceRepository.pageInRange(scope, query);
    const passed = record.horizonAt !== null && (range === null || record.horizonAt < range.to);
    return {
      ...toConnection(page, found, { position: positionByStart, node: (one) => toOccurrenceNode(one, now) }),
      // A cancelled event gets no more dates.
      horizonAt: passed && record.status !== 'CANCELLED' ? record.horizonAt : null,
    };
  }
}

@Resolver(() => RecurrenceNode)
export class RecurrenceResolver {
  @ResolveField(() => String, { description: 'The rule in words.' })
  text(@Parent() { rrule, timezone }: RecurrenceNode): string {
    return ruleText(parseRule(rrule), timezone);
  }
}
