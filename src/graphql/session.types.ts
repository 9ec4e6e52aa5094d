import { createUnionType, Field, ID, InputType, ObjectType } from '@nestjs/graphql';
import type { Session as UseCaseSession } from '../use-cases/people/session';
import { Checked, ClaimedPassword, Name, Password } from './input-rules';
import { BusyError, EmailTakenError } from './refusal.types';
import { DateTimeScalar, EmailAddressScalar, TimeZoneScalar } from './scalars';
import { toViewerNode, ViewerNode } from './viewer.types';

@ObjectType({ description: 'What a signed-in client keeps.' })
export class Session {
  @Field({ description: 'Goes into `Authorization: Bearer …`; names the person and the organization.' })
  accessToken!: string;

  @Field({ description: 'Buys the next access token; to be kept secret.' })
  refreshToken!: string;

  @Field(() => DateTimeScalar, { description: 'When the access token ends.' })
  expiresAt!: Date;

  @Field(() => ViewerNode, { description: 'Who signed in.' })
  viewer!: ViewerNode;
}

@InputType({ description: 'A new account, and the organization that it founds.' })
export class SignUpInput {
  @Field(() => EmailAddressScalar, { description: 'The address to sign in with.' })
  @Checked()
  email!: string;

  @Field({ description: '8 to 200 characters.' })
  @Password()
  password!: string;

  @Field({ description: 'What the person is called.' })
  @Name()
  name!: string;

  @Field({ description: 'What the organization is called.' })
  @Name()
  organizationName!: string;

  @Field(() => TimeZoneScalar, { description: "The organization's zone." })
  @Checked()
  timezone!: string;
}

@ObjectType({ description: 'The account, its organization and its first user exist.' })
export class SignUpPayload {
  readonly __typename!: 'SignUpPayload';

  @Field(() => Session, { description: 'The new account, signed in.' })
  session!: Session;
}

export const SignUpResult = createUnionType({
  name: 'SignUpResult',
  description: 'What signing up came to.',
  types: () => [SignUpPayload, EmailTakenError, BusyError] as const,
});

@InputType({ description: 'The credentials of an account.' })
export class LogInInput {
  @Field(() => EmailAddressScalar, { description: 'The address of the account.' })
  @Checked()
  email!: string;

  @Field({ description: 'Its password.' })
  @ClaimedPassword()
  password!: string;

  @Field(() => ID, { nullable: true, description: 'Which of its organizations; left out: the one it joined first.' })
  @Checked()
  organizationId?: string | null;
}

@ObjectType({ description: 'The account is signed in.' })
export class LogInPayload {
  @Field(() => Session, { description: 'The new session.' })
  session!: Session;
}

export const toSessionNode = ({ viewer, ...tokens }: UseCaseSession): Session => ({
  ...tokens,
  viewer: toViewerNode(viewer),
});
