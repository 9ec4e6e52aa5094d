import { UseGuards } from '@nestjs/common';
import { Mutation, Resolver } from '@nestjs/graphql';
import type { TenantId } from '../domain/ids';
import { LogIn } from '../use-cases/people/log-in';
import { SignUp } from '../use-cases/people/sign-up';
import { Public } from './auth.guard';
import { parseId } from './global-id';
import { RequestId } from './graphql-context';
import { Input } from './input.decorator';
import { OncePerOperationGuard } from './once-per-operation.guard';
import { LogInInput, LogInPayload, SignUpInput, SignUpPayload, SignUpResult, toSessionNode } from './session.types';

/** Nobody's: what is not the id of an organization is answered exactly as one that never was. */
const NO_ORGANIZATION = '0'.repeat(24) as TenantId;

function wantedOrganization(id: string | null | undefined): TenantId | null {
  if (typeof id !== 'string') return null;
  const decoded = parseId(id);
  return decoded?.type === 'Organization' ? decoded.id : NO_ORGANIZATION;
}

@Resolver()
@UseGuards(OncePerOperationGuard)
export class SessionResolver {
  constructor(
    private readonly signUpUseCase: SignUp,
    private readonly logInUseCase: LogIn,
  ) {}

  @Mutation(() => SignUpResult, {
    description: 'A new account, which founds an organization as its ORG_ADMIN. Once in an operation, without logIn.',
  })
  @Public()
  async signUp(@Input() input: SignUpInput, @RequestId() requestId: string): Promise<SignUpPayload> {
    const session = await this.signUpUseCase.execute(input, requestId);
    return { __typename: 'SignUpPayload', session: toSessionNode(session) };
  }

  @Mutation(() => LogInPayload, {
    description:
      'Credentials for a session. UNAUTHENTICATED answers a wrong password and an unknown address alike. Once in an operation, without signUp.',
  })
  @Public()
  async logIn(@Input() input: LogInInput, @RequestId() requestId: string): Promise<LogInPayload> {
    const { email, password } = input;
    const organizationId = wantedOrganization(input.organizationId);
    const session = await this.logInUseCase.execute({ email, password, organizationId }, requestId);
    return { session: toSessionNode(session) };
  }
}
