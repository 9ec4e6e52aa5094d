import { Parent, ResolveField, Resolver } from '@nestjs/graphql';
import type { MoveConflict as MoveConflictData, RefusalOf } from '../domain/refusals';
import type { ViewerScope } from '../domain/scope';
import { Clock } from '../platform/clock';
import type { RefusalData } from './as-data';
import { noSuch } from './global-id';
import { CurrentScope } from './graphql-context';
import { Loaders } from './loaders';
import { OccurrenceNode, toOccurrenceNode } from './occurrence.types';
import {
  AlreadyRegisteredError,
  DatesWithRegistrationsError,
  MoveConflict,
  OccurrenceFullError,
  OverlappingRegistrationError,
} from './refusal.types';
import { RegistrationNode, toRegistrationNode } from './registration.types';

/* What refusals point at. They carry ids; the objects are read where they are asked for, as far as the viewer may see them. */

@Resolver(() => OccurrenceFullError)
export class OccurrenceFullResolver {
  constructor(
    private readonly loaders: Loaders,
    private readonly clock: Clock,
  ) {}

  @ResolveField(() => OccurrenceNode, {
    nullable: true,
    description: 'The next date of the event with as many seats as were asked for; null when there is none soon.',
  })
  async nextWithSeats(
    @Parent() { nextWithSeats }: RefusalData<RefusalOf<'OCCURRENCE_FULL'>>,
    @CurrentScope() scope: ViewerScope,
  ): Promise<OccurrenceNode | null> {
    const next = nextWithSeats && (await this.loaders.of(scope).occurrences.load(nextWithSeats));
    return next && toOccurrenceNode(next, this.clock.now());
  }
}

@Resolver(() => OverlappingRegistrationError)
export class OverlappingRegistrationResolver {
  constructor(private readonly loaders: Loaders) {}

  @ResolveField(() => RegistrationNode, {
    nullable: true,
    description: 'The registration in the way; null when the viewer may not see it.',
  })
  async conflictingRegistration(
    @Parent() { conflictingRegistrationId: id }: RefusalData<RefusalOf<'OVERLAPPING_REGISTRATION'>>,
    @CurrentScope() scope: ViewerScope,
  ): Promise<RegistrationNode | null> {
    const registration = id && (await this.loaders.of(scope).registrations.load(id));
    return registration && toRegistrationNode(registration);
  }
}

@Resolver(() => AlreadyRegisteredError)
export class AlreadyRegisteredResolver {
  constructor(private readonly loaders: Loaders) {}

  @ResolveField(() => RegistrationNode, { description: 'The registration that there is.' })
  async registration(
    @Parent() { registrationId }: RefusalData<RefusalOf<'ALREADY_REGISTERED'>>,
    @CurrentScope() scope: ViewerScope,
  ): Promise<RegistrationNode> {
    const registration = await this.loaders.of(scope).registrations.load(registrationId);
    if (registration === null) throw noSuch('Registration');
    return toRegistrationNode(registration);
  }
}

@Resolver(() => MoveConflict)
export class MoveConflictResolver {
  constructor(private readonly loaders: Loaders) {}

  @ResolveField(() => RegistrationNode, { description: 'The registration whose holder would be in two places.' })
  async registration(
    @Parent() { registrationId }: MoveConflictData,
    @CurrentScope() scope: ViewerScope,
  ): Promise<RegistrationNode> {
    const registration = await this.loaders.of(scope).registrations.load(registrationId);
    if (registration === null) throw noSuch('Registration');
    return toRegistrationNode(registration);
  }
}

@Resolver(() => DatesWithRegistrationsError)
export class DatesWithRegistrationsResolver {
  constructor(
    private readonly loaders: Loaders,
    private readonly clock: Clock,
  ) {}

  @ResolveField(() => [OccurrenceNode], {
    description: 'The dates that the new rule no longer has, at most 100 of them.',
  })
  async occurrences(
    @Parent() { occurrenceIds }: RefusalData<RefusalOf<'DATES_WITH_REGISTRATIONS'>>,
    @CurrentScope() scope: ViewerScope,
  ): Promise<OccurrenceNode[]> {
    const { occurrences } = this.loaders.of(scope);
    const found = await Promise.all(occurrenceIds.map((id) => occurrences.load(id)));
    return found.filter((one) => one !== null).map((one) => toOccurrenceNode(one, this.clock.now()));
  }
}

export const REFUSAL_RESOLVERS = [
  OccurrenceFullResolver,
  OverlappingRegistrationResolver,
  AlreadyRegisteredResolver,
  MoveConflictResolver,
  DatesWithRegistrationsResolver,
];
