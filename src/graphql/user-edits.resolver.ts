import { Resolver } from '@nestjs/graphql';
import type { ViewerScope } from '../domain/scope';
import { ChangeRole } from '../use-cases/people/change-role';
import { RemoveUser } from '../use-cases/people/remove-user';
import { TransferOwnership } from '../use-cases/people/transfer-ownership';
import { Requires } from './auth.guard';
import { decodeId } from './global-id';
import { CurrentScope } from './graphql-context';
import { Input } from './input.decorator';
import { Mutation } from './mutation.decorator';
import { toOrganizationNode } from './organization.types';
import {
  ChangeRoleInput,
  ChangeRolePayload,
  ChangeRoleResult,
  RemoveUserInput,
  RemoveUserPayload,
  RemoveUserResult,
  TransferOwnershipInput,
  TransferOwnershipPayload,
  TransferOwnershipResult,
} from './user.inputs';
import { toUserNode } from './user.types';

@Resolver()
export class UserEditsResolver {
  constructor(
    private readonly change: ChangeRole,
    private readonly remove: RemoveUser,
    private readonly transfer: TransferOwnership,
  ) {}

  @Mutation(() => ChangeRoleResult, { description: 'Gives somebody another role. There is always an ORG_ADMIN.' })
  @Requires('user.write')
  async changeRole(@Input() input: ChangeRoleInput, @CurrentScope() scope: ViewerScope): Promise<ChangeRolePayload> {
    const user = await this.change.execute(scope, {
      userId: decodeId('User', input.userId),
      role: input.role,
      idempotencyKey: input.idempotencyKey ?? null,
    });
    return { __typename: 'ChangeRolePayload', user: toUserNode(user) };
  }

  @Mutation(() => RemoveUserResult, {
    description:
      'Ends somebody’s belonging to the organization: access within two seconds, future registrations too. Repeating it gives the same answer.',
  })
  @Requires('user.write')
  async removeUser(@Input() input: RemoveUserInput, @CurrentScope() scope: ViewerScope): Promise<RemoveUserPayload> {
    const user = await this.remove.execute(scope, {
      userId: decodeId('User', input.userId),
      idempotencyKey: input.idempotencyKey ?? null,
    });
    return { __typename: 'RemoveUserPayload', user: toUserNode(user) };
  }

  @Mutation(() => TransferOwnershipResult, {
    description:
      'Makes somebody else the owner: for the owner alone, while an ORG_ADMIN. One account owns one organization.',
  })
  @Requires('user.write')
  async transferOwnership(
    @Input() input: TransferOwnershipInput,
    @CurrentScope() scope: ViewerScope,
  ): Promise<TransferOwnershipPayload> {
    const { organization, owner } = await this.transfer.execute(scope, {
      userId: decodeId('User', input.userId),
      idempotencyKey: input.idempotencyKey ?? null,
    });
    return {
      __typename: 'TransferOwnershipPayload',
      organization: toOrganizationNode(organization),
      user: toUserNode(owner),
    };
  }
}
