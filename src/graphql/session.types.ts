import { createUnionType, Field, ID, InputType, ObjectType } from '@nestjs/graphql';
import type { Session as UseCaseSession } from '../use-cases/people/session';
import { Checked, ClaimedPassword, ClaimedToken, Name, Password } from './input-rules';
import { BusyError, EmailTakenError } from './refusal.types';
import { DateTimeScalar, EmailAddressScalar, TimeZoneScalar } from './scalars';
import { toViewerNode, ViewerNode } from './viewer.types';

@ObjectType({ description: 'What a signed-in client keeps.' })
export class Session {
  @Field({ description: 'Goes into `Authorization: Bearer …`; names the person and the organization.' })
  accessToken!: string;

  @Field({ description: 'Buys the next session tokens, once, within 30 days; to be kept secret.' })
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

@InputType({ description: 'What buys the next tokens of a session.' })
export class RefreshSessionInput {
  @Field({ description: 'The newest refresh token of the session.' })
  @ClaimedToken()
  refreshToken!: string;
}

@ObjectType({ description: 'The session goes on.' })
export class RefreshSessionPayload {
  @Field(() => Session, {
    description: 'The session with its next tokens; the refresh token that was sent is used up.',
  })
  session!: Session;
}

@InputType({ description: 'Which session to end.' })
export class LogOutInput {
  @Field({ description: 'A refresh token of the session.' })
  @ClaimedToken()
  refreshToken!: string;
}

@ObjectType({ description: 'The session has ended.' })
export class LogOutPayload {
  @Field({ description: 'True, whether or not there was such a session.' })
  loggedOut!: boolean;
}

@InputType({ description: 'Where to act.' })
export class SwitchOrganizationInput {
  @Field(() => ID, { description: 'One of the organizations that the account belongs to.' })
  @Checked()
  organizationId!: string;
}

@ObjectType({ description: 'The account is signed in to that organization, too.' })
export class SwitchOrganizationPayload {
  @Field(() => Session, { description: 'A further session; the one that asked stays as it is.' })
  session!: Session;
}

export const toSessionNode = ({ viewer, ...tokens }: UseCaseSession): Session => ({
  ...tokens,
  viewer: toViewerNode(viewer),
});
