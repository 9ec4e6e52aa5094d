import { Args, Query, Resolver } from '@nestjs/graphql';
import { BadUserInputError } from '../domain/errors';
import { holderOfUser, type OccurrenceId, type UserId } from '../domain/ids';
import type { ViewerScope } from '../domain/scope';
import { Clock } from '../platform/clock';
import { RegistrationRepository } from '../store/registration.repository';
import { Requires } from './auth.guard';
import { cursorPage, positionById, positionByStart, toConnection } from './connection';
import { decodeId, noSuch } from './global-id';
import { CurrentScope } from './graphql-context';
import { Loaders } from './loaders';
import { instantRange } from './range';
import {
  MyRegistrationsArgs,
  RegistrationConnection,
  RegistrationsArgs,
  toRegistrationNode,
} from './registration.types';

const byId = { position: positionById, node: toRegistrationNode };
const byStart = { position: positionByStart, node: toRegistrationNode };

@Resolver()
export class RegistrationListsResolver {
  constructor(
    private readonly registrationRepository: RegistrationRepository,
    private readonly loaders: Loaders,
    private readonly clock: Clock,
  ) {}

  @Query(() => RegistrationConnection, { description: "The viewer's own registrations, by start." })
  @Requires('registration.own')
  async myRegistrations(
    @Args() args: MyRegistrationsArgs,
    @CurrentScope() scope: ViewerScope,
  ): Promise<RegistrationConnection> {
    const page = cursorPage(scope.tenantId, `Query.myRegistrations ${scope.actor.userId}`, args);
    const { statuses, range: asked } = args.filter ?? {};
    const range = asked ? instantRange(asked, this.clock.now(), 'filter.range') : null;
    const holder = holderOfUser(scope.actor.userId);
    const found = await this.registrationRepository.pageOfHolder(scope, holder, { statuses, range, ...page });
    return toConnection(page, found, byStart);
  }

  @Query(() => RegistrationConnection, {
    description: 'Registrations for an occurrence, in the order of asking; or of a user, by start.',
  })
  @Requires('registration.readAll')
  async registrations(
    @Args() args: RegistrationsArgs,
    @CurrentScope() scope: ViewerScope,
  ): Promise<RegistrationConnection> {
    const page = cursorPage(scope.tenantId, 'Query.registrations', args);
    const { statuses } = args.filter;
    const occurrenceId = await this.occurrenceId(scope, args.filter.occurrenceId);
    const userId = await this.userId(scope, args.filter.userId);
    if (userId !== null) {
      const query = { statuses, occurrenceId, ...page };
      return toConnection(
        page,
        await this.registrationRepository.pageOfHolder(scope, holderOfUser(userId), query),
        byStart,
      );
    }
    if (occurrenceId === null) throw BadUserInputError.at('filter', 'needs `occurrenceId`, `userId` or both');
    const query = { statuses, ...page };
    return toConnection(page, await this.registrationRepository.pageOfOccurrence(scope, occurrenceId, query), byId);
  }

  private async occurrenceId(scope: ViewerScope, given: string | null | undefined): Promise<OccurrenceId | null> {
    if (given === undefined || given === null) return null;
    const id = decodeId('Occurrence', given);
    if ((await this.loaders.of(scope).occurrences.load(id)) === null) throw noSuch('Occurrence');
    return id;
  }

  private async userId(scope: ViewerScope, given: string | null | undefined): Promise<UserId | null> {
    if (given === undefined || given === null) return null;
    const id = decodeId('User', given);
    if ((await this.loaders.of(scope).users.load(id)) === null) throw noSuch('User');
    return id;
  }
}
