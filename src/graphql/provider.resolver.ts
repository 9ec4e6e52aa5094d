import { Resolver } from '@nestjs/graphql';
import type { ViewerScope } from '../domain/scope';
import { AcceptInvitationWithProvider } from '../use-cases/people/accept-invitation-with-provider';
import { LinkIdentity } from '../use-cases/people/link-identity';
import { LogInWithProvider } from '../use-cases/people/log-in-with-provider';
import { SignUpWithProvider } from '../use-cases/people/sign-up-with-provider';
import { Public, Requires } from './auth.guard';
import { CurrentScope, RequestId } from './graphql-context';
import { Input } from './input.decorator';
import { AcceptInvitationPayload, AcceptInvitationResult } from './invitation.types';
import { Mutation } from './mutation.decorator';
import {
  AcceptInvitationWithProviderInput,
  LinkIdentityInput,
  LinkIdentityPayload,
  LinkIdentityResult,
  LogInWithProviderInput,
  LogInWithProviderPayload,
  SignUpWithProviderInput,
  SignUpWithProviderResult,
} from './provider.types';
import { wantedOrganization } from './session.resolver';
import { SignUpPayload, toSessionNode } from './session.types';
import { toAccountNode } from './viewer.types';

/** Signing in by what an OpenID Connect provider says. */
@Resolver()
export class ProviderResolver {
  constructor(
    private readonly logIn: LogInWithProvider,
    private readonly signUp: SignUpWithProvider,
    private readonly link: LinkIdentity,
    private readonly accept: AcceptInvitationWithProvider,
  ) {}

  @Mutation(() => LogInWithProviderPayload, {
    description:
      'An ID token of the configured sign-in provider for a session. UNAUTHENTICATED answers a token that does not hold, and in one way an unknown identity and a foreign organization. Once in an operation.',
  })
  @Public()
  async logInWithProvider(
    @Input() { providerToken, organizationId }: LogInWithProviderInput,
    @RequestId() requestId: string,
  ): Promise<LogInWithProviderPayload> {
    const wanted = { providerToken, organizationId: wantedOrganization(organizationId) };
    return { session: toSessionNode(await this.logIn.execute(wanted, requestId)) };
  }

  @Mutation(() => SignUpWithProviderResult, {
    description:
      'A new account that the sign-in provider lets in, which founds an organization as its ORG_ADMIN. Once in an operation.',
  })
  @Public()
  async signUpWithProvider(
    @Input() { name = null, ...input }: SignUpWithProviderInput,
    @RequestId() requestId: string,
  ): Promise<SignUpPayload> {
    const session = await this.signUp.execute({ name, ...input }, requestId);
    return { __typename: 'SignUpPayload', session: toSessionNode(session) };
  }

  @Mutation(() => AcceptInvitationResult, {
    description:
      'Joins the organization that an invitation is of, without a password. The account is the one that has both the invited address and this identity; where the address has none, a new one, if the provider names the same address: else UNAUTHENTICATED. Once in an operation.',
  })
  @Public()
  async acceptInvitationWithProvider(
    @Input() { token, providerToken, name }: AcceptInvitationWithProviderInput,
    @RequestId() requestId: string,
  ): Promise<AcceptInvitationPayload> {
    const session = await this.accept.execute({ token, providerToken, name }, requestId);
    return { __typename: 'AcceptInvitationPayload', session: toSessionNode(session) };
  }

  @Mutation(() => LinkIdentityResult, {
    description: "Lets the sign-in provider sign the viewer's account in, too. Repeating it gives the same answer.",
  })
  @Requires('session.own')
  async linkIdentity(
    @Input() { providerToken, idempotencyKey = null }: LinkIdentityInput,
    @CurrentScope() scope: ViewerScope,
  ): Promise<LinkIdentityPayload> {
    const account = await this.link.execute(scope, { providerToken, idempotencyKey });
    return { __typename: 'LinkIdentityPayload', account: toAccountNode(account) };
  }
}
