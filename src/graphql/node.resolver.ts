import { Args, ArgsType, Field, ID, Query, Resolver } from '@nestjs/graphql';
import type { ViewerScope } from '../domain/scope';
import { Clock } from '../platform/clock';
import { Requires } from './auth.guard';
import { toCalendarFeedNode } from './calendar-feed.types';
import { toEventNode } from './event.types';
import { type DecodedId, parseId } from './global-id';
import { CurrentScope } from './graphql-context';
import { toInvitationNode } from './invitation.types';
import { Id } from './input.decorator';
import { AtMost } from './input-rules';
import { Loaders } from './loaders';
import { NodeInterface } from './node.types';
import { toOccurrenceNode } from './occurrence.types';
import { toOrganizationNode } from './organization.types';
import { toRegistrationNode } from './registration.types';
import { toUserNode } from './user.types';
import { toAccountNode } from './viewer.types';

@ArgsType()
class NodesArgs {
  @Field(() => [ID], { description: 'At most 100.' })
  @AtMost(100)
  ids!: string[];
}

@Resolver(() => NodeInterface)
export class NodeResolver {
  constructor(
    private readonly loaders: Loaders,
    private readonly clock: Clock,
  ) {}

  @Query(() => NodeInterface, {
    nullable: true,
    description: 'Anything by its id; null when there is none for this viewer.',
  })
  @Requires('organization.read')
  async node(@Id('Which one.') id: string, @CurrentScope() scope: ViewerScope): Promise<NodeInterface | null> {
    const decoded = parseId(id);
    return decoded && this.find(scope, decoded);
  }

  @Query(() => [NodeInterface], {
    nullable: 'items',
    description: 'Many things by their ids, in the order asked; null where there is none for this viewer.',
  })
  @Requires('organization.read')
  async nodes(@Args() { ids }: NodesArgs, @CurrentScope() scope: ViewerScope): Promise<(NodeInterface | null)[]> {
    return Promise.all(ids.map((id) => this.node(id, scope)));
  }

  private async find(scope: ViewerScope, { type, id }: DecodedId): Promise<NodeInterface | null> {
    const loaders = this.loaders.of(scope);
    switch (type) {
      case 'Event': {
        const event = await loaders.events.load(id);
        return event && toEventNode(event);
      }
      case 'Occurrence': {
        const occurrence = await loaders.occurrences.load(id);
        return occurrence && toOccurrenceNode(occurrence, this.clock.now());
      }
      case 'Registration': {
        const registration = await loaders.registrations.load(id);
        return registration && toRegistrationNode(registration);
      }
      case 'User': {
        const user = await loaders.users.load(id);
        return user && toUserNode(user);
      }
      case 'Invitation': {
        const invitation = await loaders.invitations.load(id);
        return invitation && toInvitationNode(invitation, this.clock.now());
      }
      case 'CalendarFeed': {
        const feed = await loaders.calendarFeeds.load(id);
        return feed && toCalendarFeedNode(feed);
      }
      case 'Organization': {
        const organization = id === scope.tenantId ? await loaders.organizations.load(id) : null;
        return organization && toOrganizationNode(organization);
      }
      case 'Account': {
        const account = await loaders.accounts.load(id);
        return account && toAccountNode(account);
      }
    }
  }
}
