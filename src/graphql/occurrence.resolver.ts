import { Args, Info, Query, Resolver } from '@nestjs/graphql';
import type { GraphQLResolveInfo } from 'graphql';
import { allows } from '../domain/permissions';
import type { ViewerScope } from '../domain/scope';
import { Clock } from '../platform/clock';
import { EventRepository } from '../store/event.repository';
import { OccurrenceRepository } from '../store/occurrence.repository';
import { Requires } from './auth.guard';
import { cursorPage, positionByStart, toConnection } from './connection';
import { decodeId, noSuch } from './global-id';
import { CurrentScope } from './graphql-context';
import { Id } from './input.decorator';
import { Loaders } from './loaders';
import { columnsOf } from './occurrence-columns';
import { OccurrenceConnection, OccurrenceNode, OccurrencesArgs, toOccurrenceNode } from './occurrence.types';
import { instantRange } from './range';
import { isSelected } from './selected';

@Resolver(() => OccurrenceNode)
export class OccurrenceResolver {
  constructor(
    private readonly occurrenceRepository: OccurrenceRepository,
    private readonly eventRepository: EventRepository,
    private readonly loaders: Loaders,
    private readonly clock: Clock,
  ) {}

  @Query(() => OccurrenceNode, {
    nullable: true,
    description: 'One date; NOT_FOUND when there is none for this viewer.',
  })
  @Requires('event.read')
  async occurrence(@Id('Which occurrence.') id: string, @CurrentScope() scope: ViewerScope): Promise<OccurrenceNode> {
    const occurrence = await this.loaders.of(scope).occurrences.load(decodeId('Occurrence', id));
    if (occurrence === null) throw noSuch('Occurrence');
    return toOccurrenceNode(occurrence, this.clock.now());
  }

  @Query(() => OccurrenceConnection, {
    description: 'The dates that overlap a range, by start. One that is moved between two pages may appear on both.',
  })
  @Requires('event.read')
  async occurrences(
    @Args() args: OccurrencesArgs,
    @CurrentScope() scope: ViewerScope,
    @Info() info: GraphQLResolveInfo,
  ): Promise<OccurrenceConnection> {
    const page = cursorPage(scope.tenantId, 'Query.occurrences', args);
    const now = this.clock.now();
    const range = instantRange(args.range, now, 'range');
    const { status, category, onlyWithSeats } = args.filter ?? {};
    const eventId = typeof args.filter?.eventId === 'string' ? decodeId('Event', args.filter.eventId) : null;
    if (eventId !== null && (await this.loaders.of(scope).events.load(eventId)) === null) throw noSuch('Event');
    const which = { eventId, category, seesDrafts: allows(scope.actor.role, 'event.readDrafts') };
    const query = { ...which, range, status, onlyWithSeats, now, columns: columnsOf(info), ...page };
    // Another read, and few ask for it. Before the page: dates that are added in between are on it, and not yet promised.
    const horizonAt = isSelected(info, 'horizonAt')
      ? await this.eventRepository.earliestHorizon(scope, { ...which, before: range.to })
      : null;
    const found = await this.occurrenceRepository.pageInRange(scope, query);
    const connection = toConnection(page, found, {
      position: positionByStart,
      node: (one) => toOccurrenceNode(one, now),
    });
    return { ...connection, horizonAt };
  }
}
