import { Module } from '@nestjs/common';
import { StoreModule } from '../store/store.module';
import { BookingBatch } from './booking-batch';
import { BookingEngine } from './booking-engine';
import { CalendarEntries } from './calendar/calendar-entries';
import { CreateCalendarFeed } from './calendar/create-calendar-feed';
import { FindCalendarFeed } from './calendar/find-calendar-feed';
import { ReadCalendarFeed } from './calendar/read-calendar-feed';
import { RevokeCalendarFeed } from './calendar/revoke-calendar-feed';
import { DeliveryWorker } from './delivery/delivery-worker';
import { MailDispatch } from './delivery/mail-dispatch';
import { MailOutbox } from './delivery/mail-outbox';
import { ReleaseMails } from './delivery/release-mails';
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
import { AstrayDates } from './jobs/astray-dates';
import { ClockChanges } from './jobs/clock-changes';
import { type DueHandler, DueHandlers } from './jobs/due-handler';
import { DueWorker } from './jobs/due-worker';
import { HorizonExtender } from './jobs/horizon-extender';
import { JournalRetention } from './jobs/journal-retention';
import { CancelOccurrence } from './occurrences/cancel-occurrence';
import { FollowClockChange } from './occurrences/follow-clock-change';
import { UpdateOccurrence } from './occurrences/update-occurrence';
import { ArchiveOrganization } from './organizations/archive-organization';
import { CreateOrganization } from './organizations/create-organization';
import { UpdateOrganization } from './organizations/update-organization';
import { AcceptInvitation } from './people/accept-invitation';
import { AcceptInvitationWithProvider } from './people/accept-invitation-with-provider';
import { LiveFeed } from './live/live-feed';
import { WatchRegistrations } from './live/watch-registrations';
import { WatchSeats } from './live/watch-seats';
import { CountingParts, ProcessMetrics } from './process-metrics';
import { Authenticator } from './people/authenticate';
import { ChangeRole } from './people/change-role';
import { EmailCodes } from './people/email-codes';
import { EndAccess } from './people/end-access';
import { EndSession } from './people/end-session';
import { FoundOrganization } from './people/found-organization';
import { InvitationAcceptance } from './people/invitation-acceptance';
import { InviteUser } from './people/invite-user';
import { JoinOrganization } from './people/join-organization';
import { LinkIdentity } from './people/link-identity';
import { LogIn } from './people/log-in';
import { LogInWithProvider } from './people/log-in-with-provider';
import { LogOut } from './people/log-out';
import { Members } from './people/members';
import { ProviderAccounts } from './people/provider-accounts';
import { NewAccounts } from './people/new-accounts';
import { ProviderSubjects } from './people/provider-subjects';
import { RefreshSession } from './people/refresh-session';
import { ReleaseRegistrations } from './people/release-registrations';
import { RemoveUser } from './people/remove-user';
import { OpenInvitations } from './people/open-invitations';
import { RevokeInvitation } from './people/revoke-invitation';
import { RequestEmailVerification } from './people/request-email-verification';
import { Sessions } from './people/session';
import { SessionViewers } from './people/session-viewers';
import { SignUp } from './people/sign-up';
import { SignUpWithProvider } from './people/sign-up-with-provider';
import { SwitchOrganization } from './people/switch-organization';
import { TransferOwnership } from './people/transfer-ownership';
import { VerifyEmail } from './people/verify-email';
import { CancelRegistration } from './registrations/cancel-registration';
import { RegisterForEvent } from './registrations/register-for-event';
import { RegisterForOccurrence } from './registrations/register-for-occurrence';

const PEOPLE = [Authenticator, FoundOrganization, LogIn, SignUp];
const INVITATIONS = [
  OpenInvitations,
  InviteUser,
  InvitationAcceptance,
  AcceptInvitation,
  AcceptInvitationWithProvider,
  JoinOrganization,
  RevokeInvitation,
];
const MEMBERS = [Members, EndAccess, ChangeRole, RemoveUser, TransferOwnership, ReleaseRegistrations];
const SESSIONS = [Sessions, SessionViewers, RefreshSession, EndSession, LogOut, SwitchOrganization];
const SIGN_IN_PROVIDER = [ProviderAccounts, ProviderSubjects, LogInWithProvider, SignUpWithProvider, LinkIdentity];
const ORGANIZATIONS = [CreateOrganization, UpdateOrganization, ArchiveOrganization];
const BOOKING = [BookingBatch, BookingEngine, IdempotencyClaims];
const EDITING = [EditOnce, SeriesEdits, BegunEdits, LargeEdits, MoveDates, CancelDates, SettleRegistrations];
const EVENTS = [CreateEvent, UpdateEvent, PublishEvent, CancelEvent, DeleteEvent];
const OCCURRENCES = [UpdateOccurrence, CancelOccurrence, FollowClockChange];
/** Whatever works on due rows of the journal: one line each. */
const DUE_HANDLERS = {
  provide: DueHandlers,
  inject: [SettleRegistrations, BegunEdits, ReleaseMails, ReleaseRegistrations],
  useFactory: (...all: DueHandler[]) => new DueHandlers(all),
};
/** Started and stopped by the composition, not by injection. */
const JOBS = [DUE_HANDLERS, DueWorker, DeliveryWorker, HorizonExtender, AstrayDates, ClockChanges, JournalRetention];
const METRICS = [CountingParts, ProcessMetrics];
const DELIVERY = [MailOutbox, MailDispatch, ReleaseMails];
const EMAIL = [EmailCodes, NewAccounts, RequestEmailVerification, VerifyEmail];
const REGISTRATIONS = [RegisterForOccurrence, RegisterForEvent, CancelRegistration];
const LIVE = [LiveFeed, WatchSeats, WatchRegistrations];
const CALENDAR = [CalendarEntries, CreateCalendarFeed, FindCalendarFeed, ReadCalendarFeed, RevokeCalendarFeed];
const PROVIDERS = [
  ...BOOKING,
  ...DELIVERY,
  ...EMAIL,
  ...PEOPLE,
  ...SESSIONS,
  ...SIGN_IN_PROVIDER,
  ...INVITATIONS,
  ...MEMBERS,
  ...ORGANIZATIONS,
  ...EDITING,
  ...EVENTS,
  ...OCCURRENCES,
  ...JOBS,
  ...METRICS,
  ...REGISTRATIONS,
  ...LIVE,
  ...CALENDAR,
];

/** What somebody can make happen. `Clock` and `AccessTokens` come from the composition, which makes them global. */
@Module({ imports: [StoreModule], providers: PROVIDERS, exports: PROVIDERS })
export class UseCasesModule {}
