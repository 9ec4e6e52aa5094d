import { Resolver } from '@nestjs/graphql';
import type { ViewerScope } from '../domain/scope';
import { ArchiveOrganization } from '../use-cases/organizations/archive-organization';
import { CreateOrganization } from '../use-cases/organizations/create-organization';
import { UpdateOrganization } from '../use-cases/organizations/update-organization';
import { Requires } from './auth.guard';
import { CurrentScope } from './graphql-context';
import { Input } from './input.decorator';
import { Mutation } from './mutation.decorator';
import {
  ArchiveOrganizationInput,
  ArchiveOrganizationPayload,
  CreateOrganizationInput,
  CreateOrganizationPayload,
  CreateOrganizationResult,
  UpdateOrganizationInput,
  UpdateOrganizationPayload,
  UpdateOrganizationResult,
} from './organization.inputs';
import { toOrganizationNode } from './organization.types';
import { toUserNode } from './user.types';

@Resolver()
export class OrganizationResolver {
  constructor(
    private readonly create: CreateOrganization,
    private readonly update: UpdateOrganization,
    private readonly archive: ArchiveOrganization,
  ) {}

  @Mutation(() => CreateOrganizationResult, {
    description:
      'A further organization, of which the caller becomes ORG_ADMIN. An account owns one at most. Also with a token of an organization that was archived.',
  })
  @Requires('organization.create')
  async createOrganization(
    @Input() { name, timezone, idempotencyKey = null }: CreateOrganizationInput,
    @CurrentScope() scope: ViewerScope,
  ): Promise<CreateOrganizationPayload> {
    const { organization, user } = await this.create.execute(scope, { name, timezone, idempotencyKey });
    return {
      __typename: 'CreateOrganizationPayload',
      organization: toOrganizationNode(organization),
      user: toUserNode(user),
    };
  }

  @Mutation(() => UpdateOrganizationResult, { description: 'Changes the organization that the request acts in.' })
  @Requires('organization.write')
  async updateOrganization(
    @Input() { name, slug, timezone, idempotencyKey = null }: UpdateOrganizationInput,
    @CurrentScope() scope: ViewerScope,
  ): Promise<UpdateOrganizationPayload> {
    const organization = await this.update.execute(scope, { name, slug, timezone, idempotencyKey });
    return { __typename: 'UpdateOrganizationPayload', organization: toOrganizationNode(organization) };
  }

  @Mutation(() => ArchiveOrganizationPayload, {
    description:
      'Closes the organization that the request acts in: all of its tokens answer FORBIDDEN from then on, but for `createOrganization`. Nothing in it is cancelled; it keeps its slug. Whoever belongs to no other one founds it before the access token expires, and logs in again: an account without an open organization cannot, until it is invited to one.',
  })
  @Requires('organization.write')
  async archiveOrganization(
    @Input() { idempotencyKey = null }: ArchiveOrganizationInput,
    @CurrentScope() scope: ViewerScope,
  ): Promise<ArchiveOrganizationPayload> {
    return { organization: toOrganizationNode(await this.archive.execute(scope, idempotencyKey)) };
  }
}
