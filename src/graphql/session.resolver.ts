import { Context, Resolver } from '@nestjs/graphql';
import type { TenantId } from '../domain/ids';
import type { ViewerScope } from '../domain/scope';
import { emailKey } from '../platform/email-key';
import { LogIn } from '../use-cases/people/log-in';
import { LogOut } from '../use-cases/people/log-out';
import { RefreshSession } from '../use-cases/people/refresh-session';
import { SignUp } from '../use-cases/people/sign-up';
import { SwitchOrganization } from '../use-cases/people/switch-organization';
import { Public, Requires } from './auth.guard';
import { decodeId, parseId } from './global-id';
import { CurrentScope, type GraphqlContext, RequestId } from './graphql-context';
import { Input } from './input.decorator';
import { LogInAttempts } from './log-in-attempts';
import { Mutation } from './mutation.decorator';
import {
  LogInInput,
  LogInPayload,
  LogOutInput,
  LogOutPayload,
  RefreshSessionInput,
  RefreshSessionPayload,
  SignUpInput,
  SignUpPayload,
  SignUpResult,
  SwitchOrganizationInput,
  SwitchOrganizationPayload,
  toSessionNode,
} from './session.types';

/** Nobody's: what is not the id of an organization is answered exactly as one that never was. */
const NO_ORGANIZATION = '0'.repeat(24) as TenantId;

export function wantedOrganization(id: string | null | undefined): TenantId | null {
  if (typeof id !== 'string') return null;
  const decoded = parseId(id);
  return decoded?.type === 'Organization' ? decoded.id : NO_ORGANIZATION;
}

@Resolver()
export class SessionResolver {
  constructor(
    private readonly signUpUseCase: SignUp,
    private readonly logInUseCase: LogIn,
    private readonly attempts: LogInAttempts,
    private readonly refresh: RefreshSession,
    private readonly logOutUseCase: LogOut,
    private readonly switching: SwitchOrganization,
  ) {}

  @Mutation(() => SignUpResult, {
    description: 'A new account, which founds an organization as its ORG_ADMIN. Once in an operation.',
  })
  @Public()
  async signUp(@Input() input: SignUpInput, @RequestId() requestId: string): Promise<SignUpPayload> {
    const session = await this.signUpUseCase.execute(input, requestId);
    return { __typename: 'SignUpPayload', session: toSessionNode(session) };
  }

  @Mutation(() => LogInPayload, {
    description:
      'Credentials for a session. UNAUTHENTICATED answers a wrong password and an unknown address alike. Once in an operation.',
  })
  @Public()
  async logIn(
    @Input() input: LogInInput,
    @Context() context: GraphqlContext,
    @RequestId() requestId: string,
  ): Promise<LogInPayload> {
    const { email, password } = input;
    const organizationId = wantedOrganization(input.organizationId);
    const session = await this.attempts.count(context, async (countGuess) => {
      await countGuess(emailKey(email) ?? '');
      return this.logInUseCase.execute({ email, password, organizationId }, requestId);
    });
    return { session: toSessionNode(session) };
  }

  @Mutation(() => RefreshSessionPayload, {
    description:
      'The next tokens of a session, for its newest refresh token, once. A used one ends the session: UNAUTHENTICATED from then on, for everybody who has its tokens. Of several requests with one token at the same time one succeeds. Once in an operation.',
  })
  @Public()
  async refreshSession(
    @Input() { refreshToken }: RefreshSessionInput,
    @RequestId() requestId: string,
  ): Promise<RefreshSessionPayload> {
    return { session: toSessionNode(await this.refresh.execute(refreshToken, requestId)) };
  }

  @Mutation(() => LogOutPayload, {
    description:
      'Ends a session: its refresh tokens at once, its access tokens within two seconds. Repeating it, and a token that never was, give the same answer.',
  })
  @Public()
  async logOut(@Input() { refreshToken }: LogOutInput, @RequestId() requestId: string): Promise<LogOutPayload> {
    await this.logOutUseCase.execute(refreshToken, requestId);
    return { loggedOut: true };
  }

  @Mutation(() => SwitchOrganizationPayload, {
    description: 'A session of the same account in another of its organizations.',
  })
  @Requires('session.own')
  async switchOrganization(
    @Input() { organizationId }: SwitchOrganizationInput,
    @CurrentScope() scope: ViewerScope,
  ): Promise<SwitchOrganizationPayload> {
    const session = await this.switching.execute(scope, decodeId('Organization', organizationId));
    return { session: toSessionNode(session) };
  }
}
