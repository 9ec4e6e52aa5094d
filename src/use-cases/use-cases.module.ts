import { Module } from '@nestjs/common';
import { StoreModule } from '../store/store.module';
import { BookingBatch } from './booking-batch';
import { BookingEngine } from './booking-engine';
import { BegunEdits } from './events/begun-edits';
import { CancelDates } from './events/cancel-dates';
import { CancelEvent } from './events/cancel-event';
import { CreateEvent } from './events/create-event';
import { DeleteEvent } from './events/delete-event';
import { EditOnce } from './edit-once';
import { LargeEdits } from './events/large-edits';
import { MoveDates } from './events/move-dates';
import { PublishEvent } from './events/publish-event';
import { SeriesEdits } from './events/series-edits';
import { SettleRegistrations } from './events/settle-registrations';
import { UpdateEvent } from './events/update-event';
import { IdempotencyClaims } from './idempotency-claims';
import { type DueHandler, DueHandlers } from './jobs/due-handler';
import { DueWorker } from './jobs/due-worker';
import { HorizonExtender } from './jobs/horizon-extender';
import { CancelOccurrence } from './occurrences/cancel-occurrence';
import { UpdateOccurrence } from './occurrences/update-occurrence';
import { Authenticator } from './people/authenticate';
import { EndSession } from './people/end-session';
import { FoundOrganization } from './people/found-organization';
import { LogIn } from './people/log-in';
import { LogOut } from './people/log-out';
import { RefreshSession } from './people/refresh-session';
import { Sessions } from './people/session';
import { SessionViewers } from './people/session-viewers';
import { SignUp } from './people/sign-up';
import { SwitchOrganization } from './people/switch-organization';
import { CancelRegistration } from './registrations/cancel-registration';
import { RegisterForEvent } from './registrations/register-for-event';
import { RegisterForOccurrence } from './registrations/register-for-occurrence';

const PEOPLE = [Authenticator, FoundOrganization, LogIn, SignUp];
const SESSIONS = [Sessions, SessionViewers, RefreshSession, EndSession, LogOut, SwitchOrganization];
const BOOKING = [BookingBatch, BookingEngine, IdempotencyClaims];
const EDITING = [EditOnce, SeriesEdits, BegunEdits, LargeEdits, MoveDates, CancelDates, SettleRegistrations];
const EVENTS = [CreateEvent, UpdateEvent, PublishEvent, CancelEvent, DeleteEvent];
const OCCURRENCES = [UpdateOccurrence, CancelOccurrence];
/** Whatever works on due rows of the journal: one line each. */
const DUE_HANDLERS = {
  provide: DueHandlers,
  inject: [SettleRegistrations, BegunEdits],
  useFactory: (...all: DueHandler[]) => new DueHandlers(all),
};
/** Started and stopped by the composition, not by injection. */
const JOBS = [DUE_HANDLERS, DueWorker, HorizonExtender];
const REGISTRATIONS = [RegisterForOccurrence, RegisterForEvent, CancelRegistration];
const PROVIDERS = [...BOOKING, ...PEOPLE, ...SESSIONS, ...EDITING, ...EVENTS, ...OCCURRENCES, ...JOBS, ...REGISTRATIONS];

/** What somebody can make happen. `Clock` and `AccessTokens` come from the composition, which makes them global. */
@Module({ imports: [StoreModule], providers: PROVIDERS, exports: PROVIDERS })
export class UseCasesModule {}
