import { CalendarFeedResolver } from './calendar-feed.resolver';
import { AuditResolver, RegistrationHistoryResolver } from './audit.resolver';
import { EmailResolver } from './email.resolver';
import { EventEditsResolver } from './event-edits.resolver';
import { EventResolver, RecurrenceResolver } from './event.resolver';
import { InvitationResolver } from './invitation.resolver';
import { NodeResolver } from './node.resolver';
import { OccurrenceEditsResolver } from './occurrence-edits.resolver';
import { OccurrenceRelationsResolver } from './occurrence-relations.resolver';
import { OccurrenceResolver } from './occurrence.resolver';
import { OrganizationResolver } from './organization.resolver';
import { PreviewResolver } from './preview.resolver';
import { REFUSAL_RESOLVERS } from './refusal.resolver';
import { ProviderResolver } from './provider.resolver';
import { RegistrationListsResolver } from './registration-lists.resolver';
import { RegistrationResolver } from './registration.resolver';
import { SessionResolver } from './session.resolver';
import { SubscriptionResolver } from './subscription.resolver';
import { UserEditsResolver } from './user-edits.resolver';
import { UserResolver } from './user.resolver';
import { ViewerResolver } from './viewer.resolver';

/** Everything that answers on the wire; the schema is made from these. */
export const RESOLVERS = [
  ViewerResolver,
  SessionResolver,
  EmailResolver,
  ProviderResolver,
  OrganizationResolver,
  NodeResolver,
  UserResolver,
  UserEditsResolver,
  InvitationResolver,
  EventResolver,
  EventEditsResolver,
  RecurrenceResolver,
  OccurrenceResolver,
  OccurrenceEditsResolver,
  OccurrenceRelationsResolver,
  RegistrationResolver,
  RegistrationListsResolver,
  PreviewResolver,
  AuditResolver,
  RegistrationHistoryResolver,
  SubscriptionResolver,
  CalendarFeedResolver,
  ...REFUSAL_RESOLVERS,
];
