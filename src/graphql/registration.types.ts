import { ArgsType, Field, ID, InputType, Int, ObjectType } from '@nestjs/graphql';
import type { Registration, RegistrationStatus } from '../domain/registration';
import { connectionOf } from './connection';
import { RegistrationStatusEnum } from './enums';
import { encodeId } from './global-id';
import { AtMost, Checked, Nested, Optional } from './input-rules';
import { NodeInterface } from './node.types';
import { pageArgs } from './page.args';
import { DateRangeInput } from './range.types';
import { DateTimeScalar } from './scalars';

@ObjectType('Registration', {
  implements: () => NodeInterface,
  description: "One person's claim on one occurrence.",
})
export class RegistrationNode extends NodeInterface {
  declare readonly __typename: 'Registration';
  /** What the node was made from; not on the wire. */
  readonly record!: Registration;

  @Field(() => RegistrationStatusEnum, { description: 'What it is worth.' })
  status!: RegistrationStatus;

  @Field(() => Int, { description: 'How many seats it takes.' })
  seats!: number;

  @Field(() => Int, { nullable: true, description: 'Place in the queue, 1 = next; null when not waiting.' })
  position!: number | null;

  @Field(() => DateTimeScalar, { description: 'When it was made.' })
  createdAt!: Date;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was cancelled.' })
  cancelledAt!: Date | null;

  @Field(() => String, { nullable: true, description: 'Why it was cancelled, as far as somebody said so.' })
  cancelReason!: string | null;

  @Field(() => Int, { description: 'Counts its changes, from 1.' })
  revision!: number;
}

@ObjectType('RegistrationConnection', { description: 'A page of registrations.' })
export class RegistrationConnection extends connectionOf('Registration', 'registrations', () => RegistrationNode) {}

@InputType({ description: "Which of the viewer's registrations; what is left out does not matter." })
export class RegistrationFilter {
  @Field(() => [RegistrationStatusEnum], { nullable: true, description: 'Only those with one of these statuses.' })
  @Optional()
  @AtMost(10)
  statuses?: RegistrationStatus[] | null;

  @Field(() => DateRangeInput, { nullable: true, description: 'Only those for occurrences that overlap this range.' })
  @Nested(() => DateRangeInput)
  range?: DateRangeInput | null;
}

@ArgsType()
export class MyRegistrationsArgs extends pageArgs(20) {
  @Field(() => RegistrationFilter, { nullable: true, description: 'Which registrations.' })
  @Nested(() => RegistrationFilter)
  filter?: RegistrationFilter | null;
}

@InputType({ description: 'Whose registrations, or for what: at least one of the two ids.' })
export class RegistrationsFilter {
  @Field(() => ID, { nullable: true, description: 'Only those for this occurrence.' })
  @Checked()
  occurrenceId?: string | null;

  @Field(() => ID, { nullable: true, description: 'Only those of this user.' })
  @Checked()
  userId?: string | null;

  @Field(() => [RegistrationStatusEnum], { nullable: true, description: 'Only those with one of these statuses.' })
  @Optional()
  @AtMost(10)
  statuses?: RegistrationStatus[] | null;
}

@ArgsType()
export class RegistrationsArgs extends pageArgs(20) {
  @Field(() => RegistrationsFilter, { description: 'Which registrations.' })
  @Nested(() => RegistrationsFilter)
  filter!: RegistrationsFilter;
}

@ArgsType()
export class AttendeesArgs extends pageArgs(20) {}

/** There is no waitlist yet, so `position` is null. */
export const toRegistrationNode = (registration: Registration): RegistrationNode => ({
  __typename: 'Registration',
  record: registration,
  id: encodeId('Registration', registration.id),
  status: registration.status,
  seats: registration.seats,
  position: null,
  createdAt: registration.createdAt,
  cancelledAt: registration.cancelledAt,
  cancelReason: registration.cancelReason,
  revision: registration.version,
});
