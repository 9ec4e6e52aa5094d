import { createUnionType, Field, InputType, ObjectType } from '@nestjs/graphql';
import { IDEMPOTENCY_KEY } from './event.inputs';
import { Checked, IdempotencyKey, Name, Slug, Unchanged } from './input-rules';
import { OrganizationNode } from './organization.types';
import { BusyError, OrganizationAlreadyOwnedError, SlugTakenError } from './refusal.types';
import { TimeZoneScalar } from './scalars';
import { UserNode } from './user.types';

@InputType({ description: 'A further organization of the account.' })
export class CreateOrganizationInput {
  @Field({ description: 'What it is called, 1 to 200 characters; its slug is made from that.' })
  @Name()
  name!: string;

  @Field(() => TimeZoneScalar, { description: 'Its zone.' })
  @Checked()
  timezone!: string;

  @Field(() => String, { nullable: true, description: IDEMPOTENCY_KEY })
  @IdempotencyKey()
  idempotencyKey?: string | null;
}

@ObjectType({ description: 'The organization exists.' })
export class CreateOrganizationPayload {
  readonly __typename!: 'CreateOrganizationPayload';

  @Field(() => OrganizationNode, { description: 'The new organization: `switchOrganization` leads there.' })
  organization!: OrganizationNode;

  @Field(() => UserNode, { description: 'Who the caller is there.' })
  user!: UserNode;
}

export const CreateOrganizationResult = createUnionType({
  name: 'CreateOrganizationResult',
  description: 'What founding an organization came to.',
  types: () => [CreateOrganizationPayload, OrganizationAlreadyOwnedError, BusyError] as const,
});

@InputType({ description: 'What to change about the organization; what is left out stays as it is.' })
export class UpdateOrganizationInput {
  @Field(() => String, { nullable: true, description: 'What it is called, 1 to 200 characters.' })
  @Unchanged()
  @Name()
  name?: string;

  @Field(() => String, {
    nullable: true,
    description: 'Unique, for addresses: 1 to 48 lower-case letters, digits and single hyphens between them.',
  })
  @Unchanged()
  @Slug()
  slug?: string;

  @Field(() => TimeZoneScalar, { nullable: true, description: 'Its zone. Events keep theirs.' })
  @Unchanged()
  timezone?: string;

  @Field(() => String, { nullable: true, description: IDEMPOTENCY_KEY })
  @IdempotencyKey()
  idempotencyKey?: string | null;
}

@ObjectType({ description: 'The organization is changed.' })
export class UpdateOrganizationPayload {
  readonly __typename!: 'UpdateOrganizationPayload';

  @Field(() => OrganizationNode, { description: 'The organization as it is now.' })
  organization!: OrganizationNode;
}

export const UpdateOrganizationResult = createUnionType({
  name: 'UpdateOrganizationResult',
  description: 'What changing the organization came to.',
  types: () => [UpdateOrganizationPayload, SlugTakenError, BusyError] as const,
});

@InputType({ description: 'The organization of the request is meant.' })
export class ArchiveOrganizationInput {
  @Field(() => String, { nullable: true, description: IDEMPOTENCY_KEY })
  @IdempotencyKey()
  idempotencyKey?: string | null;
}

@ObjectType({ description: 'The organization is archived.' })
export class ArchiveOrganizationPayload {
  @Field(() => OrganizationNode, { description: 'The organization as it is now.' })
  organization!: OrganizationNode;
}
