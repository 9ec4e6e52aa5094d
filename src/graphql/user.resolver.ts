import { Args, Query, Resolver } from '@nestjs/graphql';
import type { ViewerScope } from '../domain/scope';
import { UserRepository } from '../store/user.repository';
import { Requires } from './auth.guard';
import { cursorPage, positionById, toConnection } from './connection';
import { CurrentScope } from './graphql-context';
import { toUserNode, UserConnection, UserNode, UsersArgs } from './user.types';

@Resolver(() => UserNode)
export class UserResolver {
  constructor(private readonly userRepository: UserRepository) {}

  @Query(() => UserConnection, {
    description:
      'The people of the organization, in the order of their joining. Those who were removed are left out unless asked for.',
  })
  @Requires('user.readAll')
  async users(@Args() args: UsersArgs, @CurrentScope() scope: ViewerScope): Promise<UserConnection> {
    const page = cursorPage(scope.tenantId, 'Query.users', args);
    const found = await this.userRepository.page(scope, { role: args.role, status: args.status, ...page });
    return toConnection(page, found, { position: positionById, node: toUserNode });
  }
}
