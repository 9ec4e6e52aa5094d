import { Module } from '@nestjs/common';
import { StoreModule } from '../store/store.module';
import { Authenticator } from './people/authenticate';
import { FoundOrganization } from './people/found-organization';
import { LogIn } from './people/log-in';
import { Sessions } from './people/session';
import { SignUp } from './people/sign-up';

const PEOPLE = [Authenticator, FoundOrganization, LogIn, Sessions, SignUp];

/** What somebody can make happen. `Clock` and `AccessTokens` come from the composition, which makes them global. */
@Module({ imports: [StoreModule], providers: PEOPLE, exports: PEOPLE })
export class UseCasesModule {}
