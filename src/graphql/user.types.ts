import { ArgsType, Field, ObjectType } from '@nestjs/graphql';
import type { Role } from '../domain/permissions';
import type { User, UserStatus } from '../domain/user';
import { connectionOf } from './connection';
import { RoleEnum, UserStatusEnum } from './enums';
import { encodeId } from './global-id';
import { Checked } from './input-rules';
import { NodeInterface } from './node.types';
import { pageArgs } from './page.args';
import { EmailAddressScalar } from './scalars';

@ObjectType('User', { implements: () => NodeInterface, description: 'A person inside one organization.' })
export class UserNode extends NodeInterface {
  declare readonly __typename: 'User';

  @Field({ description: 'What the person is called here.' })
  name!: string;

  @Field(() => EmailAddressScalar, { description: 'Where the person is reached, as it was typed.' })
  email!: string;

  @Field(() => RoleEnum, { description: 'What the person may do here.' })
  role!: Role;

  @Field(() => UserStatusEnum, { description: 'Whether the person still belongs to the organization.' })
  status!: UserStatus;
}

@ObjectType('UserConnection', { description: 'A page of users.' })
export class UserConnection extends connectionOf('User', 'users', () => UserNode) {}

@ArgsType()
export class UsersArgs extends pageArgs(20) {
  @Field(() => RoleEnum, { nullable: true, description: 'Only those with this role.' })
  @Checked()
  role?: Role | null;

  @Field(() => UserStatusEnum, {
    nullable: true,
    defaultValue: 'ACTIVE',
    description: 'Only those with this status; null: those who were removed, too.',
  })
  @Checked()
  status?: UserStatus | null;
}

export const toUserNode = (user: User): UserNode => ({
  __typename: 'User',
  id: encodeId('User', user.id),
  name: user.name,
  email: user.email,
  role: user.role,
  status: user.status,
});
