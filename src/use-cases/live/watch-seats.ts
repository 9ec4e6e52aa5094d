import { Injectable } from '@nestjs/common';
import { ForbiddenError, NotFoundError } from '../../domain/errors';
import type { OccurrenceId, TenantId } from '../../domain/ids';
import type { Occurrence } from '../../domain/occurrence';
import { allows } from '../../domain/permissions';
import { tenantScope } from '../../domain/scope';
import { maySeeOccurrence } from '../../domain/visibility';
import { Logger } from '../../platform/logger';
import { OccurrenceRepository } from '../../store/occurrence.repository';
import { Latest } from './latest';
import { LiveFeed, subjectOf, type Subject } from './live-feed';
import { SeatsTopic } from './seats-topic';
import { isOf, untilAnswered, type Listener, type LiveMessage, type Watch } from './watch';

/** How an occurrence stands, again after each change of it, whichever process made it. */
@Injectable()
export class WatchSeats {
  readonly #topics = new Map<Subject, SeatsTopic>();

  constructor(
    private readonly feed: LiveFeed,
    private readonly occurrences: OccurrenceRepository,
    private readonly logger: Logger,
  ) {}

  /** An occurrence that is not there, or not for this listener, is told by the first `next`: NotFoundError. */
  async execute(listener: Listener, occurrenceId: OccurrenceId): Promise<Watch<Occurrence>> {
    const { tenantId } = await listener();
    const latest = new Latest<Occurrence | null>();
    const topic = this.topicOf(tenantId, occurrenceId);
    const watch = new SeatsWatch(listener, latest, () => topic.leave(latest));
    try {
      await topic.join(latest);
    } catch (error) {
      watch.close();
      throw error;
    }
    return watch;
  }

  private topicOf(tenantId: TenantId, id: OccurrenceId): SeatsTopic {
    const subject = subjectOf(tenantId, id);
    const known = this.#topics.get(subject);
    if (known !== undefined) return known;
    const scope = tenantScope(tenantId, { kind: 'system', name: 'live-seats' }, 'live-seats');
    const topic = new SeatsTopic({
      follow: (follower) => this.feed.follow(subject, follower),
      read: () => this.occurrences.findById(scope, id),
      onReadFailed: (err) => this.logger.warn({ err }, 'seats could not be read, and will be again'),
      onEmpty: () => void this.#topics.delete(subject),
    });
    this.#topics.set(subject, topic);
    return topic;
  }
}

class SeatsWatch implements Watch<Occurrence> {
  /** The last one that was told: nothing older is, and nothing twice. */
  #rev = -1;

  constructor(
    private readonly listener: Listener,
    private readonly latest: Latest<Occurrence | null>,
    private readonly leave: () => void,
  ) {}

  async next(): Promise<LiveMessage<Occurrence> | null> {
    for (;;) {
      const taken = await this.latest.take();
      if (taken === null) return null;
      const scope = await untilAnswered(this.listener, () => this.latest.closed);
      if (scope === null) return null;
      if (!allows(scope.actor.role, 'event.read')) throw new ForbiddenError();
      const occurrence = taken.value;
      if (occurrence === null || !isOf(scope, occurrence) || !maySeeOccurrence(scope.actor, occurrence)) {
        throw new NotFoundError('occurrence');
      }
      if (occurrence.rev <= this.#rev) continue;
      this.#rev = occurrence.rev;
      return { scope, value: occurrence };
    }
  }

  close(): void {
    if (this.latest.closed) return;
    this.latest.close();
    this.leave();
  }
}
