import { Parent, ResolveField, Resolver } from '@nestjs/graphql';
import type { UserId } from '../domain/ids';
import type { ViewerScope } from '../domain/scope';
import { Clock } from '../platform/clock';
import { CancelRegistration } from '../use-cases/registrations/cancel-registration';
import { RegisterForEvent } from '../use-cases/registrations/register-for-event';
import { RegisterForOccurrence } from '../use-cases/registrations/register-for-occurrence';
import { Requires } from './auth.guard';
import { decodeId, noSuch } from './global-id';
import { CurrentScope } from './graphql-context';
import { Input } from './input.decorator';
import { Loaders } from './loaders';
import { Mutation } from './mutation.decorator';
import { OccurrenceNode, toOccurrenceNode } from './occurrence.types';
import {
  CancelRegistrationInput,
  CancelRegistrationPayload,
  CancelRegistrationResult,
  RegisterForEventInput,
  RegisterForOccurrenceInput,
  RegisterForOccurrencePayload,
  RegisterForOccurrenceResult,
} from './registration.inputs';
import { RegistrationNode, toRegistrationNode } from './registration.types';
import { toUserNode, UserNode } from './user.types';

const optionalUser = (userId: string | null | undefined): UserId | null =>
  typeof userId === 'string' ? decodeId('User', userId) : null;

@Resolver(() => RegistrationNode)
export class RegistrationResolver {
  constructor(
    private readonly register: RegisterForOccurrence,
    private readonly registerAtEvent: RegisterForEvent,
    private readonly cancel: CancelRegistration,
    private readonly loaders: Loaders,
    private readonly clock: Clock,
  ) {}

  @Mutation(() => RegisterForOccurrenceResult, { description: 'Takes seats on one date of an event.' })
  @Requires('registration.own')
  async registerForOccurrence(
    @Input() input: RegisterForOccurrenceInput,
    @CurrentScope() scope: ViewerScope,
  ): Promise<RegisterForOccurrencePayload> {
    const registration = await this.register.execute(scope, {
      occurrenceId: decodeId('Occurrence', input.occurrenceId),
      seats: input.seats ?? 1,
      userId: optionalUser(input.userId),
      idempotencyKey: input.idempotencyKey ?? null,
    });
    return { __typename: 'RegisterForOccurrencePayload', registration: toRegistrationNode(registration) };
  }

  @Mutation(() => RegisterForOccurrenceResult, { description: 'Takes seats at an event that happens once.' })
  @Requires('registration.own')
  async registerForEvent(
    @Input() input: RegisterForEventInput,
    @CurrentScope() scope: ViewerScope,
  ): Promise<RegisterForOccurrencePayload> {
    const registration = await this.registerAtEvent.execute(scope, {
      eventId: decodeId('Event', input.eventId),
      seats: input.seats ?? 1,
      userId: optionalUser(input.userId),
      idempotencyKey: input.idempotencyKey ?? null,
    });
    return { __typename: 'RegisterForOccurrencePayload', registration: toRegistrationNode(registration) };
  }

  @Mutation(() => CancelRegistrationResult, {
    description:
      'Gives seats back: until the start; ORGANIZER and up for others until the end. Repeating it gives the same answer.',
  })
  @Requires('registration.own')
  async cancelRegistration(
    @Input() input: CancelRegistrationInput,
    @CurrentScope() scope: ViewerScope,
  ): Promise<CancelRegistrationPayload> {
    const registration = await this.cancel.execute(scope, {
      registrationId: decodeId('Registration', input.registrationId),
      reason: input.reason ?? null,
      idempotencyKey: input.idempotencyKey ?? null,
    });
    return { __typename: 'CancelRegistrationPayload', registration: toRegistrationNode(registration) };
  }

  @ResolveField(() => OccurrenceNode, { description: 'What it is for.' })
  async occurrence(
    @Parent() { record }: RegistrationNode,
    @CurrentScope() scope: ViewerScope,
  ): Promise<OccurrenceNode> {
    const occurrence = await this.loaders.of(scope).occurrences.load(record.occurrenceId);
    if (occurrence === null) throw noSuch('Occurrence');
    return toOccurrenceNode(occurrence, this.clock.now());
  }

  @ResolveField(() => UserNode, { nullable: true, description: 'Who holds it; null for a guest.' })
  async user(@Parent() { record }: RegistrationNode, @CurrentScope() scope: ViewerScope): Promise<UserNode | null> {
    const user = record.userId && (await this.loaders.of(scope).users.load(record.userId));
    return user && toUserNode(user);
  }
}
