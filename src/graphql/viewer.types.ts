import { Field, ObjectType } from '@nestjs/graphql';
import type { Account } from '../domain/user';
import type { SessionViewer } from '../use-cases/people/session';
import { encodeId } from './global-id';
import { NodeInterface } from './node.types';
import { OrganizationNode, toOrganizationNode } from './organization.types';
import { DateTimeScalar, EmailAddressScalar } from './scalars';
import { toUserNode, UserNode } from './user.types';

@ObjectType('Account', { implements: () => NodeInterface, description: "A person's sign-in, across organizations." })
export class AccountNode extends NodeInterface {
  declare readonly __typename: 'Account';

  @Field(() => EmailAddressScalar, { description: 'The address one signs in with, as it was typed.' })
  email!: string;

  @Field({ description: 'What the person is called.' })
  name!: string;

  @Field({ description: 'Whether the person has shown that the address is theirs.' })
  emailVerified!: boolean;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Since when; null: not yet.' })
  emailVerifiedAt!: Date | null;
}

/** `organizations` is read where it is asked for: `viewer.resolver.ts`. */
@ObjectType('Viewer', { description: 'Who asks.' })
export class ViewerNode {
  /** What the node was made from; not on the wire. */
  readonly record!: SessionViewer;

  @Field(() => AccountNode, { description: 'The sign-in.' })
  account!: AccountNode;

  @Field(() => UserNode, {
    nullable: true,
    description: 'The person inside the organization that the request acts in.',
  })
  user!: UserNode | null;

  @Field(() => OrganizationNode, { nullable: true, description: 'The organization that the request acts in.' })
  organization!: OrganizationNode | null;
}

export const toAccountNode = (account: Account): AccountNode => ({
  __typename: 'Account',
  id: encodeId('Account', account.id),
  email: account.email,
  name: account.name,
  emailVerified: account.emailVerifiedAt !== null,
  emailVerifiedAt: account.emailVerifiedAt,
});

export const toViewerNode = (viewer: SessionViewer): ViewerNode => ({
  record: viewer,
  account: toAccountNode(viewer.account),
  user: toUserNode(viewer.user),
  organization: toOrganizationNode(viewer.organization),
});
