import { Args, Resolver, Subscription } from '@nestjs/graphql';
import type { Occurrence } from '../domain/occurrence';
import { Clock } from '../platform/clock';
import type { Listener, LiveMessage } from '../use-cases/live/watch';
import { type RegistrationNews, WatchRegistrations } from '../use-cases/live/watch-registrations';
import { WatchSeats } from '../use-cases/live/watch-seats';
import { Requires } from './auth.guard';
import { decodeId } from './global-id';
import { CurrentListener, LiveSource } from './live-results';
import {
  OccurrenceAvailabilityArgs,
  OccurrenceAvailabilityNode,
  RegistrationChangeNode,
  toAvailability,
  toRegistrationChange,
} from './subscription.types';

/** What is pushed. The guard judges who begins; whoever listens is judged again before each message, by the watch. */
@Resolver()
export class SubscriptionResolver {
  constructor(
    private readonly seats: WatchSeats,
    private readonly registrations: WatchRegistrations,
    private readonly clock: Clock,
  ) {}

  @Subscription(() => OccurrenceAvailabilityNode, {
    description: 'How an occurrence stands now, then again after each change of it. Over WebSocket only.',
    resolve(this: SubscriptionResolver, { value }: LiveMessage<Occurrence>) {
      return toAvailability(value, this.clock.now());
    },
  })
  @Requires('event.read')
  async occurrenceAvailability(
    @Args() { occurrenceId }: OccurrenceAvailabilityArgs,
    @CurrentListener() listener: Listener,
  ): Promise<LiveSource<Occurrence>> {
    return new LiveSource(await this.seats.execute(listener, decodeId('Occurrence', occurrenceId)));
  }

  @Subscription(() => RegistrationChangeNode, {
    description: "The viewer's own registrations: a snapshot first, then each that changes. Over WebSocket only.",
    resolve: ({ value }: LiveMessage<RegistrationNews>) => toRegistrationChange(value),
  })
  @Requires('registration.own')
  async myRegistrationChanged(@CurrentListener() listener: Listener): Promise<LiveSource<RegistrationNews>> {
    return new LiveSource(await this.registrations.execute(listener));
  }
}
