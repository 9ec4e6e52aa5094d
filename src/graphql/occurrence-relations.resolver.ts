import { Args, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { ForbiddenError } from '../domain/errors';
import type { Event } from '../domain/event';
import { allows } from '../domain/permissions';
import type { ViewerScope } from '../domain/scope';
import { RegistrationRepository } from '../store/registration.repository';
import { cursorPage, positionById, toConnection } from './connection';
import { EventNode, toEventNode } from './event.types';
import { noSuch } from './global-id';
import { CurrentScope } from './graphql-context';
import { Loaders } from './loaders';
import { OccurrenceNode } from './occurrence.types';
import { AttendeesArgs, RegistrationConnection, RegistrationNode, toRegistrationNode } from './registration.types';

/** What an occurrence has from elsewhere: from its event, and from the people who register. */
@Resolver(() => OccurrenceNode)
export class OccurrenceRelationsResolver {
  constructor(
    private readonly registrationRepository: RegistrationRepository,
    private readonly loaders: Loaders,
  ) {}

  @ResolveField(() => EventNode, { description: 'What it is a date of.' })
  async event(@Parent() node: OccurrenceNode, @CurrentScope() scope: ViewerScope): Promise<EventNode> {
    return toEventNode(await this.eventOf(node, scope));
  }

  @ResolveField(() => String, { description: 'What it is called: its own name, or that of its event.' })
  async name(@Parent() node: OccurrenceNode, @CurrentScope() scope: ViewerScope): Promise<string> {
    return node.record.name ?? (await this.eventOf(node, scope)).name;
  }

  @ResolveField(() => String, {
    nullable: true,
    description: 'What people should know about it: its own description, or that of its event.',
  })
  async description(@Parent() node: OccurrenceNode, @CurrentScope() scope: ViewerScope): Promise<string | null> {
    return node.record.description ?? (await this.eventOf(node, scope)).description;
  }

  @ResolveField(() => RegistrationNode, {
    nullable: true,
    description: "The viewer's own active registration for it; null when there is none.",
  })
  async myRegistration(
    @Parent() { record }: OccurrenceNode,
    @CurrentScope() scope: ViewerScope,
  ): Promise<RegistrationNode | null> {
    const registration = await this.loaders.of(scope).myRegistrations.load(record.id);
    return registration && toRegistrationNode(registration);
  }

  @ResolveField(() => RegistrationConnection, {
    nullable: true,
    description: 'Who registered, in the order of asking. ORGANIZER and up; null with FORBIDDEN for others.',
  })
  async registrations(
    @Parent() { id, record }: OccurrenceNode,
    @Args() args: AttendeesArgs,
    @CurrentScope() scope: ViewerScope,
  ): Promise<RegistrationConnection> {
    if (!allows(scope.actor.role, 'registration.readAll')) throw new ForbiddenError();
    const page = cursorPage(scope.tenantId, `Occurrence.registrations ${id}`, args);
    const found = await this.registrationRepository.pageOfOccurrence(scope, record.id, page);
    return toConnection(page, found, { position: positionById, node: toRegistrationNode });
  }

  private async eventOf({ record }: OccurrenceNode, scope: ViewerScope): Promise<Event> {
    const event = await this.loaders.of(scope).eventsOfDates.load(record.eventId);
    if (event === null) throw noSuch('Event');
    return event;
  }
}
