import { Module } from '@nestjs/common';
import { StoreModule } from '../store/store.module';
import { BookingBatch } from './booking-batch';
import { BookingEngine } from './booking-engine';
import { CreateEvent } from './events/create-event';
import { EditOnce } from './events/edit-once';
import { IdempotencyClaims } from './idempotency-claims';
import { Authenticator } from './people/authenticate';
import { FoundOrganization } from './people/found-organization';
import { LogIn } from './people/log-in';
import { Sessions } from './people/session';
import { SignUp } from './people/sign-up';
import { CancelRegistration } from './registrations/cancel-registration';
import { RegisterForEvent } from './registrations/register-for-event';
import { RegisterForOccurrence } from './registrations/register-for-occurrence';

const PEOPLE = [Authenticator, FoundOrganization, LogIn, Sessions, SignUp];
const BOOKING = [BookingBatch, BookingEngine, IdempotencyClaims];
const EVENTS = [EditOnce, CreateEvent];
const REGISTRATIONS = [RegisterForOccurrence, RegisterForEvent, CancelRegistration];
const PROVIDERS = [...BOOKING, ...PEOPLE, ...EVENTS, ...REGISTRATIONS];

/** What somebody can make happen. `Clock` and `AccessTokens` come from the composition, which makes them global. */
@Module({ imports: [StoreModule], providers: PROVIDERS, exports: PROVIDERS })
export class UseCasesModule {}
