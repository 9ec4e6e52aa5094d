import { Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { UnauthenticatedError } from '../domain/errors';
import type { ViewerScope } from '../domain/scope';
import { Requires } from './auth.guard';
import { CurrentScope } from './graphql-context';
import { Loaders } from './loaders';
import { OrganizationNode, toOrganizationNode } from './organization.types';
import { toViewerNode, ViewerNode } from './viewer.types';

@Resolver(() => ViewerNode)
export class ViewerResolver {
  constructor(private readonly loaders: Loaders) {}

  @Query(() => ViewerNode, { description: 'Who asks.' })
  @Requires('organization.read')
  async viewer(@CurrentScope() scope: ViewerScope): Promise<ViewerNode> {
    const { accounts, users, organizations } = this.loaders.of(scope);
    const [account, user, organization] = await Promise.all([
      accounts.load(scope.actor.accountId),
      users.load(scope.actor.userId),
      organizations.load(scope.tenantId),
    ]);
    // Removed between the guard's look and ours.
    if (account === null || user === null || organization === null) throw new UnauthenticatedError();
    return toViewerNode({ scope, account, user, organization });
  }

  @Query(() => OrganizationNode, { description: 'The organization that the request acts in.' })
  @Requires('organization.read')
  async organization(@CurrentScope() scope: ViewerScope): Promise<OrganizationNode> {
    const organization = await this.loaders.of(scope).organizations.load(scope.tenantId);
    if (organization === null) throw new UnauthenticatedError();
    return toOrganizationNode(organization);
  }

  @ResolveField(() => [OrganizationNode], { description: 'The organizations that the account belongs to.' })
  async organizations(@Parent() { record }: ViewerNode): Promise<OrganizationNode[]> {
    const { organizations } = this.loaders.of(record.scope);
    const found = await Promise.all(record.account.memberships.map(({ tenantId }) => organizations.load(tenantId)));
    return found.filter((organization) => organization !== null).map(toOrganizationNode);
  }
}
