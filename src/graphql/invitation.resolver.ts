import { Args, Context, Query, Resolver } from '@nestjs/graphql';
import type { ViewerScope } from '../domain/scope';
import { Clock } from '../platform/clock';
import { InvitationRepository } from '../store/invitation.repository';
import { AcceptInvitation } from '../use-cases/people/accept-invitation';
import { InviteUser } from '../use-cases/people/invite-user';
import { RevokeInvitation } from '../use-cases/people/revoke-invitation';
import { Public, Requires } from './auth.guard';
import { cursorPage, positionById, toConnection } from './connection';
import { decodeId } from './global-id';
import { CurrentScope, type GraphqlContext, RequestId } from './graphql-context';
import { Input } from './input.decorator';
import {
  AcceptInvitationInput,
  AcceptInvitationPayload,
  AcceptInvitationResult,
  InvitationConnection,
  InvitationNode,
  InvitationsArgs,
  InviteUserInput,
  InviteUserPayload,
  InviteUserResult,
  RevokeInvitationInput,
  RevokeInvitationPayload,
  toInvitationNode,
} from './invitation.types';
import { LogInAttempts } from './log-in-attempts';
import { Mutation } from './mutation.decorator';
import { toSessionNode } from './session.types';

@Resolver(() => InvitationNode)
export class InvitationResolver {
  constructor(
    private readonly invite: InviteUser,
    private readonly accept: AcceptInvitation,
    private readonly attempts: LogInAttempts,
    private readonly revoke: RevokeInvitation,
    private readonly invitationRepository: InvitationRepository,
    private readonly clock: Clock,
  ) {}

  @Query(() => InvitationConnection, { description: 'All invitations, in the order of inviting.' })
  @Requires('user.write')
  async invitations(@Args() args: InvitationsArgs, @CurrentScope() scope: ViewerScope): Promise<InvitationConnection> {
    const page = cursorPage(scope.tenantId, 'Query.invitations', args);
    const now = this.clock.now();
    const found = await this.invitationRepository.page(scope, page);
    return toConnection(page, found, { position: positionById, node: (one) => toInvitationNode(one, now) });
  }

  @Mutation(() => InviteUserResult, {
    description:
      'Asks an e-mail address to join, five times a day at most. It is told by mail; the token is in the answer, too.',
  })
  @Requires('user.write')
  async inviteUser(@Input() input: InviteUserInput, @CurrentScope() scope: ViewerScope): Promise<InviteUserPayload> {
    const { email, role, idempotencyKey = null } = input;
    const { invitation, token } = await this.invite.execute(scope, { email, role, idempotencyKey });
    return { __typename: 'InviteUserPayload', invitation: toInvitationNode(invitation, this.clock.now()), token };
  }

  @Mutation(() => AcceptInvitationResult, {
    description:
      'Joins the organization that an invitation is of. Whoever has an account confirms with its password: UNAUTHENTICATED for another one. Once in an operation.',
  })
  @Public()
  async acceptInvitation(
    @Input() { token, name, password }: AcceptInvitationInput,
    @Context() context: GraphqlContext,
    @RequestId() requestId: string,
  ): Promise<AcceptInvitationPayload> {
    const session = await this.attempts.count(context, (countGuess) =>
      this.accept.execute({ token, name, password }, countGuess, requestId),
    );
    return { __typename: 'AcceptInvitationPayload', session: toSessionNode(session) };
  }

  @Mutation(() => RevokeInvitationPayload, {
    description: 'Makes an invitation worthless. Repeating it gives the same answer.',
  })
  @Requires('user.write')
  async revokeInvitation(
    @Input() input: RevokeInvitationInput,
    @CurrentScope() scope: ViewerScope,
  ): Promise<RevokeInvitationPayload> {
    const invitation = await this.revoke.execute(scope, {
      invitationId: decodeId('Invitation', input.invitationId),
      idempotencyKey: input.idempotencyKey ?? null,
    });
    return { invitation: toInvitationNode(invitation, this.clock.now()) };
  }
}
