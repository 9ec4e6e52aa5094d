import { Field, Int, InterfaceType, ObjectType } from '@nestjs/graphql';
import type { ClosedReason, NotEditableReason, RefusalCode } from '../domain/refusals';
import { ClosedReasonEnum, ErrorCodeEnum, NotEditableReasonEnum } from './enums';
import { DateTimeScalar, LocalDateTimeScalar } from './scalars';

/** A refusal's relations (the conflicting registration, the next date with seats) are resolved in `refusal.resolver.ts`. */
@InterfaceType('UserError', {
  description: 'A "no" that a well-behaved client can meet.',
  resolveType: (value: UserError) => value.__typename,
})
export abstract class UserError {
  readonly __typename!: string;

  @Field(() => ErrorCodeEnum, { description: 'What a program branches on.' })
  code!: RefusalCode;

  @Field({ description: 'What a person can be told.' })
  message!: string;
}

@ObjectType({ implements: () => UserError, description: 'Not enough seats are left.' })
export class OccurrenceFullError extends UserError {
  @Field(() => Int, { description: 'How many seats are left; fewer than were asked for.' })
  seatsLeft!: number;
}

@ObjectType({ implements: () => UserError, description: 'The person is registered for something at the same time.' })
export class OverlappingRegistrationError extends UserError {}

@ObjectType({ implements: () => UserError, description: 'The person is registered for this occurrence already.' })
export class AlreadyRegisteredError extends UserError {}

@ObjectType({ implements: () => UserError, description: 'Registration is not possible, or not any more.' })
export class RegistrationClosedError extends UserError {
  @Field(() => ClosedReasonEnum, { description: 'Why.' })
  reason!: ClosedReason;
}

@ObjectType({ implements: () => UserError, description: 'More seats than one registration may take.' })
export class TooManySeatsError extends UserError {
  @Field(() => Int, { description: 'The most seats that one registration may take.' })
  maximum!: number;
}

@ObjectType({ implements: () => UserError, description: 'Too much is going on at once. Nothing happened.' })
export class BusyError extends UserError {
  @Field(() => Int, { description: 'Repeat the request after this many milliseconds.' })
  retryAfterMs!: number;
}

@ObjectType({ implements: () => UserError, description: 'Somebody else changed it since it was read.' })
export class StaleRevisionError extends UserError {
  @Field(() => Int, { description: 'The revision it has now: read it again before deciding.' })
  currentRevision!: number;
}

@ObjectType({ implements: () => UserError, description: 'The recurrence rule is not allowed, or has no dates.' })
export class InvalidRecurrenceError extends UserError {
  @Field(() => String, { nullable: true, description: 'The part of the rule at fault, e.g. `BYMONTHDAY`.' })
  part!: string | null;
}

@ObjectType({ implements: () => UserError, description: 'The start is not a date of the rule.' })
export class StartNotOnRuleError extends UserError {
  @Field(() => LocalDateTimeScalar, {
    nullable: true,
    description: 'The first date that is; null when there is none soon.',
  })
  firstMatch!: string | null;
}

@ObjectType({ implements: () => UserError, description: 'More seats are taken than the new capacity has.' })
export class CapacityBelowTakenError extends UserError {
  @Field(() => Int, { description: 'The lowest capacity that is possible now.' })
  minimum!: number;
}

@ObjectType({ description: 'A registration whose holder would be in two places. The other place is not shown.' })
export class MoveConflict {
  @Field(() => DateTimeScalar, { description: 'When the occurrence would start after the move.' })
  newStartsAt!: Date;

  @Field(() => DateTimeScalar, { description: 'When the occurrence would end after the move.' })
  newEndsAt!: Date;
}

@ObjectType({ implements: () => UserError, description: 'Registered people would be in two places at once.' })
export class MoveConflictsError extends UserError {
  @Field(() => [MoveConflict], { description: 'The registrations in question, at most 100 of them.' })
  conflicts!: MoveConflict[];

  @Field(() => Int, { description: 'How many there are.' })
  total!: number;
}

@ObjectType({ implements: () => UserError, description: 'Dates with registrations would disappear.' })
export class DatesWithRegistrationsError extends UserError {
  @Field(() => Int, { description: 'How many there are.' })
  total!: number;
}

@ObjectType({ implements: () => UserError, description: 'The event has registrations.' })
export class EventHasRegistrationsError extends UserError {}

@ObjectType({ implements: () => UserError, description: 'It has started or was cancelled.' })
export class NotEditableError extends UserError {
  @Field(() => NotEditableReasonEnum, { description: 'Why.' })
  reason!: NotEditableReason;
}

@ObjectType({ implements: () => UserError, description: 'There is an account with this e-mail address.' })
export class EmailTakenError extends UserError {}

@ObjectType({
  implements: () => UserError,
  description: 'Another organization has this slug; an archived one keeps its own.',
})
export class SlugTakenError extends UserError {}

@ObjectType({ implements: () => UserError, description: 'The account owns an organization that is not archived.' })
export class OrganizationAlreadyOwnedError extends UserError {}

@ObjectType({ implements: () => UserError, description: 'This sign-in at a provider belongs to another account.' })
export class IdentityTakenError extends UserError {}

@ObjectType({ implements: () => UserError, description: 'The person belongs to the organization already.' })
export class AlreadyMemberError extends UserError {}

@ObjectType({
  implements: () => UserError,
  description:
    'The invitation is of no use: it expired, was used or revoked, or never was. Which of these is not told.',
})
export class InvitationInvalidError extends UserError {}

@ObjectType({
  implements: () => UserError,
  description: 'The code is of no use: wrong, used or expired, or its tries are used up. Which of these is not told.',
})
export class EmailCodeInvalidError extends UserError {}

@ObjectType({ implements: () => UserError, description: 'The person has as many calendar feeds as one may have.' })
export class TooManyCalendarFeedsError extends UserError {
  @Field(() => Int, { description: 'How many active ones a person may have: revoke one first.' })
  maximum!: number;
}

@ObjectType({ implements: () => UserError, description: 'The organization would be left without an ORG_ADMIN.' })
export class LastAdminError extends UserError {}

@ObjectType({
  implements: () => UserError,
  description: 'The person owns the organization: transfer the ownership first.',
})
export class UserIsOwnerError extends UserError {}
