import { createUnionType, Field, ID, InputType, ObjectType } from '@nestjs/graphql';
import { MAX_PROVIDER_TOKEN_LENGTH } from '../platform/oidc-jws';
import { IDEMPOTENCY_KEY } from './event.inputs';
import { Checked, ClaimedToken, IdempotencyKey, Name, Optional } from './input-rules';
import { BusyError, EmailTakenError, IdentityTakenError } from './refusal.types';
import { TimeZoneScalar } from './scalars';
import { Session, SignUpPayload } from './session.types';
import { AccountNode } from './viewer.types';

const ID_TOKEN = 'The ID token that the sign-in provider has just issued to the configured client.';

@InputType({ description: 'What the sign-in provider says.' })
export class LogInWithProviderInput {
  @Field({ description: ID_TOKEN })
  @ClaimedToken(MAX_PROVIDER_TOKEN_LENGTH)
  providerToken!: string;

  @Field(() => ID, {
    nullable: true,
    description: "Which of the account's organizations; left out: the one it joined first.",
  })
  @Checked()
  organizationId?: string | null;
}

@ObjectType({ description: 'The account is signed in.' })
export class LogInWithProviderPayload {
  @Field(() => Session, { description: 'The new session.' })
  session!: Session;
}

@InputType({ description: 'A new account without a password, and the organization that it founds.' })
export class SignUpWithProviderInput {
  @Field({ description: `${ID_TOKEN} It has to name an e-mail address.` })
  @ClaimedToken(MAX_PROVIDER_TOKEN_LENGTH)
  providerToken!: string;

  @Field(() => String, { nullable: true, description: 'What the person is called; left out: as the provider says.' })
  @Optional()
  @Name()
  name?: string | null;

  @Field({ description: 'What the organization is called.' })
  @Name()
  organizationName!: string;

  @Field(() => TimeZoneScalar, { description: "The organization's zone." })
  @Checked()
  timezone!: string;
}

export const SignUpWithProviderResult = createUnionType({
  name: 'SignUpWithProviderResult',
  description: 'What signing up with a provider came to.',
  types: () => [SignUpPayload, EmailTakenError, IdentityTakenError, BusyError] as const,
});

@InputType({ description: 'An invitation, and what the sign-in provider says of whoever accepts it.' })
export class AcceptInvitationWithProviderInput {
  @Field({ description: 'The token of the invitation.' })
  @ClaimedToken()
  token!: string;

  @Field({ description: ID_TOKEN })
  @ClaimedToken(MAX_PROVIDER_TOKEN_LENGTH)
  providerToken!: string;

  @Field({ description: 'What the person is to be called in the organization.' })
  @Name()
  name!: string;
}

@InputType({ description: "A further way in, for the viewer's account." })
export class LinkIdentityInput {
  @Field({ description: ID_TOKEN })
  @ClaimedToken(MAX_PROVIDER_TOKEN_LENGTH)
  providerToken!: string;

  @Field(() => String, { nullable: true, description: IDEMPOTENCY_KEY })
  @IdempotencyKey()
  idempotencyKey?: string | null;
}

@ObjectType({ description: 'The provider signs the account in from now on.' })
export class LinkIdentityPayload {
  readonly __typename!: 'LinkIdentityPayload';

  @Field(() => AccountNode, { description: 'The account that was linked.' })
  account!: AccountNode;
}

export const LinkIdentityResult = createUnionType({
  name: 'LinkIdentityResult',
  description: 'What linking came to.',
  types: () => [LinkIdentityPayload, IdentityTakenError, BusyError] as const,
});
