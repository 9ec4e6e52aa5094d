import { EventEditsResolver } from './event-edits.resolver';
import { EventResolver, RecurrenceResolver } from './event.resolver';
import { NodeResolver } from './node.resolver';
import { OccurrenceEditsResolver } from './occurrence-edits.resolver';
import { OccurrenceRelationsResolver } from './occurrence-relations.resolver';
import { OccurrenceResolver } from './occurrence.resolver';
import { PreviewResolver } from './preview.resolver';
import { REFUSAL_RESOLVERS } from './refusal.resolver';
import { RegistrationListsResolver } from './registration-lists.resolver';
import { RegistrationResolver } from './registration.resolver';
import { SessionResolver } from './session.resolver';
import { UserResolver } from './user.resolver';
import { ViewerResolver } from './viewer.resolver';

/** Everything that answers on the wire; the schema is made from these. */
export const RESOLVERS = [
  ViewerResolver,
  SessionResolver,
  NodeResolver,
  UserResolver,
  EventResolver,
  EventEditsResolver,
  RecurrenceResolver,
  OccurrenceResolver,
  OccurrenceEditsResolver,
  OccurrenceRelationsResolver,
  RegistrationResolver,
  RegistrationListsResolver,
  PreviewResolver,
  ...REFUSAL_RESOLVERS,
];
