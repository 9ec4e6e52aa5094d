import { Mutation, Resolver } from '@nestjs/graphql';
import { LogIn } from '../use-cases/people/log-in';
import { SignUp } from '../use-cases/people/sign-up';
import { Public } from './auth.guard';
import { decodeId } from './global-id';
import { RequestId } from './graphql-context';
import { Input } from './input.decorator';
import { LogInInput, LogInPayload, SignUpInput, SignUpPayload, SignUpResult, toSessionNode } from './session.types';

@Resolver()
export class SessionResolver {
  constructor(
    private readonly signUpUseCase: SignUp,
    private readonly logInUseCase: LogIn,
  ) {}

  @Mutation(() => SignUpResult, { description: 'A new account, which founds an organization as its ORG_ADMIN.' })
  @Public()
  async signUp(@Input() input: SignUpInput, @RequestId() requestId: string): Promise<SignUpPayload> {
    const session = await this.signUpUseCase.execute(input, requestId);
    return { __typename: 'SignUpPayload', session: toSessionNode(session) };
  }

  @Mutation(() => LogInPayload, {
    description: 'Credentials for a session. UNAUTHENTICATED answers a wrong password and an unknown address alike.',
  })
  @Public()
  async logIn(@Input() input: LogInInput, @RequestId() requestId: string): Promise<LogInPayload> {
    const { email, password } = input;
    const organizationId =
      typeof input.organizationId === 'string' ? decodeId('Organization', input.organizationId) : null;
    const session = await this.logInUseCase.execute({ email, password, organizationId }, requestId);
    return { session: toSessionNode(session) };
  }
}
