import { Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { UnauthenticatedError } from '../domain/errors';
import { type ViewerScope, viewerScope } from '../domain/scope';
import { AccountRepository } from '../store/account.repository';
import { OrganizationRepository } from '../store/organization.repository';
import { Requires } from './auth.guard';
import { CurrentScope } from './graphql-context';
import { Loaders } from './loaders';
import { OrganizationNode, toOrganizationNode } from './organization.types';
import { toViewerNode, ViewerNode } from './viewer.types';

@Resolver(() => ViewerNode)
export class ViewerResolver {
  constructor(
    private readonly accounts: AccountRepository,
    private readonly organizationRepository: OrganizationRepository,
    private readonly loaders: Loaders,
  ) {}

  @Query(() => ViewerNode, { description: 'Who asks.' })
  @Requires('organization.read')
  async viewer(@CurrentScope() scope: ViewerScope): Promise<ViewerNode> {
    const [account, user, organization] = await Promise.all([
      this.accounts.findById(scope.actor.accountId),
      this.loaders.of(scope).users.load(scope.actor.userId),
      this.organizationRepository.find(scope),
    ]);
    // Removed between the guard's look and ours.
    if (account === null || user === null || organization === null) throw new UnauthenticatedError();
    return toViewerNode({ scope, account, user, organization });
  }

  @Query(() => OrganizationNode, { description: 'The organization that the request acts in.' })
  @Requires('organization.read')
  async organization(@CurrentScope() scope: ViewerScope): Promise<OrganizationNode> {
    const organization = await this.organizationRepository.find(scope);
    if (organization === null) throw new UnauthenticatedError();
    return toOrganizationNode(organization);
  }

  @ResolveField(() => [OrganizationNode], { description: 'The organizations that the account belongs to.' })
  async organizations(@Parent() { record }: ViewerNode): Promise<OrganizationNode[]> {
    const { account, scope } = record;
    const found = await Promise.all(
      account.memberships.map(({ tenantId, userId, role }) =>
        this.organizationRepository.find(viewerScope(tenantId, { ...scope.actor, userId, role }, scope.requestId)),
      ),
    );
    return found.filter((organization) => organization !== null).map(toOrganizationNode);
  }
}
