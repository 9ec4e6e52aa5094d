import { Field, ObjectType } from '@nestjs/graphql';
import type { Organization, OrganizationStatus } from '../domain/organization';
import { OrganizationStatusEnum } from './enums';
import { encodeId } from './global-id';
import { NodeInterface } from './node.types';
import { DateTimeScalar, TimeZoneScalar } from './scalars';

@ObjectType('Organization', {
  implements: () => NodeInterface,
  description: 'The customer that events, people and registrations belong to.',
})
export class OrganizationNode extends NodeInterface {
  declare readonly __typename: 'Organization';

  @Field({ description: 'What it is called.' })
  name!: string;

  @Field({ description: 'Unique, for addresses: lower-case letters, digits and hyphens.' })
  slug!: string;

  @Field(() => TimeZoneScalar, { description: 'The zone that new events are offered first.' })
  timezone!: string;

  @Field(() => OrganizationStatusEnum, { description: 'Whether it is in use.' })
  status!: OrganizationStatus;

  @Field(() => DateTimeScalar, { description: 'When it was founded.' })
  createdAt!: Date;
}

export const toOrganizationNode = (organization: Organization): OrganizationNode => ({
  __typename: 'Organization',
  id: encodeId('Organization', organization.id),
  name: organization.name,
  slug: organization.slug,
  timezone: organization.timezone,
  status: organization.status,
  createdAt: organization.createdAt,
});
