import { NodeResolver } from './node.resolver';
import {
  AlreadyRegisteredResolver,
  DatesWithRegistrationsResolver,
  MoveConflictResolver,
  OccurrenceFullResolver,
  OverlappingRegistrationResolver,
} from './refusal.resolver';
import { RegistrationResolver } from './registration.resolver';
import { SessionResolver } from './session.resolver';
import { ViewerResolver } from './viewer.resolver';

/** Everything that answers on the wire; the schema is made from these. */
export const RESOLVERS = [
  ViewerResolver,
  SessionResolver,
  NodeResolver,
  RegistrationResolver,
  OccurrenceFullResolver,
  OverlappingRegistrationResolver,
  AlreadyRegisteredResolver,
  MoveConflictResolver,
  DatesWithRegistrationsResolver,
] as const;
