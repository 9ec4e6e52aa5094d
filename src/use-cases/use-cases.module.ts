import { Module } from '@nestjs/common';
import { StoreModule } from '../store/store.module';
import { BookingBatch } from './booking-batch';
import { BookingEngine } from './booking-engine';
import { CreateEvent } from './events/create-event';
import { EditOnce } from './events/edit-once';
import { CancelDates } from './events/cancel-dates';
import { CancelEvent } from './events/cancel-event';
import { DeleteEvent } from './events/delete-event';
import { PublishEvent } from './events/publish-event';
import { SeriesEdits } from './events/series-edits';
import { IdempotencyClaims } from './idempotency-claims';
import { CancelOccurrence } from './occurrences/cancel-occurrence';
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
const EVENTS = [EditOnce, SeriesEdits, CancelDates, CreateEvent, PublishEvent, CancelEvent, DeleteEvent];
const OCCURRENCES = [CancelOccurrence];
const REGISTRATIONS = [RegisterForOccurrence, RegisterForEvent, CancelRegistration];
const PROVIDERS = [...BOOKING, ...PEOPLE, ...EVENTS, ...OCCURRENCES, ...REGISTRATIONS];

/** What somebody can make happen. `Clock` and `AccessTokens` come from the composition, which makes them global. */
@Module({ imports: [StoreModule], providers: PROVIDERS, exports: PROVIDERS })
export class UseCasesModule {}
