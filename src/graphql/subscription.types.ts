import { ArgsType, Field, ID, Int, ObjectType } from '@nestjs/graphql';
import { type Occurrence, type OccurrenceStatus } from '../domain/occurrence';
import { MAX_IN_SNAPSHOT, type RegistrationNews } from '../use-cases/live/watch-registrations';
import { OccurrenceStatusEnum } from './enums';
import { Checked } from './input-rules';
import { OccurrenceNode, toOccurrenceNode } from './occurrence.types';
import { RegistrationNode, toRegistrationNode } from './registration.types';
import { DateTimeScalar } from './scalars';

@ObjectType('OccurrenceAvailability', {
  description: 'How an occurrence stands. Each message says all of it and takes the place of the one before.',
})
export class OccurrenceAvailabilityNode {
  @Field(() => OccurrenceNode, { description: 'The occurrence.' })
  occurrence!: OccurrenceNode;

  @Field(() => OccurrenceStatusEnum, {
    description: 'Where it is in its life. That it starts or ends is no change, and no message is sent for it.',
  })
  status!: OccurrenceStatus;

  @Field(() => Int, { nullable: true, description: 'Seats; null: unlimited, 0: closed.' })
  capacity!: number | null;

  @Field(() => Int, { description: 'Seats that are taken or held.' })
  seatsTaken!: number;

  @Field(() => Int, { nullable: true, description: 'Seats that are free; null: unlimited.' })
  seatsLeft!: number | null;

  @Field(() => Int, { description: 'Registrations that wait for a seat.' })
  waitingCount!: number;

  @Field(() => Int, { description: 'Grows with every edit of the occurrence. Bookings do not change it.' })
  revision!: number;

  @Field(() => DateTimeScalar, { description: 'When this was told.' })
  readAt!: Date;
}

@ObjectType('RegistrationChange', {
  description: 'Either a snapshot or one registration that changed: one of the two is null.',
})
export class RegistrationChangeNode {
  @Field(() => [RegistrationNode], {
    nullable: true,
    description:
      "The viewer's registrations that are neither cancelled nor over, by start: the first message, and again when changes " +
      `may have been missed. It takes the place of everything before. The first ${MAX_IN_SNAPSHOT} at most.`,
  })
  snapshot!: RegistrationNode[] | null;

  @Field(() => Boolean, { description: 'Whether the snapshot was cut; `myRegistrations` has all of them.' })
  hasMore!: boolean;

  @Field(() => RegistrationNode, { nullable: true, description: 'The registration that changed, as it is now.' })
  registration!: RegistrationNode | null;
}

@ArgsType()
export class OccurrenceAvailabilityArgs {
  @Field(() => ID, { description: 'The occurrence.' })
  @Checked()
  occurrenceId!: string;
}

/** @param now the moment of telling, which `status` depends on */
export function toAvailability(occurrence: Occurrence, now: Date): OccurrenceAvailabilityNode {
  const node = toOccurrenceNode(occurrence, now);
  const { status, capacity, seatsTaken, seatsLeft, waitingCount, revision } = node;
  return { occurrence: node, status, capacity, seatsTaken, seatsLeft, waitingCount, revision, readAt: now };
}

export const toRegistrationChange = (news: RegistrationNews): RegistrationChangeNode =>
  news.kind === 'snapshot'
    ? { snapshot: news.registrations.map(toRegistrationNode), hasMore: news.hasMore, registration: null }
    : { snapshot: null, hasMore: false, registration: toRegistrationNode(news.registration) };
