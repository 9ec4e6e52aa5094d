import { ArgsType, createUnionType, Field, ID, InputType, ObjectType } from '@nestjs/graphql';
import { type Invitation, invitationStatus, type InvitationStatus } from '../domain/invitation';
import type { Role } from '../domain/permissions';
import { connectionOf } from './connection';
import { InvitationStatusEnum, RoleEnum } from './enums';
import { IDEMPOTENCY_KEY } from './event.inputs';
import { encodeId } from './global-id';
import { Checked, ClaimedToken, IdempotencyKey, Name, Password } from './input-rules';
import { NodeInterface } from './node.types';
import { pageArgs } from './page.args';
import { AlreadyMemberError, BusyError, InvitationInvalidError } from './refusal.types';
import { DateTimeScalar, EmailAddressScalar } from './scalars';
import { Session } from './session.types';

@ObjectType('Invitation', {
  implements: () => NodeInterface,
  description: 'An e-mail address that was asked to join the organization, once, in one role.',
})
export class InvitationNode extends NodeInterface {
  declare readonly __typename: 'Invitation';

  @Field(() => EmailAddressScalar, { description: 'Who is invited, as it was typed.' })
  email!: string;

  @Field(() => RoleEnum, { description: 'What the person will be here.' })
  role!: Role;

  @Field(() => InvitationStatusEnum, { description: 'What became of it. EXPIRED follows from the clock.' })
  status!: InvitationStatus;

  @Field(() => DateTimeScalar, { description: 'Until when it can be accepted: seven days.' })
  expiresAt!: Date;
}

@ObjectType('InvitationConnection', { description: 'A page of invitations.' })
export class InvitationConnection extends connectionOf('Invitation', 'invitations', () => InvitationNode) {}

@ArgsType()
export class InvitationsArgs extends pageArgs(20) {}

@InputType({ description: 'Whom to invite, and as what.' })
export class InviteUserInput {
  @Field(() => EmailAddressScalar, {
    description: 'An open invitation of this address is revoked: the new one replaces it.',
  })
  @Checked()
  email!: string;

  @Field(() => RoleEnum, { description: 'What the person will be here.' })
  @Checked()
  role!: Role;

  @Field(() => String, { nullable: true, description: IDEMPOTENCY_KEY })
  @IdempotencyKey()
  idempotencyKey?: string | null;
}

@ObjectType({ description: 'The invitation is open, and on its way by mail.' })
export class InviteUserPayload {
  readonly __typename!: 'InviteUserPayload';

  @Field(() => InvitationNode, { description: 'The invitation.' })
  invitation!: InvitationNode;

  @Field(() => String, {
    nullable: true,
    description: 'What accepts it, shown this once: only its hash is kept. null when the request was answered before.',
  })
  token!: string | null;
}

export const InviteUserResult = createUnionType({
  name: 'InviteUserResult',
  description: 'What inviting came to.',
  types: () => [InviteUserPayload, AlreadyMemberError, BusyError] as const,
});

@InputType({
  description: 'An invitation, and who accepts it. Address, organization and role are those of the invitation.',
})
export class AcceptInvitationInput {
  @Field({ description: 'The token of the invitation.' })
  @ClaimedToken()
  token!: string;

  @Field({ description: 'What the person is to be called in the organization.' })
  @Name()
  name!: string;

  @Field({
    description:
      'Of the account that the invited address has; where it has none, for the one that is made. 8 to 200 characters.',
  })
  @Password()
  password!: string;
}

@ObjectType({
  description:
    'The person belongs to the organization. The address of a new account is not verified yet, unless the sign-in provider says that it is.',
})
export class AcceptInvitationPayload {
  readonly __typename!: 'AcceptInvitationPayload';

  @Field(() => Session, { description: 'Signed in, in that organization.' })
  session!: Session;
}

export const AcceptInvitationResult = createUnionType({
  name: 'AcceptInvitationResult',
  description: 'What accepting an invitation came to.',
  types: () => [AcceptInvitationPayload, InvitationInvalidError, BusyError] as const,
});

@InputType({ description: 'Which invitation to make worthless.' })
export class RevokeInvitationInput {
  @Field(() => ID, { description: 'Which invitation.' })
  @Checked()
  invitationId!: string;

  @Field(() => String, { nullable: true, description: IDEMPOTENCY_KEY })
  @IdempotencyKey()
  idempotencyKey?: string | null;
}

@ObjectType({ description: 'Nobody can accept the invitation any more; one that was accepted before stays ACCEPTED.' })
export class RevokeInvitationPayload {
  @Field(() => InvitationNode, { description: 'The invitation as it is now.' })
  invitation!: InvitationNode;
}

export const toInvitationNode = (invitation: Invitation, now: Date): InvitationNode => ({
  __typename: 'Invitation',
  id: encodeId('Invitation', invitation.id),
  email: invitation.email,
  role: invitation.role,
  status: invitationStatus(invitation, now),
  expiresAt: invitation.expiresAt,
});
