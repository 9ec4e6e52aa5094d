import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { GqlExecutionContext } from '@nestjs/graphql';
import { getNamedType, type GraphQLOutputType, type GraphQLResolveInfo, isUnionType } from 'graphql';
import { catchError, type Observable, of } from 'rxjs';
import { RefusedError } from '../domain/errors';
import { type Refusal, type RefusalCode, refusalMessage } from '../domain/refusals';

/** The union member that carries each refusal. */
const MEMBER_OF: Record<RefusalCode, string> = {
  OCCURRENCE_FULL: 'OccurrenceFullError',
  OVERLAPPING_REGISTRATION: 'OverlappingRegistrationError',
  ALREADY_REGISTERED: 'AlreadyRegisteredError',
  REGISTRATION_CLOSED: 'RegistrationClosedError',
  TOO_MANY_SEATS: 'TooManySeatsError',
  BUSY: 'BusyError',
  STALE_REVISION: 'StaleRevisionError',
  INVALID_RECURRENCE: 'InvalidRecurrenceError',
  START_NOT_ON_RULE: 'StartNotOnRuleError',
  CAPACITY_BELOW_TAKEN: 'CapacityBelowTakenError',
  MOVE_CONFLICTS: 'MoveConflictsError',
  DATES_WITH_REGISTRATIONS: 'DatesWithRegistrationsError',
  EVENT_HAS_REGISTRATIONS: 'EventHasRegistrationsError',
  NOT_EDITABLE: 'NotEditableError',
  EMAIL_TAKEN: 'EmailTakenError',
  IDENTITY_TAKEN: 'IdentityTakenError',
  SLUG_TAKEN: 'SlugTakenError',
  ORGANIZATION_ALREADY_OWNED: 'OrganizationAlreadyOwnedError',
  ALREADY_MEMBER: 'AlreadyMemberError',
  INVITATION_INVALID: 'InvitationInvalidError',
  EMAIL_CODE_INVALID: 'EmailCodeInvalidError',
  TOO_MANY_CALENDAR_FEEDS: 'TooManyCalendarFeedsError',
  LAST_ADMIN: 'LastAdminError',
  USER_IS_OWNER: 'UserIsOwnerError',
};

export type RefusalData<R extends Refusal = Refusal> = R & { readonly __typename: string; readonly message: string };

/** A plain object, because graphql-js takes a resolver's result that is `instanceof Error` for a thrown one. */
export const refusalData = (refusal: Refusal): RefusalData => ({
  ...refusal,
  __typename: MEMBER_OF[refusal.code],
  message: refusalMessage(refusal),
});

const isMember = (returned: GraphQLOutputType, member: string): boolean => {
  const type = getNamedType(returned);
  return isUnionType(type) && type.getTypes().some(({ name }) => name === member);
};

/**
 * A refusal becomes the member of the operation's result union that stands for it. Where the union has none, it goes on
 * as an error, with its own code (`formatError`).
 */
export class RefusalsAsData implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(
      catchError((error: unknown) => {
        if (!(error instanceof RefusedError)) throw error;
        const data = refusalData(error.refusal);
        const { returnType } = GqlExecutionContext.create(context).getInfo<GraphQLResolveInfo>();
        if (!isMember(returnType, data.__typename)) throw error;
        return of(data);
      }),
    );
  }
}
