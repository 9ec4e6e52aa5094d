import { createUnionType, Field, ID, InputType, ObjectType } from '@nestjs/graphql';
import type { Role } from '../domain/permissions';
import { RoleEnum } from './enums';
import { IDEMPOTENCY_KEY } from './event.inputs';
import { Checked, IdempotencyKey } from './input-rules';
import { OrganizationNode } from './organization.types';
import { BusyError, LastAdminError, OrganizationAlreadyOwnedError, UserIsOwnerError } from './refusal.types';
import { UserNode } from './user.types';

@InputType({ description: 'Who gets which role.' })
export class ChangeRoleInput {
  @Field(() => ID, { description: 'Whose role.' })
  @Checked()
  userId!: string;

  @Field(() => RoleEnum, { description: 'The new one.' })
  @Checked()
  role!: Role;

  @Field(() => String, { nullable: true, description: IDEMPOTENCY_KEY })
  @IdempotencyKey()
  idempotencyKey?: string | null;
}

@ObjectType({ description: 'The person has the role; it counts within two seconds.' })
export class ChangeRolePayload {
  readonly __typename!: 'ChangeRolePayload';

  @Field(() => UserNode, { description: 'The person.' })
  user!: UserNode;
}

export const ChangeRoleResult = createUnionType({
  name: 'ChangeRoleResult',
  description: 'What changing a role came to.',
  types: () => [ChangeRolePayload, LastAdminError, BusyError] as const,
});

@InputType({ description: 'Who is to leave the organization.' })
export class RemoveUserInput {
  @Field(() => ID, { description: 'Whom to remove.' })
  @Checked()
  userId!: string;

  @Field(() => String, { nullable: true, description: IDEMPOTENCY_KEY })
  @IdempotencyKey()
  idempotencyKey?: string | null;
}

@ObjectType({
  description:
    'The person is removed. What they are registered for in the future is cancelled, perhaps a moment later.',
})
export class RemoveUserPayload {
  readonly __typename!: 'RemoveUserPayload';

  @Field(() => UserNode, { description: 'The person, as REMOVED.' })
  user!: UserNode;
}

export const RemoveUserResult = createUnionType({
  name: 'RemoveUserResult',
  description: 'What removing somebody came to.',
  types: () => [RemoveUserPayload, LastAdminError, UserIsOwnerError, BusyError] as const,
});

@InputType({ description: 'Who is to own the organization.' })
export class TransferOwnershipInput {
  @Field(() => ID, { description: 'The new owner; somebody who is no ORG_ADMIN becomes one.' })
  @Checked()
  userId!: string;

  @Field(() => String, { nullable: true, description: IDEMPOTENCY_KEY })
  @IdempotencyKey()
  idempotencyKey?: string | null;
}

@ObjectType({ description: 'The organization has another owner. The former one stays an ORG_ADMIN.' })
export class TransferOwnershipPayload {
  readonly __typename!: 'TransferOwnershipPayload';

  @Field(() => OrganizationNode, { description: 'The organization.' })
  organization!: OrganizationNode;

  @Field(() => UserNode, { description: 'Its owner.' })
  user!: UserNode;
}

export const TransferOwnershipResult = createUnionType({
  name: 'TransferOwnershipResult',
  description: 'What transferring the ownership came to.',
  types: () => [TransferOwnershipPayload, OrganizationAlreadyOwnedError, BusyError] as const,
});
