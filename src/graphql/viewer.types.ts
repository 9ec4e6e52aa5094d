import { Field, ObjectType } from '@nestjs/graphql';
import type { Account } from '../domain/user';
import { encodeId } from './global-id';
import { NodeInterface } from './node.types';
import { EmailAddressScalar } from './scalars';

@ObjectType('Account', { implements: () => NodeInterface, description: "A person's sign-in, across organizations." })
export class AccountNode extends NodeInterface {
  declare readonly __typename: 'Account';

  @Field(() => EmailAddressScalar, { description: 'The address one signs in with, as it was typed.' })
  email!: string;

  @Field({ description: 'What the person is called.' })
  name!: string;
}

@ObjectType({ description: 'Who asks. Its fields are read through `viewer.resolver.ts`.' })
export class Viewer {
  @Field(() => AccountNode, { description: 'The sign-in.' })
  account!: AccountNode;
}

export const toAccountNode = (account: Account): AccountNode => ({
  __typename: 'Account',
  id: encodeId('Account', account.id),
  email: account.email,
  name: account.name,
});
